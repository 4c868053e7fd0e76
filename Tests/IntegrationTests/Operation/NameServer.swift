// A name server that answers when the test says so, and how a program is made to ask it alone.

import Glibc
import Support
import Synchronization

/// Answers questions for addresses (RFC 1035) over UDP, each name from the moment it is told what
/// to say; until then the questions wait.
final class NameServer: Sendable {
    /// True when a program of this machine can be given an /etc/resolv.conf of its own.
    static let works =
        getuid() == 0 && Command.exists("unshare")
        && Command.run("unshare", ["--mount", "mount", "--bind", "/dev/null", "/etc/resolv.conf"])
            .status == 0

    private struct State {
        var hosts: [String: UInt32] = [:]
        var waiting: [(name: String, question: [UInt8], client: sockaddr_in)] = []
    }

    private let directory = TemporaryDirectory()
    private let descriptor: Int32
    private let host: UInt32
    private let state = Locked(State())

    /// Serves at port 53 of an address of its own.
    init() {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        precondition(descriptor >= 0, "socket: \(errno)")
        host = Self.bindSomewhere(descriptor)
        ThreadOfTest.start { [self] in while serveOne() {} }
    }

    /// Ends the server.
    func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    deinit { close(descriptor) }

    /// What to start a program with so that it asks this server.
    var launcher: [String] {
        writeConfiguration(to: configurationPath)
        let file = configurationPath
        return [
            "unshare", "--mount", "/bin/sh", "-c",
            "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"", file,
        ]
    }

    /// The file that such a program has as its /etc/resolv.conf.
    var configurationPath: String { directory.file("resolv.conf") }

    /// Writes an /etc/resolv.conf that names this server alone.
    func writeConfiguration(to path: String) {
        let text = [24, 16, 8, 0].map { "\(host >> $0 & 255)" }.joined(separator: ".")
        TextFile.write("nameserver \(text)\n", to: path)
    }

    /// True when somebody waits for the address of a name.
    func isAsked(_ name: String) -> Bool {
        state.withLock { $0.waiting.contains { $0.name == name } }
    }

    /// The address of a name from now on, for those who wait too.
    func answer(_ name: String, _ host: UInt32) {
        state.withLock { state in
            state.hosts[name] = host
            for entry in state.waiting where entry.name == name {
                reply(host, entry.question, entry.client)
            }
            state.waiting.removeAll { $0.name == name }
        }
    }

    private static func bindSomewhere(_ descriptor: Int32) -> UInt32 {
        while true {
            let host = 0x7f00_0000 | UInt32.random(in: 0x1_0001...0xff_fffe)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(53).bigEndian
            address.sin_addr.s_addr = host.bigEndian
            let bound = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if bound == 0 { return host }
            precondition(errno == EADDRINUSE, "cannot bind port 53: \(errno)")
        }
    }

    private func serveOne() -> Bool {
        var question = [UInt8](repeating: 0, count: 512)
        var client = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let count = withUnsafeMutablePointer(to: &client) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                recvfrom(descriptor, &question, question.count, 0, $0, &length)
            }
        }
        guard count > 12 else { return count > 0 }
        var labels: [String] = []
        var offset = 12
        while offset < count, question[offset] > 0 {
            let end = offset + 1 + Int(question[offset])
            labels.append(String(decoding: question[(offset + 1)..<end], as: UTF8.self))
            offset = end
        }
        // The question alone: what may come behind it is not answered.
        let entry = (labels.joined(separator: "."), Array(question[..<(offset + 5)]), client)
        state.withLock { state in
            if let host = state.hosts[entry.0] {
                reply(host, entry.1, client)
            } else {
                state.waiting.append(entry)
            }
        }
        return true
    }

    /// One address for type A, none for the others.
    private func reply(_ host: UInt32, _ question: [UInt8], _ client: sockaddr_in) {
        let isForIPv4 = question[question.count - 3] == 1
        var message = question
        message.replaceSubrange(2..<12, with: [0x81, 0x80, 0, 1, 0, isForIPv4 ? 1 : 0, 0, 0, 0, 0])
        if isForIPv4 {
            message += [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]
            message += [24, 16, 8, 0].map { UInt8(host >> $0 & 255) }
        }
        var client = client
        _ = withUnsafePointer(to: &client) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(
                    descriptor, message, message.count, 0, $0,
                    socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
