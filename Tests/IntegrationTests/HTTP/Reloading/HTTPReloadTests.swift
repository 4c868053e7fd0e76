import Glibc
import Support
import Synchronization
import Testing

/// Reloads and ends, seen by clients that keep their connections.
@Suite("Reloading and ending with kept clients", .serialized)
struct HTTPReloadTests {
    /// A backend that answers when it is told to.
    private final class Held: Sendable {
        let arrived = Atomic<Bool>(false)
        let mayAnswer = Atomic<Bool>(false)

        func backend() -> HTTPBackend {
            HTTPBackend { [self] request, peer in
                guard request.target.hasPrefix("/held") else { return peer.respond(request.target) }
                arrived.store(true, ordering: .releasing)
                guard eventually({ mayAnswer.load(ordering: .acquiring) }) else { return false }
                return peer.respond("at last")
            }
        }

        /// True when the request is with the backend.
        func hasArrived() -> Bool { eventually { arrived.load(ordering: .acquiring) } }
        func answer() { mayAnswer.store(true, ordering: .releasing) }
    }

    @Test("the next request on a client's connection goes by the new configuration")
    func nextRequest() throws {
        let (a, b) = (HTTPBackend.telling("a"), HTTPBackend.telling("b"))
        let sluice = SluiceProcess(httpTo: [a.port])
        let client = try sluice.client()
        for round in 0..<6 {
            let isFirst = round % 2 == 0
            sluice.write(
                SluiceProcess.http(
                    to: [isFirst ? a.port : b.port],
                    http: isFirst ? "" : "request_headers: { set: { X-Round: \"\(round)\" } }"))
            #expect(try sluice.admin.reload().cause == nil)
            #expect(client.ask("/\(round)")?.text == "\(isFirst ? "a" : "b")/\(round) ")
        }
        #expect(b.take().map { $0.request.head["X-Round"] } == ["1", "3", "5"])
        #expect(a.connections == 3 && b.connections == 3, "connections outlive their backend")
        client.close()
        a.stop()
        b.stop()
        try sluice.stop()
    }

    @Test("an exchange under way goes by the configuration that it began with")
    func running() throws {
        let held = Held()
        let (a, b) = (held.backend(), HTTPBackend.telling("b"))
        let sluice = SluiceProcess(httpTo: [a.port])
        let client = try sluice.client()
        client.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(held.hasArrived())
        sluice.write(SluiceProcess.http(to: [b.port]))
        #expect(try sluice.admin.reload().isApplied)
        held.answer()
        #expect(client.readResponse()?.text == "at last")
        #expect(client.readResponse()?.text == "b/next ")
        client.close()
        a.stop()
        b.stop()
        try sluice.stop()
    }

    /// A log line in another format could tell of an exchange what the old format asked for.
    @Test("an access line is all of one format, whenever its exchange began", arguments: [1, 2])
    func accessFormat(workers: Int) throws {
        let held = Held()
        let backend = held.backend()
        let directory = TemporaryDirectory()
        let log = directory.file("access.log")
        func configuration(_ format: String?) -> String {
            let access = format.map { "{ file: \"\(log)\", format: \"\($0)\" }" } ?? "off"
            return SluiceProcess.http(
                to: [backend.port], http: "access_log: \(access)", upstream: "queue: { size: 9 }",
                workers: workers
            ).replacing("\"127.0.0.1:\(backend.port)\"", with: one)
        }
        let one = "{ address: \"127.0.0.1:\(backend.port)\", max_connections: 1 }"
        let old = "old {header:x-a} {response_header:x-c} {cookie:d} {status}"
        let new = "new {response_header:x-b} {header:x-b} {header:x-a} {status}"
        let fields = "X-A: a\r\nX-B: b\r\nCookie: d=d\r\n"
        let sluice = SluiceProcess(configuration(nil))
        /// Has one exchange run and others wait, reloads, and lets them go on.
        func lines(_ count: Int, after format: String?) throws -> [String] {
            held.mayAnswer.store(false, ordering: .releasing)
            held.arrived.store(false, ordering: .releasing)
            let clients = try (0..<3).map { _ in try sluice.client() }
            for (index, client) in clients.enumerated() {
                client.send("GET /held HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
                if index == 0 { #expect(held.hasArrived()) }
            }
            #expect(try eventually { try sluice.status().upstreams[0].waiting == 2 })
            let before = TextFile.read(log).split(separator: "\n").count
            sluice.write(configuration(format))
            #expect(try sluice.admin.reload().isApplied)
            held.answer()
            for client in clients {
                #expect(client.readResponse()?.text == "at last")
                client.close()
            }
            // This one begins after the reload.
            let last = try sluice.client()
            #expect(last.ask("/last", fields: fields)?.status == 200)
            last.close()
            func all() -> [String] {
                TextFile.read(log).split(separator: "\n").dropFirst(before).map(String.init)
            }
            #expect(eventually { all().count == count }, "\(all())")
            return all()
        }
        // Of those that began without a log nothing is told.
        #expect(try lines(1, after: old) == ["old a - d 200"])
        let changed = try lines(4, after: new)
        #expect(
            changed.sorted() == [String](repeating: "new - - - 200", count: 3) + ["new - b a 200"])
        #expect(try lines(4, after: new) == [String](repeating: "new - b a 200", count: 4))
        #expect(try lines(0, after: nil).isEmpty)
        backend.stop()
        try sluice.stop()
    }

    @Test("clients of a listener that is gone are closed: idle ones at once, others when answered")
    func removedListener() throws {
        let held = Held()
        let backend = held.backend()
        let other = "  other: { bind: \"127.0.0.2:0\", protocol: http, upstream: servers }"
        let without = SluiceProcess.http(to: [backend.port])
        let sluice = SluiceProcess(
            without.split(separator: "upstreams:", maxSplits: 1).joined(
                separator: "\(other)\nupstreams:"))
        let port = try sluice.port(of: "other")
        func peer() -> HTTPPeer? {
            TestSocket.connect(host: 0x7f00_0002, port: port).map { HTTPPeer($0) }
        }
        let idle = try #require(peer())
        #expect(idle.ask("/")?.text == "/")
        let fresh = try #require(peer())
        let silent = try #require(peer())
        let running = try #require(peer())
        running.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(held.hasArrived())
        let kept = try sluice.client()
        #expect(kept.ask("/kept")?.text == "/kept")
        #expect(try sluice.status().listeners.count == 2)
        sluice.write(without)
        #expect(try sluice.admin.reload().isApplied)
        #expect(idle.readAll() == [])
        // Who has asked for nothing yet may have just connected to do so.
        checkLast(fresh.ask("/"), "/", fresh)
        // Less than the head of a request may take.
        silent.patienceMs = 5_000
        #expect(silent.readAll() == [], "one that asks for nothing is kept")
        held.answer()
        checkLast(running.readResponse(), "at last", running)
        #expect(kept.ask("/kept")?.text == "/kept")
        kept.close()
        backend.stop()
        try sluice.stop()
    }

    /// A response that is the last one of its connection, and says so.
    private func checkLast(_ response: HTTPMessage?, _ text: String, _ client: HTTPPeer) {
        #expect(response?.text == text && response?.head["Connection"] == "close", "\(text)")
        #expect(client.readAll() == [], "\(text)")
        client.close()
    }

    @Test("100 reloads lose no request of clients at work")
    func hundredReloads() throws {
        let backends = (0..<3).map { HTTPBackend.telling("\($0)") }
        func configuration(_ round: Int) -> String {
            let ports = backends.enumerated().filter { $0.offset != round % 4 }.map(\.element.port)
            return SluiceProcess.http(
                to: ports, http: "timeouts: { keep_alive: \(30 + round % 7)s }",
                upstream: round % 5 == 4 ? "http: { keep_alive: off }" : "", workers: 2)
        }
        let sluice = SluiceProcess(configuration(0))
        let port = try sluice.front()
        let load = Load()
        let kept = try (0..<3).map { _ in try #require(HTTPPeer(port: port)) }
        for client in kept {
            load.start { client.ask("/kept")?.text.hasSuffix("/kept ") == true }
        }
        load.start {
            let client = HTTPPeer(port: port)
            let response = client?.ask("/new", method: "POST", body: "a")
            return response?.text.hasSuffix("/new a") == true
        }
        for round in 1...100 {
            sluice.write(configuration(round))
            #expect(try sluice.admin.reload().isApplied)
        }
        #expect(load.stop(), "a client hangs")
        #expect(load.failures.load(ordering: .relaxed) == 0)
        #expect(load.requests.load(ordering: .relaxed) > 100)
        for client in kept { client.close() }
        for backend in backends { backend.stop() }
        #expect(eventually { sluice.metric("sluice_snapshots_retired") == 0 })
        try sluice.stop()
    }

    @Test("SIGTERM closes idle clients at once, and the others behind their answers")
    func drain() throws {
        let held = Held()
        let backend = held.backend()
        let sluice = SluiceProcess(httpTo: [backend.port])
        let idle = try sluice.client()
        #expect(idle.ask("/")?.text == "/")
        let fresh = try sluice.client()
        let silent = try sluice.client()
        let begun = try sluice.client()
        begun.send("GET /be")
        let running = try sluice.client()
        // What was sent behind the request that runs is not begun.
        running.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(held.hasArrived())
        sluice.program.signal(SIGTERM)
        #expect(idle.readAll() == [])
        // Who has asked for nothing yet may have just connected to do so.
        checkLast(fresh.ask("/"), "/", fresh)
        // Less than the head of a request may take.
        silent.patienceMs = 5_000
        #expect(silent.readAll() == [], "one that asks for nothing is kept")
        begun.send("gun HTTP/1.1\r\nHost: a\r\n\r\n")
        checkLast(begun.readResponse(), "/begun", begun)
        #expect(sluice.program.isRunning)
        held.answer()
        checkLast(running.readResponse(), "at last", running)
        #expect(sluice.program.waitForExit(milliseconds: 10_000) == 0)
        #expect(!backend.take().contains { $0.request.target == "/next" })
    }

    @Test("SIGTERM lets uploads, downloads and upgraded connections finish")
    func drainBodies() throws {
        let backend = HTTPBackend { request, peer in
            if request.target == "/upgrade" {
                peer.send(
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n"
                        + "Upgrade: echo\r\n\r\n")
                while case let octet = peer.read(1), !octet.isEmpty { peer.send(octet) }
                peer.socket.shutdownWrite()
                return false
            }
            guard request.target == "/download" else { return peer.respond(request.text) }
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(1 << 25)\r\n\r\n")
            return BulkOctets.send(peer.socket, 0..<1 << 25)
        }
        let sluice = SluiceProcess(httpTo: [backend.port])
        let upload = try sluice.client()
        upload.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello")
        let download = try #require(TestSocket.connect(port: try sluice.front()))
        download.set(SOL_SOCKET, SO_RCVBUF, 65_536)
        download.send("GET /download HTTP/1.1\r\nHost: a\r\n\r\n")
        let reader = BulkReader(download)
        #expect(reader.head()?.status == 200)
        let upgraded = try sluice.client()
        upgraded.send(
            "GET /upgrade HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n")
        #expect(upgraded.readHead()?.status == 101)
        #expect(eventually { backend.connections == 3 })
        sluice.program.signal(SIGTERM)
        #expect(sluice.waitForNotification("STOPPING=1"))
        upload.send("world")
        #expect(upload.readResponse()?.text == "helloworld")
        #expect(upload.readAll() == [])
        upload.close()
        #expect(reader.matches(0..<1 << 25) && reader.isAtEnd())
        download.close()
        upgraded.send("ping")
        #expect(upgraded.read(4) == Array("ping".utf8))
        upgraded.close()
        #expect(sluice.program.waitForExit(milliseconds: 10_000) == 0)
    }
}
