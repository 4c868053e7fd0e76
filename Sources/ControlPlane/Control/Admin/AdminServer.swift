// The admin socket: HTTP/1.1 over a Unix socket, on the control thread's loop.

internal import Config
internal import Glibc
internal import Linux

/// Listens for administrators.
final class AdminServer {
    private let path: String
    private let loop: ControlLoop
    private let socket: FileDescriptor
    private let answer: AdminConnection.Answer
    private var watch: ControlLoop.Identifier = 0
    private var connections: [ObjectIdentifier: AdminConnection] = [:]

    init(
        _ configuration: AdminConfiguration, loop: ControlLoop,
        answer: @escaping AdminConnection.Answer
    ) throws(SystemError) {
        path = configuration.socket
        self.loop = loop
        self.answer = answer
        // /run is empty after every start of the machine.
        try SocketFile.makeDirectory(of: path)
        socket = try SocketFile.listen(
            path: path, access: SocketFile.Access(mode: configuration.mode.bits), backlog: 64)
        watch = try loop.watch(socket.rawValue, .readable) { [unowned self] _ in acceptAll() }
    }

    /// Stops listening and removes the socket's file. Connections end with it.
    func close() {
        for connection in connections.values { connection.end() }
        loop.unwatch(watch, socket.rawValue)
        unsafe unlink(path)
    }

    private func acceptAll() {
        while true {
            let isFull = connections.count >= ControlLimits.adminClientsMax
            let silent = isFull ? longestSilent : nil
            guard !isFull || silent != nil else { return rest(ControlLimits.adminPatienceMs) }
            let accepted = Socket.accept(socket.rawValue)
            guard !accepted.wouldBlock else { return }
            // Out of descriptors or memory.
            guard accepted.isSuccess else { return rest(ControlLimits.logFlushMs) }
            silent?.end()
            let client = FileDescriptor(owning: Int32(accepted.count))
            var identifier: ObjectIdentifier?
            let connection = try? AdminConnection(
                client, loop: loop, answer: answer,
                onEnd: { [unowned self] in
                    guard let identifier else { return }
                    // The connection is still on the stack: it goes when the loop comes round.
                    let ended = connections.removeValue(forKey: identifier)
                    loop.after(0) { _ = ended }
                    resume()
                })
            guard let connection else { continue }
            identifier = ObjectIdentifier(connection)
            connections[ObjectIdentifier(connection)] = connection
        }
    }

    /// Who makes room when there is none: the one whose client has been silent for longest, if it
    /// has had time to say something.
    private var longestSilent: AdminConnection? {
        let longest = connections.values.max { ($0.silentMs ?? 0) < ($1.silentMs ?? 0) }
        return longest.flatMap {
            ($0.silentMs ?? 0) >= ControlLimits.adminPatienceMs ? $0 : nil
        }
    }

    /// Nobody can be let in for now: a socket that stays readable must not spin.
    private func rest(_ milliseconds: UInt64) {
        loop.change(watch, socket.rawValue, [])
        loop.after(milliseconds) { [unowned self] in resume() }
    }

    private func resume() { loop.change(watch, socket.rawValue, .readable) }
}
