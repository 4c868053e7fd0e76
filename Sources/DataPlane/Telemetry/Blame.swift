// Who a failure is to be laid to. Status, log word and metric label derive from it.

/// The side that a session's end is due to.
public enum Blame: UInt8, Sendable {
    /// Nobody: it ended as it should.
    case none
    /// The client.
    case downstream
    /// The backend, or the way to it.
    case upstream
    /// This process: its limits and its operator.
    case proxy

    /// The word in logs, metrics and status.
    public var word: String {
        switch self {
        case .none: "none"
        case .downstream: "downstream"
        case .upstream: "upstream"
        case .proxy: "proxy"
        }
    }
}
