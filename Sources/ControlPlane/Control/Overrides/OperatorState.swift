// What an operator can say of a backend, as workers read it.

/// Whether a backend gets new sessions. The raw value is what stands in `BackendState`.
enum OperatorState: UInt8, Sendable {
    /// Nothing was said: health and the policy decide.
    case ready = 0
    /// No new sessions; those that are there go on.
    case drain = 1
    /// As `drain`, and it is neither probed nor kept connected to.
    case disabled = 2

    /// The word in status, log and JSON.
    var word: String {
        switch self {
        case .ready: "ready"
        case .drain: "drain"
        case .disabled: "disabled"
        }
    }
}
