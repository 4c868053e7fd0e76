// What is counted of exchanges: of a listener, a route and a backend alike.

/// The counters of exchanges; after them comes one for each `EndReason`.
public enum ExchangeCounter: Int, CaseIterable, Sendable {
    /// Requests whose head was whole.
    case begun
    /// Exchanges that are over, by the first digit of their status.
    case status1xx
    case status2xx
    case status3xx
    case status4xx
    case status5xx
    /// Over without any status: the client had left.
    case unanswered
    /// Those that went over a backend's connection that had served others.
    case reused
    /// Requests that were refused for what they were.
    case refused
    /// Responses that were compressed here.
    case compressed
    /// Bytes of their bodies before and after.
    case compressedFrom
    case compressedTo
    /// Responses that went uncompressed since the worker was too busy.
    case uncompressedBusy
    /// Responses that went uncompressed since the listener's compressors have all their memory.
    case uncompressedFull
    /// Compressors in use: it goes up and down.
    case compressors

    /// How many cells a row has.
    public static var cellCount: Int { allCases.count + EndReason.allCases.count }

    /// The cell of a status's class.
    public static func answered(_ status: Int) -> Int {
        (1...5).contains(status / 100)
            ? status1xx.rawValue + status / 100 - 1 : unanswered.rawValue
    }

    /// The cell of a reason.
    public static func ended(_ reason: EndReason) -> Int { allCases.count + Int(reason.rawValue) }
}
