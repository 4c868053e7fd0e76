// The system calls that are made per event, by their numbers. `Socket`, `Pipe` and `Epoll` give them
// their shapes; calls that are made less often go through libc like anybody's.

internal import CLinux

/// A system call and its number (syscalls(2)).
enum SystemCall {
    case receive, send, splice, epollWait

    /// Makes the call; an interrupted one is `-EINTR`. A debug build goes through libc, where tests
    /// can let it fail.
    @inline(__always)
    func once(
        _ a: Int, _ b: Int, _ c: Int, _ d: Int = 0, _ e: Int = 0, _ f: Int = 0
    ) -> IOResult {
        #if DEBUG
            IOResult(cl_call(number, a, b, c, d, e, f))
        #else
            IOResult(cl_call_inline(number, a, b, c, d, e, f))
        #endif
    }

    /// Makes the call until no signal interrupts it.
    @inline(__always)
    func callAsFunction(
        _ a: Int, _ b: Int, _ c: Int, _ d: Int = 0, _ e: Int = 0, _ f: Int = 0
    ) -> IOResult {
        while true {
            let result = once(a, b, c, d, e, f)
            if !result.isInterrupted { return result }
        }
    }

    @inline(__always)
    private var number: Int {
        switch self {
        case .receive: CL_SYS_RECVFROM
        case .send: CL_SYS_SENDTO
        case .splice: CL_SYS_SPLICE
        case .epollWait: CL_SYS_EPOLL_PWAIT
        }
    }
}
