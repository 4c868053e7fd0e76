// Processor time and memory of a group of processes, as /proc tells them.

import Glibc

/// Processor time that some processes have used, or the difference of two such readings.
struct ProcessUsage {
    /// All of it, in seconds; the scheduler counts it to the nanosecond.
    let total: Double
    /// The share of it spent in user mode. The kernel splits by samples, one each clock tick, so
    /// short measurements know this less well than the total.
    let user: Double
    let system: Double

    /// Reads what the processes have used since they began. A thread that ended in between is lost
    /// from `total`; no proxy here ends one under load.
    static func read(_ processes: [pid_t]) -> ProcessUsage {
        let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
        var total = 0.0
        var user = 0.0
        var system = 0.0
        for process in processes {
            for task in Files.names(in: "/proc/\(process)/task") {
                // proc(5): time on a processor, time in the queue (both ns), and turns.
                let line = Files.read("/proc/\(process)/task/\(task)/schedstat") ?? ""
                total += (line.split(separator: " ").first.flatMap { Double($0) } ?? 0) / 1e9
            }
            // The name may hold spaces and brackets: count fields after the last bracket only.
            // utime and stime are fields 14 and 15 of the line, 12 and 13 of the rest.
            let line = Files.read("/proc/\(process)/stat") ?? ""
            let rest = line.split(separator: ")").last?.split(separator: " ") ?? []
            guard rest.count > 13 else { continue }
            user += (Double(rest[11]) ?? 0) / ticksPerSecond
            system += (Double(rest[12]) ?? 0) / ticksPerSecond
        }
        return ProcessUsage(total: total, user: user, system: system)
    }

    /// What was used since `earlier`, its parts scaled so that they add up to the exact total.
    func since(_ earlier: ProcessUsage) -> ProcessUsage {
        let total = self.total - earlier.total
        let user = self.user - earlier.user
        let system = self.system - earlier.system
        let scale = user + system > 0 ? total / (user + system) : 0
        return ProcessUsage(total: total, user: user * scale, system: system * scale)
    }
}
