// The one error of this program: a sentence for the person who runs it.

import Glibc

/// Why a benchmark cannot go on.
struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// What was tried, with the words of errno(3) for the failure.
    init(_ action: String, errno code: Int32) {
        description = unsafe "\(action): \(String(cString: strerror(code)))"
    }
}
