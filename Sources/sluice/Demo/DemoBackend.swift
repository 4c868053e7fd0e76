// A backend for the demo: answers every HTTP request with its name. One thread, one epoll; not for
// anything but showing.

internal import Glibc
internal import Linux

/// Serves on a listening socket until the balancer's process ends.
struct DemoBackend {
    /// A head that is longer is nothing the demo has asked for.
    private static let headBytesMax = 64 << 10

    private let listening: Int32
    private let name: String

    init(listening: Int32, name: String) {
        self.listening = listening
        self.name = name
    }

    /// Serves for ever.
    func run() throws(SystemError) {
        ChildProcess.endWithParent()
        SignalFD.ignore(SIGINT)
        SignalFD.ignore(SIGPIPE)
        let epoll = try Epoll(eventsPerWait: 64)
        _ = try epoll.add(listening, .readable, token: UInt64(UInt32(bitPattern: listening)))
            .orThrow("epoll_ctl")
        var heads: [Int32: [UInt8]] = [:]
        while true {
            for index in 0..<epoll.wait(timeout: -1) {
                let socket = Int32(truncatingIfNeeded: epoll.event(index).token)
                if socket == listening {
                    accept(epoll, &heads)
                } else if let head = heads[socket] {
                    heads[socket] = serve(socket, head)
                    if heads[socket] == nil { FileDescriptor.close(socket) }
                }
            }
        }
    }

    private func accept(_ epoll: borrowing Epoll, _ heads: inout [Int32: [UInt8]]) {
        let accepted = Socket.accept(listening)
        guard accepted.isSuccess else { return }
        let socket = Int32(accepted.count)
        guard epoll.add(socket, .readable, token: UInt64(socket)).isSuccess else {
            return FileDescriptor.close(socket)
        }
        heads[socket] = []
    }

    /// Reads on and answers what is complete. Returns what is left, or nil at the connection's end.
    private func serve(_ socket: Int32, _ head: [UInt8]) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        let received = unsafe buffer.withUnsafeMutableBytes { space -> IOResult in
            guard let base = space.baseAddress else { return IOResult(0) }
            return unsafe Socket.receive(socket, into: base, count: space.count)
        }
        if received.wouldBlock { return head }
        guard received.isSuccess, received.count > 0 else { return nil }
        var bytes = head + buffer[..<received.count]
        while let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
            bytes.removeFirst(end.upperBound)
            let body = "Hello from backend \(name)\n"
            let answer = Array(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                    .utf8)
            let sent = unsafe answer.withUnsafeBytes { space -> IOResult in
                guard let base = space.baseAddress else { return IOResult(0) }
                return unsafe Socket.send(socket, from: base, count: space.count)
            }
            guard sent.rawValue == answer.count else { return nil }
        }
        return bytes.count <= Self.headBytesMax ? bytes : nil
    }
}
