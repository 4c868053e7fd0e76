// The kernel's clocks. Loops read them once a turn and hand `now` down; nothing below asks again.

internal import CLinux

/// Readings of the kernel's clocks (clock_gettime(2), served by the vDSO).
public enum Clock {
    /// Milliseconds since boot, never going back. For deadlines.
    public static var monotonicMilliseconds: UInt64 { cl_monotonic_ns() / 1_000_000 }
    /// Nanoseconds since boot, never going back. For durations.
    public static var monotonicNanoseconds: UInt64 { cl_monotonic_ns() }
    /// Nanoseconds since 1970 in UTC, which an administrator may move. For people.
    public static var realtimeNanoseconds: UInt64 { cl_realtime_ns() }
    /// Nanoseconds of processor time that the calling thread has used. Costs a system call.
    public static var threadProcessorNanoseconds: UInt64 { cl_thread_cpu_ns() }
}
