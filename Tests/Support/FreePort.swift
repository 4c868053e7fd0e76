// Ports for servers that cannot be told to let the kernel choose.

import Glibc

/// Ports of 127.0.0.1 that nobody uses.
public enum FreePort {
    /// Takes a port below those that the kernel gives to clients, so that none gets it before the
    /// server has it.
    public static func take() -> UInt16 {
        for _ in 0..<1000 {
            let port = UInt16.random(in: 10_000..<32_000)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            precondition(descriptor >= 0, "socket: \(errno)")
            let probe = TestSocket(owning: descriptor)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(probe.descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if result == 0 { return port }
        }
        fatalError("there is no free port")
    }
}
