// The backend of idle connections: it accepts, returns the first byte, and then only holds. One
// thread and blocking calls do, since its clients come one after the other.

import Glibc
import Synchronization

/// Ends by `stop`, once.
final class HoldingBackend: Sendable {
    let port: UInt16
    private let listener: Int32
    private let held = Mutex<[Int32]>([])
    private let thread = Mutex<Thread?>(nil)

    init() throws {
        (listener, port) = try Loopback.listen(backlog: 4096)
        let started = try Thread { self.serve() }
        thread.withLock { $0 = started }
    }

    func stop() {
        // This is what wakes a thread that sleeps in accept(2): it returns EINVAL.
        shutdown(listener, Int32(SHUT_RDWR))
        thread.withLock { $0?.join() }
        close(listener)
        held.withLock { for descriptor in $0 { close(descriptor) } }
    }

    private func serve() {
        while true {
            let descriptor = accept(listener, nil, nil)
            if descriptor < 0 {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return
            }
            Loopback.prepare(descriptor)
            if Loopback.receiveByte(from: descriptor) && Loopback.sendByte(to: descriptor) {
                held.withLock { $0.append(descriptor) }
            } else {
                close(descriptor)
            }
        }
    }
}
