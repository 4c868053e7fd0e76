// The methods that a proxy treats alike everywhere; all others are passed on as they are.

/// A request method (RFC 9110, section 9; PATCH: RFC 5789). Methods are case-sensitive, so `get` is
/// another one.
public enum Method: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    /// One that has no case of its own; `RequestHead.methodRange` has its name.
    case other
    case get
    case head
    case post
    case put
    case delete
    case options
    case trace
    case connect
    case patch

    /// True when repeating a request does no more than sending it once (RFC 9110, section 9.2.2).
    public var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options, .trace: return true
        case .other, .post, .connect, .patch: return false
        }
    }

    /// The method of that name, which is a token of one octet or more.
    @inline(__always)
    static func find(_ bytes: UnsafePointer<UInt8>, count: Int) -> Method {
        guard count > 2 && count < 8 else { return .other }
        let key = unsafe NameWords.short(bytes, count: count)
        switch count {
        case 3:
            if key == NameWords.short("GET") { return .get }
            if key == NameWords.short("PUT") { return .put }
        case 4:
            if key == NameWords.short("POST") { return .post }
            if key == NameWords.short("HEAD") { return .head }
        case 5:
            if key == NameWords.short("PATCH") { return .patch }
            if key == NameWords.short("TRACE") { return .trace }
        case 6:
            if key == NameWords.short("DELETE") { return .delete }
        default:
            if key == NameWords.short("OPTIONS") { return .options }
            if key == NameWords.short("CONNECT") { return .connect }
        }
        return .other
    }
}
