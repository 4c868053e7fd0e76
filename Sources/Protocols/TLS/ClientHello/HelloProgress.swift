// What the steps before the message itself come to.

/// Whether a step of finding a hello in a stream is done.
enum HelloProgress: BitwiseCopyable, Equatable {
    /// It is.
    case done
    /// It needs the stream to have that many octets.
    case incomplete(atLeast: Int)
    /// It can't be.
    case refused(ClientHelloRefusal)
}
