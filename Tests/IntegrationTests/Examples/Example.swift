// The files in examples/, as they are but for where they listen and connect, so that tests can run
// beside each other and beside whatever else uses those ports.

import Glibc
import Support
import Testing

/// A configuration of examples/ with other ports and sockets.
struct Example {
    /// The text, for `SluiceProcess`.
    private(set) var text: String
    private var ports: [UInt16: UInt16] = [:]

    /// Reads the example and puts free ports in place of those behind `127.0.0.1:`, and paths in
    /// the test's directory in place of those in /tmp.
    init(_ name: String) throws {
        text = try Checkout.text(of: "examples/\(name).yaml")
        text = Self.replace("/tmp/sluice-\(name).sock", by: "$DIR/admin.sock", in: text)
        text = Self.replace("/tmp/sluice-\(name)-front.sock", by: "$DIR/front.sock", in: text)
        text = Self.replace("/tmp/sluice-\(name).log", by: "$DIR/access.log", in: text)
        let pieces = Self.split(text, at: "127.0.0.1:")
        text = pieces[0]
        for piece in pieces.dropFirst() {
            let digits = piece.prefix { $0.isNumber }
            let port = try #require(UInt16(digits), "no port in \(piece.prefix(20))")
            let free = ports[port] ?? FreePort.take()
            ports[port] = free
            text += "127.0.0.1:\(free)\(piece.dropFirst(digits.count))"
        }
    }

    /// Puts other text in place of some that must be there.
    mutating func replace(_ old: String, by new: String) {
        precondition(text.contains(old), "the example has no \(old)")
        text = Self.replace(old, by: new, in: text)
    }

    /// What took the place of a port.
    func port(_ original: UInt16) -> UInt16 { ports[original] ?? 0 }

    private static func replace(_ old: String, by new: String, in text: String) -> String {
        split(text, at: old).joined(separator: new)
    }

    private static func split(_ text: String, at mark: String) -> [String] {
        var pieces: [String] = []
        var rest = text[...]
        while let found = rest.firstRange(of: mark) {
            pieces.append(String(rest[..<found.lowerBound]))
            rest = rest[found.upperBound...]
        }
        return pieces + [String(rest)]
    }
}

/// A real server, ended in order when it is released.
final class RealServer {
    let program: ChildProgram
    private let signal: Int32

    /// Starts it, to be ended by `signal`.
    init(_ name: String, _ arguments: [String], endedBy signal: Int32 = SIGTERM) {
        program = ChildProgram(name, arguments)
        self.signal = signal
    }

    deinit {
        program.signal(SIGCONT)
        program.signal(signal)
        program.waitForExit()
    }

    /// Waits until it accepts connections.
    func waitUntilListening(_ port: UInt16) -> Bool {
        eventually { !program.isRunning || TestSocket.connect(port: port) != nil }
            && program.isRunning
    }

    /// A redis-server without files.
    static func redis(_ port: UInt16, in directory: TemporaryDirectory) -> RealServer {
        RealServer(
            "redis-server",
            [
                "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--dir", directory.path,
            ])
    }

    /// An nginx that says at each port which one it is.
    static func nginx(_ ports: [UInt16], in directory: TemporaryDirectory) -> RealServer {
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(directory.path)/\($0);"
        }
        let servers = ports.map { "server { listen 127.0.0.1:\($0); return 200 \"\($0)\\n\"; }" }
        directory.write(
            """
            daemon off; master_process off; pid \(directory.path)/nginx.pid;
            error_log stderr warn;
            events { }
            http { access_log off; \(temporary.joined(separator: " ")) \(servers.joined(separator: " ")) }
            """, to: "nginx.conf")
        return RealServer(
            "nginx",
            ["-p", directory.path, "-e", "stderr", "-c", directory.file("nginx.conf")])
    }
}
