// The words of a listener's `protocol`.

/// What the downstream of a listener speaks.
public enum ListenerProtocol: String, Sendable, CaseIterable {
    /// Bytes over TCP or a Unix stream socket, relayed as they are.
    case tcp
    /// HTTP/1.1 and HTTP/1.0: each request goes its own way.
    case http
}
