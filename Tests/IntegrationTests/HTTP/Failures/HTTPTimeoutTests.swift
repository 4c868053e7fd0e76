import Glibc
import Support
import Synchronization
import Testing

/// Every wait of an exchange has an end, and who caused it is told.
@Suite("Timeouts of exchanges")
struct HTTPTimeoutTests {
    /// What is configured, and how long it may take at most.
    private static let short = Duration.milliseconds(300)
    private static let long = Duration.seconds(6)

    /// Runs something that a timeout ends, and checks how long it took.
    private static func timed<Result>(
        _ what: String, _ body: () throws -> Result
    ) rethrows -> Result {
        let begun = ContinuousClock.now
        let result = try body()
        let took = ContinuousClock.now - begun
        #expect(took >= short - .milliseconds(50) && took < long, "\(what) took \(took)")
        return result
    }

    private static let length = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"

    @Test("a backend that says nothing, or stops, is not waited for")
    func backend() throws {
        let backend = HTTPBackend { request, peer in
            switch request.target {
            case "/silent": true
            case "/interim": peer.send("HTTP/1.1 103 Early Hints\r\n\r\n")
            case "/head": peer.send("HTTP/1.1 200 OK\r\nA: ")
            case "/length": peer.send("\(Self.length)hel")
            case "/chunked":
                peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nh")
            case "/endless": peer.send("HTTP/1.1 200 OK\r\n\r\nhel")
            default: peer.respond("ok")
            }
        }
        let sluice = SluiceProcess(
            httpTo: [backend.port],
            upstream: "http: { timeouts: { first_byte: 300ms, idle: 300ms } }")
        for target in ["/silent", "/interim", "/head"] {
            for method in ["GET", "POST"] {
                let client = try sluice.client()
                let body = method == "POST" ? "abc" : nil
                let response = Self.timed(target) {
                    let response = client.ask(target, method: method, body: body)
                    return response?.status == 103 ? client.readResponse() : response
                }
                #expect(response?.status == 504, "\(target)")
                #expect(client.ask("/")?.text == "ok", "\(target)")
                client.close()
            }
        }
        for target in ["/length", "/chunked", "/endless"] {
            let client = try sluice.client()
            let response = Self.timed(target) { client.ask(target) }
            #expect(response?.status == 200 && response?.isWhole == false, "\(target)")
            #expect(client.ending != .nothing, "\(target): the client is left waiting")
            client.close()
        }
        let seen = backend.take().map(\.request.target)
        #expect(seen.filter { $0 != "/" }.count == 9, "\(seen)")
        #expect(eventually { backend.openConnections <= 1 })
        backend.stop()
        try sluice.stop()
    }

    @Test("a backend that goes on, however slowly, is waited for")
    func slowBackend() throws {
        let backend = HTTPBackend { _, peer in
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n")
            for _ in 0..<12 {
                poll(nil, 0, 100)
                guard peer.send("x") else { return false }
            }
            return true
        }
        let sluice = SluiceProcess(
            httpTo: [backend.port],
            upstream: "http: { timeouts: { first_byte: 1s, idle: 1s } }")
        let client = try sluice.client()
        #expect(client.ask("/")?.text == "xxxxxxxxxxxx")
        client.close()
        backend.stop()
        try sluice.stop()
    }

    @Test("a client that says nothing, or stops, is told so and left")
    func client() throws {
        let backend = HTTPBackend.telling()
        let sluice = SluiceProcess(
            httpTo: [backend.port],
            http: "timeouts: { head: 300ms, body: 300ms, keep_alive: 300ms }")
        let silent = try sluice.client()
        #expect(Self.timed("silence") { silent.readAll() } == [])
        let late = try sluice.client()
        late.send("GET / HTTP/1.1\r\nHost: a")
        let refused = Self.timed("half a head") { late.readResponse() }
        #expect(refused?.status == 408 && refused?.head["Connection"] == "close")
        #expect(late.readAll() == [])
        // Who sends an octet now and then has no more time for it.
        let slow = try sluice.client()
        slow.patienceMs = 30
        var answer: HTTPMessage?
        Self.timed("a head in pieces") {
            for octet in "GET / HTTP/1.1\r\nHost: aaaaaaaaaaaaaaaaaaaaaaaaaaaa" where answer == nil
            {
                slow.send(Array(String(octet).utf8))
                answer = slow.readResponse()
            }
        }
        #expect(answer?.status == 408)
        for fields in [
            "Content-Length: 9\r\n\r\nhel", "Transfer-Encoding: chunked\r\n\r\n9\r\nhel",
        ] {
            let client = try sluice.client()
            client.send("POST / HTTP/1.1\r\nHost: a\r\n\(fields)")
            let refused = Self.timed("half a body") { client.readResponse() }
            #expect(refused?.status == 408 && refused?.head["Connection"] == "close", "\(fields)")
            #expect(client.readAll() == [], "\(fields)")
        }
        #expect(eventually { backend.openConnections == 0 }, "half a request is left")
        let kept = try sluice.client()
        #expect(kept.ask("/")?.status == 200)
        #expect(Self.timed("keeping") { kept.readAll() } == [])
        backend.stop()
        try sluice.stop()
    }

    @Test("a client that takes nothing of its response is left")
    func deafClient() throws {
        let server = TestServer { socket in
            guard BulkReader(socket).head() != nil else { return }
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(64 << 20)\r\n\r\n")
            BulkOctets.send(socket, 0..<64 << 20)
        }
        let sluice = SluiceProcess(httpTo: [server.port], http: "timeouts: { body: 300ms }")
        let client = try sluice.client()
        client.socket.set(SOL_SOCKET, SO_RCVBUF, 65_536)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(
            try Self.timed("deafness") {
                try eventually { try sluice.ended("body_timeout") == 1 }
            })
        #expect(client.readResponse()?.isWhole != true)
        try sluice.stop()
    }

    @Test("a request that takes too long as a whole ends, whoever it is due to")
    func request() throws {
        let backend = HTTPBackend { request, peer in
            if request.target == "/silent" { return true }
            peer.send("HTTP/1.1 200 OK\r\n\r\n")
            while peer.send("x") { poll(nil, 0, 20) }
            return false
        }
        let sluice = SluiceProcess(httpTo: [backend.port], http: "timeouts: { request: 300ms }")
        let client = try sluice.client()
        #expect(Self.timed("silence") { client.ask("/silent") }?.status == 504)
        let other = try sluice.client()
        #expect(Self.timed("an endless body") { other.ask("/endless") }?.isWhole == false)
        client.close()
        backend.stop()
        try sluice.stop()
    }

    @Test("a request's time runs while it waits for a backend with room, or for one to be reached")
    func requestWithoutBackend() throws {
        let mayAnswer = Atomic<Bool>(false)
        let backend = HTTPBackend { _, peer in
            eventually { mayAnswer.load(ordering: .acquiring) } && peer.respond("at last")
        }
        let deaf = try DeafPort()
        let sluice = SluiceProcess(
            """
            workers: 1
            listeners:
              front:
                bind: "127.0.0.1:0"
                protocol: http
                http: { timeouts: { request: 300ms } }
                routes:
                  - { path: /held, upstream: full, timeouts: { request: 1m } }
                  - { path: /deaf, upstream: deaf }
                upstream: full
            upstreams:
              full:
                queue: { timeout: 1m }
                backends: [ { address: "127.0.0.1:\(backend.port)", max_connections: 1 } ]
              deaf:
                connect: { timeout: 1m }
                backends: [ "127.0.0.1:\(deaf.port)" ]
            """)
        let holder = try sluice.client()
        holder.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n")
        let isHeld = try eventually {
            try sluice.status().upstreams.contains { $0.name == "full" && $0.active == 1 }
        }
        #expect(isHeld)
        for target in ["/queued", "/deaf"] {
            let client = try sluice.client()
            #expect(Self.timed(target) { client.ask(target) }?.status == 504, "\(target)")
            client.close()
        }
        let status = try sluice.status()
        let ended = status.listeners[0].requests?.ended ?? [:]
        #expect(ended["request_timeout"] == 2, "\(ended)")
        #expect(status.upstreams.allSatisfy { $0.waiting == 0 && $0.backends[0].failed == 0 })
        mayAnswer.store(true, ordering: .releasing)
        #expect(holder.readResponse()?.text == "at last")
        #expect(holder.ask("/after")?.text == "at last")
        holder.close()
        backend.stop()
        try sluice.stop()
    }
}
