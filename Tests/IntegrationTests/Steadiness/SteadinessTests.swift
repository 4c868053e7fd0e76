// Zero allocations and zero retains for each relayed request, as a test: of the release program,
// since only there does the optimiser do what the data plane counts on.

import Glibc
import Support
import Testing

@Suite("Steadiness", .serialized)
struct SteadinessTests {
    /// True when the program under test is the release build.
    static let isRelease: Bool = {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard realpath(SluiceProcess.binary, &path) != nil else { return false }
        let end = path.firstIndex(of: 0) ?? path.endIndex
        return String(decoding: path[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .contains("/release/")
    }()

    @Test(
        "a worker allocates nothing and retains nothing, whatever it relays",
        .enabled(if: isRelease, "SLUICE_BINARY is not a release build"))
    func steadyState() throws {
        let directory = TemporaryDirectory()
        let counter = try AllocationCounter(in: directory)
        let server = TestServer.echo()
        let sluice = SluiceProcess(
            """
            workers: 1
            listeners: { echo: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { backends: ["127.0.0.1:\(server.port)"] } }
            """, environment: counter.environment)
        let port = try sluice.port(of: "echo")
        func worker() -> AllocationCounts {
            counter.counts(ofThreads: "sluice-worker", in: sluice.program.pid)
        }
        // The counter counts: starting allocates, retains and releases, and a worker does some of
        // it.
        let start = counter.total()
        #expect(counter.hooks == AllocationCounter.hooksExpected)
        #expect(start.allocations > 100 && start.frees > 100 && start.objects > 100)
        #expect(start.retains > 100 && start.releases > 100)

        let clients = try (0..<4).map { _ in try #require(TestSocket.connect(port: port)) }
        for client in clients { #expect(exchange(client, count: 50)) }
        // Its first buffers and pipes: as many as are in use at one time, which each of several
        // transfers may add to.
        for client in clients + clients { #expect(bulk(client)) }
        #expect(worker().allocations > 0, "the worker's own allocations are not counted")

        let beforeRequests = worker()
        for client in clients { #expect(exchange(client, count: 2500)) }
        let requests = worker() - beforeRequests
        #expect(requests == AllocationCounts(), "10,000 requests took \(requests)")

        let beforeBulk = worker()
        for client in clients { #expect(bulk(client)) }
        let spliced = worker() - beforeBulk
        #expect(spliced == AllocationCounts(), "bulk transfers took \(spliced)")

        let beforeConnections = worker()
        for _ in 0..<500 {
            let client = try #require(TestSocket.connect(port: port))
            #expect(exchange(client, count: 1))
        }
        let connections = worker() - beforeConnections
        #expect(connections == AllocationCounts(), "500 connections took \(connections)")

        for client in clients { client.close() }
        try sluice.stop()
    }

    @Test(
        "a worker allocates nothing and retains nothing for a session that is routed by its hello",
        .enabled(if: isRelease, "SLUICE_BINARY is not a release build"))
    func hellos() throws {
        let directory = TemporaryDirectory()
        let counter = try AllocationCounter(in: directory)
        let front = HelloFront(
            ["a", "b"], routes: "[{ sni: a.example, alpn: [h2], upstream: a }]",
            listener: ", upstream: b", environment: counter.environment)
        let port = try front.sluice.port(of: "tls")
        func worker() -> AllocationCounts {
            counter.counts(ofThreads: "sluice-worker", in: front.sluice.program.pid)
        }
        let hello = SentHello("a.example", protocols: ["h2"])
        let streams = [hello.stream, hello.stream(recordSize: 20), SentHello("b").stream]
        func connect(_ count: Int) throws {
            for index in 0..<count {
                let client = try #require(TestSocket.connect(port: port))
                let stream = streams[index % streams.count]
                client.send(stream)
                #expect(HelloFront.name(client, stream) == (index % 3 == 2 ? "b" : "a"))
            }
        }
        try connect(50)
        let before = worker()
        try connect(500)
        let taken = worker() - before
        #expect(taken == AllocationCounts(), "500 sessions took \(taken)")
        try front.sluice.stop()
    }

    @Test(
        "a worker allocates nothing and retains nothing for an exchange, an access log included",
        .enabled(if: isRelease && Command.exists("nginx"), "no release build, or no nginx"))
    func exchanges() throws {
        let directory = TemporaryDirectory()
        let counter = try AllocationCounter(in: directory)
        let origin = FreePort.take()
        var server: RealServer? = RealServer.nginx([origin], in: directory)
        #expect(server?.waitUntilListening(origin) == true)
        let sluice = SluiceProcess(
            """
            workers: 1
            listeners:
              web:
                bind: "127.0.0.1:0"
                protocol: http
                upstream: site
                routes:
                  - { host: a, path: /deep, request_headers: { set: { X-A: "{client_ip} {path}" } }, upstream: site }
                  - { path: /bound, upstream: bound }
                http: { access_log: { file: "$DIR/access.log" }, response_headers: { remove: [ Server ] } }
            upstreams:
              site: { backends: ["127.0.0.1:\(origin)"] }
              bound: { backends: ["127.0.0.1:\(origin)"], affinity: { secret: 0123456789abcdef } }
            """, environment: counter.environment)
        let port = try sluice.port(of: "web")
        func worker() -> AllocationCounts {
            counter.counts(ofThreads: "sluice-worker", in: sluice.program.pid)
        }
        let clients = try (0..<4).map { _ in try #require(TestSocket.connect(port: port)) }
        let bound = CookieClient(port)
        #expect(bound.ask("/bound")?.set.count == 1)
        let requests = [
            "GET /bound HTTP/1.1\r\nHost: a\r\nCookie: a=b; SLUICE=x\r\n\r\n",
            "GET /bound HTTP/1.1\r\nHost: a\r\nCookie: a=b; \(bound.cookie ?? "")\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n",
            "GET /deep/er?x=1 HTTP/1.1\r\nHost: a\r\nCookie: a=b\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        ].map { Array($0.utf8) }
        // All that is kept is there after some.
        for client in clients { #expect(ask(client, requests, count: 50)) }
        let before = worker()
        for client in clients { #expect(ask(client, requests, count: 2500)) }
        let taken = worker() - before
        #expect(taken == AllocationCounts(), "10,000 exchanges took \(taken)")

        let beforeConnections = worker()
        for _ in 0..<500 {
            let client = try #require(TestSocket.connect(port: port))
            #expect(ask(client, requests, count: 3))
        }
        let connections = worker() - beforeConnections
        #expect(connections == AllocationCounts(), "500 connections took \(connections)")
        for client in clients { client.close() }
        // Connections that are kept for requests to come go with it.
        server = nil
        try sluice.stop()
    }

    @Test(
        "a worker allocates nothing and retains nothing for a response that it compresses",
        .enabled(if: isRelease, "no release build"))
    func compression() throws {
        let directory = TemporaryDirectory()
        let counter = try AllocationCounter(in: directory)
        let text = (0..<3000).map { "line \($0)\n" }.joined()
        let type = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
        let size = String(text.utf8.count, radix: 16)
        let origin = ScriptedOrigin { head, connection in
            head.hasPrefix("GET /chunks ")
                ? connection.send(
                    "\(type)Transfer-Encoding: chunked\r\n\r\n\(size)\r\n\(text)\r\n0\r\n\r\n")
                : connection.send("\(type)Content-Length: \(text.utf8.count)\r\n\r\n\(text)")
        }
        let sluice = SluiceProcess(
            CompressionTests.configuration(origin.port, "level: 4"),
            environment: counter.environment)
        func worker() -> AllocationCounts {
            counter.counts(ofThreads: "sluice-worker", in: sluice.program.pid)
        }
        let client = try CompressionTests.client(sluice)
        func ask(_ count: Int) -> Bool {
            (0..<count).allSatisfy { index in
                let answer = client.ask(index % 2 == 0 ? "/" : "/chunks")
                return answer?.isCompressed == true && answer?.isWhole == true
            }
        }
        #expect(ask(20))
        let before = worker()
        #expect(ask(500))
        let taken = worker() - before
        #expect(taken == AllocationCounts(), "500 compressed responses took \(taken)")
        try sluice.stop([client], origin)
    }

    /// Sends requests in turn, each after the answer to the one before.
    private func ask(_ client: TestSocket, _ requests: [[UInt8]], count: Int) -> Bool {
        for index in 0..<count {
            guard client.send(requests[index % requests.count]), answers(client) else {
                return false
            }
        }
        return true
    }

    /// Receives a response with status 200 and all of its body.
    private func answers(_ client: TestSocket) -> Bool {
        var response = ""
        while case .bytes(let bytes) = client.receive() {
            response += String(decoding: bytes, as: UTF8.self)
            guard let end = response.firstRange(of: "\r\n\r\n"),
                let field = response.firstRange(of: "Content-Length: ")
            else { continue }
            let length = Int(response[field.upperBound...].prefix { $0.isNumber }) ?? 0
            guard response[end.upperBound...].utf8.count >= length else { continue }
            return response.hasPrefix("HTTP/1.1 200 ")
        }
        return false
    }

    /// Sends small requests, each after the answer to the one before.
    private func exchange(_ client: TestSocket, count: Int) -> Bool {
        let request = [UInt8](repeating: 1, count: 64)
        for _ in 0..<count {
            guard client.send(request), client.receive(exactly: 64) == request else {
                return false
            }
        }
        return true
    }

    /// Sends so much at once that the worker goes over to splice(2).
    private func bulk(_ client: TestSocket) -> Bool {
        let bytes = 8 << 20
        ThreadOfTest.start { client.send([UInt8](repeating: 2, count: bytes)) }
        return client.receive(exactly: bytes).count == bytes
    }
}
