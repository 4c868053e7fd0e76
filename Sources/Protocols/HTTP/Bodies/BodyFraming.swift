// How a message tells where its body ends.

/// The framing of a message's body (RFC 9112, section 6).
public enum BodyFraming: BitwiseCopyable, Equatable, Sendable {
    /// There is no body: nothing in the head announces one, or this message can't have any.
    case none
    /// So many octets follow the head.
    case length(UInt64)
    /// Chunks follow the head; `ChunkedDecoder` finds their end.
    case chunked
    /// All that comes until the connection is closed. Responses only.
    case untilClose

    /// True when no octets follow the head.
    public var isEmpty: Bool {
        switch self {
        case .none: return true
        case .length(let count): return count == 0
        case .chunked, .untilClose: return false
        }
    }
}
