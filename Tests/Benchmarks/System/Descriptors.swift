// How many descriptors a process may have and has: cases with thousands of connections need to know
// both.

import Glibc

enum Descriptors {
    /// Raises this process's limit as far as it goes and throws where that is less than `needed`.
    /// Children inherit it, so that proxies which do not raise their limit have it too.
    static func require(_ needed: Int) throws {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        unsafe getrlimit(resource, &limit)
        guard limit.rlim_max >= rlim_t(needed) else {
            throw BenchmarkError(
                "needs \(needed) descriptors a process; the hard limit is \(limit.rlim_max)")
        }
        limit.rlim_cur = limit.rlim_max
        unsafe setrlimit(resource, &limit)
    }

    /// How many the processes have open.
    static func count(of processes: [pid_t]) -> Int {
        processes.map { Files.names(in: "/proc/\($0)/fd").count }.reduce(0, +)
    }
}
