// Tells a service manager how the process is (sd_notify(3)): datagrams to the socket that
// NOTIFY_SOCKET names. Without one it does nothing.

internal import Glibc
internal import Linux

/// The process's word to its service manager.
struct ServiceNotifier {
    private let address: SocketAddress?

    /// Reads NOTIFY_SOCKET.
    init() {
        let path = unsafe getenv("NOTIFY_SOCKET").map { unsafe String(cString: $0) }
        address = path.flatMap { SocketAddress(unix: $0) }
    }

    /// Connections are accepted.
    func ready(_ status: String) { send("READY=1\nSTATUS=\(status)") }

    /// A reload has begun; `ready` ends it.
    func reloading() {
        send("RELOADING=1\nMONOTONIC_USEC=\(Clock.monotonicNanoseconds / 1000)")
    }

    /// No more connections are accepted.
    func stopping(_ status: String) { send("STOPPING=1\nSTATUS=\(status)") }

    private func send(_ text: String) {
        guard let address else { return }
        _ = Socket.sendDatagram(Array(text.utf8), to: address)
    }
}
