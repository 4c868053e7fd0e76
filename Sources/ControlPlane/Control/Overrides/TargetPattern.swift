// Which backends an operator means: `cache/red`, `cache/*`, `*/10.0.0.?:80`.

internal import Config

/// A pattern over upstream and backend. `*` stands for any characters, none included, `?` for one;
/// all others for themselves, brackets of IPv6 addresses too.
struct TargetPattern: Equatable {
    /// The pattern as it was written.
    let text: String
    private let upstream: [Unicode.Scalar]
    private let backend: [Unicode.Scalar]

    /// Reads a pattern; nil when it is not of the form UPSTREAM/BACKEND. The first slash parts
    /// them, since the path of a Unix socket has more.
    init?(_ text: String) {
        guard let slash = text.firstIndex(of: "/") else { return nil }
        let (upstream, backend) = (text[..<slash], text[text.index(after: slash)...])
        guard !upstream.isEmpty, !backend.isEmpty else { return nil }
        self.text = text
        self.upstream = Array(upstream.unicodeScalars)
        self.backend = Array(backend.unicodeScalars)
    }

    /// Every backend of every upstream.
    static var all: TargetPattern {
        guard let pattern = TargetPattern("*/*") else { preconditionFailure("no pattern") }
        return pattern
    }

    /// True for a backend that is meant.
    func matches(_ key: BackendKey) -> Bool {
        matchesUpstream(key) && Self.matches(backend, key.backend)
    }

    /// True for a backend of an upstream that is meant.
    func matchesUpstream(_ key: BackendKey) -> Bool { Self.matches(upstream, key.upstream) }

    /// True when it names one backend rather than a set.
    var isLiteral: Bool { !(upstream + backend).contains { $0 == "*" || $0 == "?" } }

    /// Compares with at most one step back to the last star, so the time is at most the product of
    /// the lengths.
    private static func matches(_ pattern: [Unicode.Scalar], _ text: String) -> Bool {
        let text = Array(text.unicodeScalars)
        var (at, index) = (0, 0)
        var star: (at: Int, index: Int)?
        while index < text.count {
            if at < pattern.count, pattern[at] == "*" {
                star = (at, index)
                at += 1
            } else if at < pattern.count, pattern[at] == "?" || pattern[at] == text[index] {
                at += 1
                index += 1
            } else if let last = star {
                star = (last.at, last.index + 1)
                (at, index) = (last.at + 1, last.index + 1)
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == "*" }
    }
}
