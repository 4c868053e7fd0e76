// What parsing a ClientHello comes to.

/// Whether a stream begins with a whole ClientHello.
public enum ClientHelloOutcome: BitwiseCopyable {
    /// It does.
    case complete(ClientHello)
    /// It begins as one does, and can't be whole before the stream has that many octets, counted
    /// from its start and more than there were: whoever has fewer need not ask again. Asked only
    /// then, all calls together take O(octets * log octets), however they arrive.
    case incomplete(atLeast: Int)
    /// No octets that follow could make it one to be used.
    case refused(ClientHelloRefusal)
}
