// How far a handshake or a goodbye came.

/// What a step of a session's beginning or end came to.
public enum TLSProgress: BitwiseCopyable, Equatable, Sendable {
    /// It is behind us.
    case done
    /// It goes on when the socket is readable.
    case wantsRead
    /// It goes on when the socket is writable.
    case wantsWrite
    /// The kernel is short of memory (ENOBUFS, ENOMEM): the same step may succeed later.
    case starved
    /// The socket failed; the number is errno(3)'s.
    case reset(Int32)
    /// It failed. An alert that says so has been sent where there is one to be sent.
    case failed(TLSFailure)
}
