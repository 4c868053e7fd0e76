// What the process uses, as the kernel tells it under /proc.

internal import CLinux
internal import Glibc

/// Time, memory and descriptors of this process (proc(5)).
public struct ProcessUsage: Sendable {
    /// Processor time of all its threads, in seconds.
    public let cpuSeconds: Double
    /// Memory in RAM, in bytes.
    public let residentBytes: UInt64
    /// Open descriptors.
    public let openDescriptors: Int

    /// The usage at this moment, or nil without /proc.
    public static func current() -> ProcessUsage? {
        guard let memory = SmallFile.read("/proc/self/statm", limit: 256) else { return nil }
        let pages = memory.split(separator: " ").dropFirst().first.flatMap { UInt64($0) } ?? 0
        return ProcessUsage(
            cpuSeconds: Double(cl_process_cpu_ns()) / 1e9,
            residentBytes: pages * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE)))),
            openDescriptors: countDescriptors())
    }

    private static func countDescriptors() -> Int {
        guard let directory = unsafe opendir("/proc/self/fd") else { return 0 }
        defer { unsafe closedir(directory) }
        var count = 0
        while unsafe readdir(directory) != nil { count += 1 }
        // Not `.`, `..` and the directory's own descriptor.
        return max(0, count - 3)
    }
}
