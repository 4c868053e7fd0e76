// What reading from a session or writing to it came to, in one word.

/// The result of `receive` or `send`.
public enum TLSResult: BitwiseCopyable, Equatable, Sendable {
    /// So many bytes moved, more than none.
    case count(Int)
    /// The peer has said that it sends no more (close_notify): the end of a stream that is whole. Of a
    /// client, that its connection has ended, be it without a word.
    case closed
    /// The backend ended the connection without close_notify: bytes may be missing.
    case truncated
    /// It goes on when the socket is readable.
    case wouldRead
    /// It goes on when the socket is writable. After `send`, the same bytes are to be offered again.
    case wouldWrite
    /// The kernel is short of memory (ENOBUFS, ENOMEM): the same call may succeed later.
    case starved
    /// The socket failed; the number is errno(3)'s.
    case reset(Int32)
    /// The session failed.
    case failed(TLSFailure)
}
