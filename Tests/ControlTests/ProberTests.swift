// Probes against backends of every character: each ends in the right word, and nothing is left.

import Glibc
import Linux
import Support
import Testing

@testable import Control

@Suite("Probing")
struct ProberTests {
    /// The outcome of one probe, after which nothing may be left of it.
    private func outcome(
        _ target: ProbeTarget, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> ProbeOutcome {
        let bench = try ProbeBench()
        let outcome = try #require(bench.result(of: target), sourceLocation: sourceLocation)
        #expect(bench.counters.inFlight == 0 && bench.isBalanced, sourceLocation: sourceLocation)
        #expect(bench.isIdle, sourceLocation: sourceLocation)
        return outcome
    }

    private let redis = ProbeAt.exchange("PING\r\n", "+PONG")

    /// Answers each connection's first bytes, and then waits for its end.
    private func answering(_ pieces: String..., thenEnds: Bool = false) -> TestServer {
        TestServer { connection in
            _ = connection.receive()
            for piece in pieces {
                connection.send(piece)
                poll(nil, 0, 1)
            }
            if thenEnds { connection.shutdownWrite() }
            _ = connection.receive()
        }
    }

    @Test("a connection that is taken is a success, at every kind of address")
    func connect() throws {
        let server = TestServer { _ in }
        #expect(try outcome(ProbeAt.port(server.port)).isSuccess)
        let directory = TemporaryDirectory()
        let unix = TestSocket.listen(unix: directory.file("a.sock"))
        #expect(try outcome(ProbeAt.unix(directory.file("a.sock"))).isSuccess)
        withExtendedLifetime(unix) {}
        if let six = TestSocket.listen(ipv6Loopback: 0) {
            var local = try Socket.localAddress(six.descriptor)
            local = SocketAddress(ipv6: 0, 1, port: local.port)
            #expect(try outcome(ProbeAt.address(local)).isSuccess)
        }
    }

    @Test("a program that is only connected to is left alone: it is not given the connection")
    func unseen() throws {
        let listening = TestSocket.listen()
        var accepted = 0
        for _ in 0..<20 {
            #expect(try outcome(ProbeAt.port(listening.port)).isSuccess)
            if listening.accept(milliseconds: 0) != nil { accepted += 1 }
        }
        // The kernel acknowledges by itself when a busy machine is slow to reset.
        #expect(accepted < 10)
    }

    @Test("probes come from where they were told to")
    func source() throws {
        let listening = TestSocket.listen()
        let target = ProbeTarget(
            address: SocketAddress(ipv4: 0x7f00_0001, port: listening.port),
            source: SocketAddress(ipv4: 0x7f00_0042, port: 0), kind: redis, intervalMs: 60_000,
            timeoutMs: 5000, rise: 1, fall: 1)
        let bench = try ProbeBench()
        bench.probe(target)
        bench.prober.turn()
        var peer = SocketAddress()
        #expect(FileDescriptor.waitReadable(listening.descriptor, milliseconds: 5000))
        let connection = TestSocket(
            owning: Int32(try Socket.accept(listening.descriptor, from: &peer).orThrow("accept")))
        #expect(peer.ipv4Host == 0x7f00_0042)
        withExtendedLifetime(connection) {}
    }

    @Test("what is expected is found, whole, split or after a greeting")
    func exchange() throws {
        let whole = answering("+PONG\r\n")
        #expect(try outcome(ProbeAt.port(whole.port, redis)).isSuccess)
        let split = answering("+", "P", "O", "N", "G")
        #expect(try outcome(ProbeAt.port(split.port, redis)).isSuccess)
        let greeting = TestServer { connection in
            connection.send("220 mail.example ESMTP\r\n")
            _ = connection.receive()
        }
        let banner = ProbeAt.exchange("", "220 ")
        #expect(try outcome(ProbeAt.port(greeting.port, banner)).isSuccess)
        // All is sent and nothing is expected.
        let mute = answering()
        #expect(try outcome(ProbeAt.port(mute.port, ProbeAt.exchange("x", ""))).isSuccess)
    }

    @Test("an exchange over a Unix socket")
    func unixExchange() throws {
        let directory = TemporaryDirectory()
        let listening = TestSocket.listen(unix: directory.file("a.sock"))
        ThreadOfTest.start {
            guard let connection = listening.accept() else { return }
            _ = connection.receive()
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            _ = connection.receive()
        }
        let target = ProbeAt.unix(directory.file("a.sock"), .http(HTTPProbe()))
        #expect(try outcome(target).isSuccess)
    }

    @Test("nobody listens")
    func refused() throws {
        let (socket, port) = try ProbeAt.deadPort()
        let outcome = try outcome(ProbeAt.port(port))
        #expect(outcome.failure == .refused && outcome.code == ECONNREFUSED)
        withExtendedLifetime(socket) {}
        let directory = TemporaryDirectory()
        let path = directory.file("a.sock")
        #expect(try self.outcome(ProbeAt.unix(path)).failure == .refused)
        TestSocket.listen(unix: path).close()
        #expect(try self.outcome(ProbeAt.unix(path)).failure == .refused)
    }

    @Test("there is no way there")
    func unreachable() throws {
        let nowhere = SocketAddress(ipv4: 0xffff_ffff, port: 80)
        #expect(try outcome(ProbeAt.address(nowhere)).failure == .unreachable)
    }

    @Test("a full queue of connections: silence over TCP, a word over a Unix socket")
    func backlog() throws {
        let listening = TestSocket.listen(backlog: 0)
        let first = TestSocket.connect(port: listening.port)
        let target = ProbeAt.port(listening.port, timeout: 100)
        let outcome = try outcome(target)
        #expect(outcome.failure == .timeout && outcome.durationNs >= 99_000_000)
        withExtendedLifetime(first) {}

        let directory = TemporaryDirectory()
        let path = directory.file("a.sock")
        let unix = TestSocket.listen(unix: path)
        Glibc.listen(unix.descriptor, 0)
        let filling = TestSocket.connect(unix: path)
        #expect(try self.outcome(ProbeAt.unix(path)).failure == .busy)
        withExtendedLifetime(filling) {}
    }

    @Test("a backend that takes and says nothing, or reads nothing, is waited for until the end")
    func silent() throws {
        let listening = TestSocket.listen()
        listening.set(SOL_SOCKET, SO_RCVBUF, 4096)
        let port = listening.port
        let large = ProbeKind.exchange(
            send: [UInt8](repeating: 0x61, count: 5 << 20), expect: [0x62])
        for kind in [redis, .http(HTTPProbe()), large] {
            let outcome = try outcome(ProbeAt.port(port, kind, timeout: 50))
            #expect(outcome.failure == .timeout && outcome.excerpt.isEmpty)
        }
    }

    /// The outcome when the time is over after `reply` has come, on a clock that stands still until
    /// then: however slow the machine is, the reply is not late.
    private func outcome(_ kind: ProbeKind, replyingOnly reply: String) throws -> ProbeOutcome {
        let listening = TestSocket.listen()
        let bench = try ProbeBench(manual: true)
        let target = ProbeAt.port(listening.port, kind, timeout: 100)
        func turn() {
            #expect(FileDescriptor.waitReadable(bench.prober.descriptor, milliseconds: 10_000))
            bench.prober.turn()
        }
        bench.probe(target)
        bench.prober.turn()
        let connection = try #require(listening.accept())
        turn()
        _ = connection.receive()
        for byte in reply.utf8 {
            connection.send([byte])
            turn()
        }
        bench.advance(99)
        #expect(bench.reports.isEmpty)
        bench.advance(1)
        #expect(connection.receive() == .failed(ECONNRESET))
        #expect(bench.isIdle && bench.isBalanced)
        return try #require(bench.prober.status(of: target)?.last)
    }

    @Test("one byte after the other, too slowly")
    func drip() throws {
        let text = try outcome(redis, replyingOnly: "+PO")
        #expect(text.failure == .timeout && text.excerpt == "+PO")
        #expect(text.durationNs == 100_000_000)
        #expect(try outcome(.http(HTTPProbe()), replyingOnly: "HTTP/1.1 2").failure == .timeout)
    }

    @Test("other bytes than expected, with what they were")
    func unexpected() throws {
        let waiting = try outcome(redis, replyingOnly: "-NOAUTH no\r\n")
        #expect(waiting.text == #"unexpected "-NOAUTH no\r\n""#)
        let ending = answering("-NOAUTH no\r\n", thenEnds: true)
        #expect(try outcome(ProbeAt.port(ending.port, redis)).text == waiting.text)
        let ssh = answering("SSH-2.0-x\r\n")
        let http = try outcome(ProbeAt.port(ssh.port, .http(HTTPProbe())))
        #expect(http.text == #"unexpected "SSH-2.0-x\r\n""#)
    }

    @Test("data without end is cut off at the limit")
    func endless() throws {
        let endless = TestServer { connection in
            _ = connection.receive()
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            let junk = [UInt8](repeating: 0x78, count: 1 << 16)
            while connection.send(junk) {}
        }
        #expect(try outcome(ProbeAt.port(endless.port, redis)).failure == .unexpected)
        let body = ProbeKind.http(HTTPProbe(body: "ready"))
        #expect(try outcome(ProbeAt.port(endless.port, body)).failure == .body)
        #expect(try outcome(ProbeAt.port(endless.port, .http(HTTPProbe()))).isSuccess)
    }

    @Test("a backend that ends at any stage of its answer")
    func closed() throws {
        for text in ["", "+", "+PON"] {
            let server = answering(text, thenEnds: true)
            let outcome = try outcome(ProbeAt.port(server.port, redis))
            #expect(outcome.failure == .closed && outcome.excerpt == text)
        }
        let body = ProbeKind.http(HTTPProbe(body: "ready"))
        for (text, word) in [
            ("", ProbeFailure.closed), ("HTTP/1.1 ", .closed), ("HTTP/1.1 200 OK\r\nA: b", .closed),
            ("HTTP/1.1 200 OK\r\n\r\nread", .body),
        ] {
            let server = answering(text, thenEnds: true)
            #expect(try outcome(ProbeAt.port(server.port, body)).failure == word)
        }
    }

    @Test("a backend that resets at any stage of its answer")
    func reset() throws {
        for text in ["", "+PO"] {
            let server = TestServer { connection in
                _ = connection.receive()
                connection.send(text)
                connection.reset()
            }
            let outcome = try outcome(ProbeAt.port(server.port, redis))
            #expect(outcome.failure == .reset && outcome.code == ECONNRESET)
        }
        // Before the probe has said anything.
        let server = TestServer { $0.reset() }
        #expect(try outcome(ProbeAt.port(server.port, redis)).failure == .reset)
    }

    @Test("an HTTP answer is judged by its status, and by its body when that is asked for")
    func http() throws {
        let server = answering("HTTP/1.1 503 Busy\r\nX: y\r\n\r\nno", thenEnds: true)
        let outcome = try outcome(ProbeAt.port(server.port, .http(HTTPProbe())))
        #expect(outcome.text == "status 503" && outcome.code == 503)
        let taken = HTTPProbe(statuses: [200...200, 500...599], body: "no")
        #expect(try self.outcome(ProbeAt.port(server.port, .http(taken))).isSuccess)
        let missed = HTTPProbe(statuses: [503...503], body: "yes")
        #expect(try self.outcome(ProbeAt.port(server.port, .http(missed))).failure == .body)
        let interim = answering("HTTP/1.1 103 E\r\n\r\n", "HTTP/1.1 200 OK\r\n", thenEnds: true)
        #expect(try self.outcome(ProbeAt.port(interim.port, .http(HTTPProbe()))).isSuccess)
    }

    @Test("no port is kept by probes that ended first")
    func noTimeWait() throws {
        let server = answering("+PONG\r\n")
        for _ in 0..<20 { #expect(try outcome(ProbeAt.port(server.port, redis)).isSuccess) }
        // The remote end is the third field: address and port in hexadecimal digits (proc(5)).
        let ending = "0100007F:" + String(server.port, radix: 16, uppercase: true).leftPadded(to: 4)
        let left = TextFile.read("/proc/net/tcp").split(separator: "\n").filter { line in
            let fields = line.split(separator: " ")
            return fields.count > 3 && fields[2].hasSuffix(ending) && fields[3] == "06"
        }
        #expect(left.isEmpty)
    }
}

extension String {
    fileprivate func leftPadded(to count: Int) -> String {
        String(repeating: "0", count: max(0, count - self.count)) + self
    }
}
