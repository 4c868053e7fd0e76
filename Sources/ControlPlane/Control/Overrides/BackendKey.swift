// How a backend is named beyond any configuration.

/// A backend's place in what outlives snapshots.
struct BackendKey: Hashable, Comparable, CustomStringConvertible {
    /// The upstream's name, which has no slash.
    let upstream: String
    /// The backend's identity: its name, or its address when it has none.
    let backend: String

    /// `cache/red`, as an operator writes it.
    var description: String { "\(upstream)/\(backend)" }

    static func < (left: BackendKey, right: BackendKey) -> Bool {
        (left.upstream, left.backend) < (right.upstream, right.backend)
    }
}
