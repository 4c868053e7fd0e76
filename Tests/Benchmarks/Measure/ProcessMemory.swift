// Memory of a group of processes, in bytes.

import Glibc

struct ProcessMemory {
    /// Pages in memory, those that several processes share counted in each of them.
    var resident = 0.0
    /// The same with each shared page divided among its users: right for sums over a master and its
    /// workers.
    var proportional = 0.0
    /// The most that was ever resident, summed over the processes.
    var peak = 0.0

    static func read(_ processes: [pid_t]) -> ProcessMemory {
        var memory = ProcessMemory()
        for process in processes {
            let text = Files.read("/proc/\(process)/smaps_rollup") ?? ""
            for line in text.split(separator: "\n") {
                let words = line.split(separator: " ")
                guard words.count == 3, let kibibytes = Double(words[1]) else { continue }
                if words[0] == "Rss:" { memory.resident += kibibytes * 1024 }
                if words[0] == "Pss:" { memory.proportional += kibibytes * 1024 }
            }
            let status = Files.read("/proc/\(process)/status") ?? ""
            for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
                let words = line.split { $0 == " " || $0 == "\t" }
                if words.count == 3, let kibibytes = Double(words[1]) {
                    memory.peak += kibibytes * 1024
                }
            }
        }
        return memory
    }
}
