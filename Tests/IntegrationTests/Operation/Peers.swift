// What the tests of operation ask through the proxy, and what they read about its sockets.

import Glibc
import Support

/// Small questions of a client.
enum Client {
    /// Who answers at a port, behind which are servers by `TestServer.naming`; nil when nobody
    /// does.
    static func whoAnswers(_ port: UInt16) -> String? {
        guard let connection = TestSocket.connect(port: port) else { return nil }
        return text(connection.receiveAll())
    }

    /// True when what is sent comes back, from servers by `TestServer.echo`.
    static func echoes(_ connection: TestSocket?, _ message: String = "ping") -> Bool {
        guard let connection, connection.send(message) else { return false }
        return connection.receive(exactly: message.utf8.count) == Array(message.utf8)
    }

    /// Bytes as text, nil when there are none.
    static func text(_ bytes: [UInt8]?) -> String? {
        guard let bytes, !bytes.isEmpty else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// What the kernel tells of sockets.
enum KernelSockets {
    /// The inodes of the sockets that listen at a port of 127.0.0.1 (proc_pid_net(5), state 0A).
    static func listening(at port: UInt16) -> Set<String> {
        let digits = String(port, radix: 16, uppercase: true)
        let address = "0100007F:" + String(repeating: "0", count: 4 - digits.count) + digits
        var found: Set<String> = []
        for line in TextFile.read("/proc/net/tcp").split(separator: "\n").dropFirst() {
            let words = line.split(separator: " ")
            if words.count > 9, words[1] == address, words[3] == "0A" {
                found.insert(String(words[9]))
            }
        }
        return found
    }
}

extension SluiceProcess {
    /// The value of a metric: of one sample by its whole name with labels, or the sum of those
    /// that hold `label`. Nil when there is none.
    func metric(_ name: String, _ label: String = "") -> Double? {
        let samples = (AdminHTTP.get(socketPath, "/metrics")?.body ?? "").split(separator: "\n")
            .filter {
                ($0.hasPrefix("\(name) ") || $0.hasPrefix("\(name){"))
                    && (label.isEmpty || $0.contains(label))
            }
        guard !samples.isEmpty else { return nil }
        return samples.reduce(0) {
            $0 + ($1.split(separator: " ").last.flatMap { Double($0) } ?? 0)
        }
    }
}
