// What tests of names need: a loop that runs until something is so, and a name server that does
// whatever a test wants of a bad one.

import Config
import Glibc
import Linux
import Support
import Synchronization
import Testing

@testable import Control

extension ControlLoop {
    /// Runs until a condition holds, looking at it every few milliseconds. False when it still does
    /// not after that time.
    func run(within milliseconds: UInt64 = 10_000, until condition: @escaping () -> Bool) -> Bool {
        let deadline = now + milliseconds
        var isTrue = false
        func look() {
            isTrue = condition()
            if isTrue || now >= deadline { stop() } else { after(2, look) }
        }
        look()
        run()
        return isTrue
    }
}

extension ResolverConfiguration {
    /// Servers on ports of 127.0.0.1, with little patience and short-lived answers.
    static func local(
        _ ports: UInt16..., timeoutMs: UInt64 = 2000, attempts: Int = 2, minTTLMs: UInt64 = 20,
        maxTTLMs: UInt64 = 40
    ) -> ResolverConfiguration {
        var settings = ResolverConfiguration()
        settings.servers = ports.map { ResolverServer(host: "127.0.0.1", port: $0) }
        settings.timeout = .milliseconds(timeoutMs)
        settings.attempts = attempts
        settings.minTTL = .milliseconds(minTTLMs)
        settings.maxTTL = .milliseconds(max(minTTLMs, maxTTLMs))
        return settings
    }
}

/// A name server whose answers a test decides on. It serves UDP and TCP on one port of 127.0.0.1.
final class FakeNameServer: Sendable {
    /// What is asked.
    struct Question: Hashable, Sendable {
        let name: String
        let type: UInt16
        let isTCP: Bool
    }

    /// One record of an answer.
    struct Record: Sendable {
        var type: UInt16
        var ttl: UInt32 = 60
        var data: [UInt8]
        /// Whose it is; nil for the name of the question.
        var owner: String?

        static func a(_ last: UInt8, ttl: UInt32 = 60) -> Record {
            Record(type: 1, ttl: ttl, data: [10, 0, 0, last])
        }
        static func aaaa(_ last: UInt8, ttl: UInt32 = 60) -> Record {
            Record(type: 28, ttl: ttl, data: [0xfd] + [UInt8](repeating: 0, count: 14) + [last])
        }
        static func srv(
            _ target: String, port: UInt16 = 80, priority: UInt16 = 0, weight: UInt16 = 1,
            ttl: UInt32 = 60
        ) -> Record {
            let numbers = [priority, weight, port].flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
            return Record(type: 33, ttl: ttl, data: numbers + encoded(target))
        }

        /// A name as labels.
        static func encoded(_ name: String) -> [UInt8] {
            name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
        }
    }

    /// What becomes of a question.
    enum Reply: Sendable {
        case silence
        case records([Record])
        /// An answer without records, by its code: 2 is SERVFAIL, 3 NXDOMAIN, 5 REFUSED.
        case code(UInt8)
        /// An answer that is too long for UDP.
        case truncated
        /// Bytes that are no message.
        case noise([UInt8])
    }

    private struct State {
        var reply: @Sendable (Question) -> Reply
        var questions: [Question] = []
    }

    let port: UInt16
    private let datagrams: TestSocket
    private let streams: TestSocket
    private let state: Locked<State>

    init(_ reply: @escaping @Sendable (Question) -> Reply) {
        (datagrams, streams) = Self.bindBoth()
        port = streams.port
        state = Locked(State(reply: reply))
        ThreadOfTest.start { [self] in serveDatagrams() }
        ThreadOfTest.start { [self] in serveStreams() }
    }

    /// Serves nobody any more.
    func stop() {
        for socket in [datagrams, streams] { shutdown(socket.descriptor, Int32(SHUT_RDWR)) }
    }

    /// Answers otherwise from now on.
    func set(_ reply: @escaping @Sendable (Question) -> Reply) {
        state.withLock { $0.reply = reply }
    }

    /// What was asked so far.
    var questions: [Question] { state.withLock(\.questions) }

    /// How many sockets of this process are connected to it.
    var clientCount: Int {
        (0..<1024).count { descriptor in
            var peer = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let result = withUnsafeMutablePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    getpeername(Int32(descriptor), $0, &length)
                }
            }
            return result == 0 && peer.sin_port == port.bigEndian
        }
    }

    /// The bytes that answer a query; nil when there are none.
    private func answer(_ query: [UInt8], isTCP: Bool) -> [UInt8]? {
        guard query.count > 12 else { return nil }
        var labels: [String] = []
        var offset = 12
        while query[offset] != 0 {
            let end = offset + 1 + Int(query[offset])
            labels.append(String(decoding: query[offset + 1..<end], as: UTF8.self))
            offset = end
        }
        let type = UInt16(query[offset + 1]) << 8 | UInt16(query[offset + 2])
        let question = Question(name: labels.joined(separator: "."), type: type, isTCP: isTCP)
        let reply = state.withLock { state in
            state.questions.append(question)
            return state.reply
        }
        let asked = Array(query[12..<offset + 5])
        func message(_ flags: UInt8, _ code: UInt8, _ records: [Record]) -> [UInt8] {
            var bytes = Array(query[..<2])
            bytes += [0x84 | flags, 0x80 | code, 0, 1]
            bytes += [UInt8(records.count >> 8), UInt8(records.count & 255), 0, 0, 0, 0]
            bytes += asked
            for record in records {
                bytes += record.owner.map { Record.encoded($0) } ?? [0xc0, 12]
                bytes += [UInt8(record.type >> 8), UInt8(record.type & 255), 0, 1]
                for shift in [24, 16, 8, 0] as [UInt32] {
                    bytes.append(UInt8(record.ttl >> shift & 255))
                }
                bytes += [UInt8(record.data.count >> 8), UInt8(record.data.count & 255)]
                bytes += record.data
            }
            return bytes
        }
        switch reply(question) {
        case .silence: return nil
        case .records(let records): return message(0, 0, records)
        case .code(let code): return message(0, code, [])
        case .truncated: return message(2, 0, [])
        case .noise(let bytes): return bytes
        }
    }

    private func serveDatagrams() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            var peer = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = withUnsafeMutablePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(datagrams.descriptor, &buffer, buffer.count, 0, $0, &length)
                }
            }
            // A socket that was shut down receives nothing, at once; a query is never empty.
            guard count > 0 else { return }
            guard let bytes = answer(Array(buffer[..<count]), isTCP: false) else { continue }
            _ = withUnsafePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(datagrams.descriptor, bytes, bytes.count, 0, $0, length)
                }
            }
        }
    }

    private func serveStreams() {
        while let connection = streams.accept(milliseconds: 600_000) {
            ThreadOfTest.start { [self] in
                while true {
                    let size = connection.receive(exactly: 2)
                    guard size.count == 2 else { return }
                    let query = connection.receive(exactly: Int(size[0]) << 8 | Int(size[1]))
                    guard let bytes = answer(query, isTCP: true) else { continue }
                    connection.send([UInt8(bytes.count >> 8), UInt8(bytes.count & 255)] + bytes)
                }
            }
        }
    }

    /// A UDP and a TCP socket with one port.
    private static func bindBoth() -> (TestSocket, TestSocket) {
        while true {
            let streams = TestSocket.listen()
            let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            precondition(descriptor >= 0, "socket: \(errno)")
            let datagrams = TestSocket(owning: descriptor)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = streams.port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if result == 0 { return (datagrams, streams) }
        }
    }
}
