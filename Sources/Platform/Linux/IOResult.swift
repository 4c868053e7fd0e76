// What a system call on a descriptor came to, in one word. It never throws and never allocates:
// "would block" is a value like any other. What an error means is for the caller to say.

internal import Glibc

/// The result of a system call: a count of zero or more, or an error number.
///
/// Wrappers return `-errno` and repeat themselves on EINTR, so neither `errno` nor EINTR is ever seen
/// above this target.
public struct IOResult: BitwiseCopyable, Sendable {
    /// The count when zero or more, the negated error number otherwise.
    public let rawValue: Int

    /// Wraps what a `CLinux` function returned.
    public init(_ rawValue: Int) { self.rawValue = rawValue }

    /// True when the call succeeded.
    public var isSuccess: Bool { rawValue >= 0 }

    /// The count (bytes, events, a descriptor) of a successful call.
    public var count: Int {
        assert(rawValue >= 0)
        return rawValue
    }

    /// The error number of a failed call, 0 of a successful one.
    public var errno: Int32 { rawValue < 0 ? Int32(truncatingIfNeeded: -rawValue) : 0 }

    /// True when a non-blocking call has to wait for readiness (EAGAIN).
    public var wouldBlock: Bool { rawValue == -Int(EAGAIN) }

    /// True when a signal came before the call did anything (EINTR).
    var isInterrupted: Bool { rawValue == -Int(EINTR) }

    /// True when the kernel was short of memory (ENOBUFS, ENOMEM): later it may not be.
    public var isStarved: Bool { rawValue == -Int(ENOBUFS) || rawValue == -Int(ENOMEM) }

    /// True when the descriptor cannot do this at all (EINVAL).
    public var isUnsupported: Bool { rawValue == -Int(EINVAL) }
}
