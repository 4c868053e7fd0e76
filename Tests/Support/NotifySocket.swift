// The service manager's end of NOTIFY_SOCKET: how tests learn that a process is ready, without
// asking again and again.

import Glibc

/// Receives a process's notifications (sd_notify(3)).
final class NotifySocket {
    let path: String
    private let descriptor: Int32

    init(_ path: String) {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        precondition(bytes.count < 108)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        precondition(result == 0, "cannot bind \(path): \(errno)")
    }

    deinit { close(descriptor) }

    /// Waits for a line; false when the process ends or a minute goes by.
    func wait(for line: String, _ program: ChildProgram) -> Bool {
        for _ in 0..<600 {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&entry, 1, 100) > 0 {
                var buffer = [UInt8](repeating: 0, count: 4096)
                let count = recv(descriptor, &buffer, buffer.count, 0)
                let text = String(decoding: buffer[..<max(0, count)], as: UTF8.self)
                if text.split(separator: "\n").contains(line[...]) { return true }
            } else if !program.isRunning {
                return false
            }
        }
        return false
    }
}
