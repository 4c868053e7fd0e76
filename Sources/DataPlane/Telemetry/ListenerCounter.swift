// What is counted of a listener.

/// The counters of a listener; after them comes one for each `EndReason`.
public enum ListenerCounter: Int, CaseIterable, Sendable {
    /// Connections accepted.
    case accepted
    /// Bytes taken from clients and delivered to backends.
    case bytesReceived
    /// Bytes taken from backends and delivered to clients.
    case bytesSent
    /// accept(2) failed for a cause of the connection's own.
    case acceptErrors
    /// Accepting paused: descriptors or memory had run out.
    case pausedExhausted
    /// Accepting paused: a limit of connections was reached.
    case pausedLimit

    /// How many cells a row has.
    public static var cellCount: Int { allCases.count + EndReason.allCases.count }

    /// The cell of a reason.
    public static func ended(_ reason: EndReason) -> Int {
        pausedLimit.rawValue + 1 + Int(reason.rawValue)
    }
}
