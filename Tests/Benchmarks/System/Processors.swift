// Who runs where: the proxy has a processor of its own, and all that loads it shares another.

import Glibc

enum Processors {
    /// For the proxy that is measured, and nothing else.
    static let proxy = 0

    /// For the load generator, the backend and this program. The same as the proxy's where the
    /// machine has only one; such figures still compare, but say little else.
    static let load = sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1 ? 1 : 0

    /// Keeps the calling thread, and every thread and process that it starts from now on, on one
    /// processor. The corresponding system call is `sched_setaffinity(2)`, looked up by name
    /// because glibc declares it to those only who ask for GNU extensions.
    static func pin(to processor: Int) {
        typealias SetAffinity = @convention(c) (pid_t, Int, UnsafeRawPointer) -> Int32
        guard let symbol = unsafe dlsym(nil, "sched_setaffinity") else { return }
        let setAffinity = unsafe unsafeBitCast(symbol, to: SetAffinity.self)
        var mask = [UInt64](repeating: 0, count: 16)
        mask[processor / 64] = 1 << (processor % 64)
        unsafe mask.withUnsafeBytes { bytes in
            _ = unsafe setAffinity(0, bytes.count, bytes.baseAddress!)
        }
    }
}
