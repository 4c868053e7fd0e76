// What a machine does not permit is no failure of the program: the case is skipped, aloud.

import Glibc

/// Why a case cannot be measured here at all.
struct BenchmarkUnavailable: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// What is needed, with the words of errno(3) for why it is not to be had.
    init(_ need: String, errno code: Int32) {
        description = unsafe "\(need): \(String(cString: strerror(code)))"
    }
}
