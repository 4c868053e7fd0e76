// A change of a backend's fitness, for counting.

/// What a backend became and why, in the words of metrics.
struct BackendTransition: Hashable, Comparable {
    /// `up`, `down` or `ejected`.
    let to: String
    /// Why.
    let reason: String

    init(to: String, _ reason: String) {
        self.to = to
        self.reason = reason
    }

    static func < (one: BackendTransition, other: BackendTransition) -> Bool {
        (one.to, one.reason) < (other.to, other.reason)
    }
}
