// What the machine gives this process: processors and descriptors.

internal import CLinux
internal import Glibc

/// Facts about the machine and limits of the process.
public enum Machine {
    /// How many processors the process may use: those of its affinity mask (taskset, cpusets),
    /// cut to its cgroup's quota where one is set (cgroups(7), `cpu.max`), at least 1.
    public static var processorCount: Int {
        let allowed = Int(cl_processor_count())
        guard let quota = cgroupProcessorQuota() else { return allowed }
        return max(1, min(allowed, quota))
    }

    /// The soft and hard limits of open descriptors (getrlimit(2), RLIMIT_NOFILE).
    public static func descriptorLimit() -> (soft: UInt64, hard: UInt64) {
        var soft: UInt64 = 0
        var hard: UInt64 = 0
        let result = unsafe cl_descriptor_limit(&soft, &hard)
        precondition(result == 0, "getrlimit failed")
        return (soft, hard)
    }

    /// Raises the soft limit of open descriptors to the hard one, `cap` at most, and returns what
    /// is in force then.
    public static func raiseDescriptorLimit(cap: UInt64) -> UInt64 {
        let (soft, hard) = descriptorLimit()
        let wanted = min(hard, cap)
        guard wanted > soft else { return soft }
        return cl_set_descriptor_limit(wanted, hard) == 0 ? wanted : soft
    }

    /// The directory that relative paths start from, without a slash at its end (getcwd(3)).
    public static var workingDirectory: String {
        guard let path = unsafe getcwd(nil, 0) else { return "." }
        defer { unsafe free(path) }
        let text = unsafe String(cString: path)
        return text == "/" ? "" : text
    }

    /// Whole processors of the cgroup's quota, rounded up, or nil without one.
    private static func cgroupProcessorQuota() -> Int? {
        guard let text = SmallFile.read("/sys/fs/cgroup/cpu.max", limit: 64) else { return nil }
        let fields = text.split(whereSeparator: { $0 == " " || $0 == "\n" })
        guard fields.count == 2, let quota = Int(fields[0]), let period = Int(fields[1]),
            quota > 0, period > 0
        else { return nil }
        return (quota + period - 1) / period
    }
}
