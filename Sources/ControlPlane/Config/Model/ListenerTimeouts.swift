// How long sessions of a listener last.

/// Time limits of a listener's sessions; nil is no limit.
public struct ListenerTimeouts: Sendable, Equatable {
    /// Without a byte in either direction.
    public var idle: Duration? = .seconds(3600)
    /// Without a byte, once one side has finished sending.
    public var halfClosed: Duration? = .seconds(30)
    /// From accept to close, whatever is going on.
    public var lifetime: Duration?

    /// The defaults.
    public init() {}
}
