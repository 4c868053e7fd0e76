import Control
import FoundationEssentials
import Support
import Testing

@Suite("The admin socket's answers")
struct AdminEndpointTests {
    private static func start() -> SluiceProcess {
        SluiceProcess(
            """
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { backends: ["127.0.0.1:9"] } }
            """)
    }

    @Test("each path answers by method, and what it does not know with 404 and 405")
    func answers() throws {
        let sluice = Self.start()
        let path = sluice.socketPath
        #expect(AdminHTTP.get(path, "/live")?.status == 200)
        #expect(AdminHTTP.get(path, "/ready")?.body == "ready\n")
        #expect(AdminHTTP.get(path, "/ready?verbose=1")?.status == 200)
        let status = try #require(AdminHTTP.get(path, "/status"))
        #expect(status.fields["content-type"] == "application/json")
        let report = try JSONDecoder().decode(StatusReport.self, from: Data(status.body.utf8))
        #expect(report.pid == Int(sluice.program.pid))
        #expect(report.listeners.map(\.name) == ["one"])

        let missing = try #require(AdminHTTP.get(path, "/metric"))
        #expect(missing.status == 404 && missing.body.contains("/metrics"))
        for target in ["/live", "/ready", "/status", "/metrics", "/overrides"] {
            let wrong = AdminHTTP.ask(path, "PUT", target)
            let allowed = target == "/ready" ? "GET, HEAD, POST" : "GET, HEAD"
            #expect(wrong?.status == 405 && wrong?.fields["allow"] == allowed, "\(target)")
            let head = AdminHTTP.ask(path, "HEAD", target)
            #expect(head?.status == 200 && head?.body == "", "\(target)")
            #expect(head?.fields["content-length"] != "0", "\(target)")
        }
        let reload = AdminHTTP.get(path, "/reload")
        #expect(reload?.status == 405 && reload?.fields["allow"] == "POST")
        #expect(try sluice.status().generation == 1, "a GET has reloaded")
        #expect(AdminHTTP.ask(path, "POST", "/reload")?.status == 200)
        sluice.write("nonsense: 1")
        let refused = try #require(AdminHTTP.ask(path, "POST", "/reload"))
        #expect(refused.status == 422)
        let outcome = try JSONDecoder().decode(ReloadReport.self, from: Data(refused.body.utf8))
        #expect(outcome.result == "refused" && !outcome.errors.isEmpty)
        try sluice.stop()
    }

    @Test("a connection stays for more requests, also when they come at once or in pieces")
    func keepsAlive() throws {
        let sluice = Self.start()
        let connection = try #require(AdminHTTP(sluice.socketPath))
        for _ in 0..<3 {
            connection.send("GET", "/live")
            #expect(connection.receive()?.body == "alive\n")
        }
        let one = "GET /ready HTTP/1.1\r\nHost: x\r\n\r\n"
        let post = "POST /reload HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
        connection.socket.send(one + one + post + one)
        #expect(connection.receive()?.body == "ready\n")
        #expect(connection.receive()?.body == "ready\n")
        #expect(connection.receive()?.body.contains("applied") == true)
        #expect(connection.receive()?.body == "ready\n")
        for byte in one.utf8 { connection.socket.send([byte]) }
        #expect(connection.receive()?.body == "ready\n")
        connection.socket.send("HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n" + one)
        #expect(connection.receive(hasBody: false)?.status == 200)
        #expect(connection.receive()?.body == "ready\n")
        connection.socket.send("GET /live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        let last = connection.receive()
        #expect(last?.body == "alive\n" && last?.fields["connection"] == "close")
        #expect(connection.socket.receive() == .end)
        try sluice.stop()
    }

    @Test("who sends a request and ends its direction gets the answer")
    func halfClosed() throws {
        let sluice = Self.start()
        for target in ["/status", "/metrics"] {
            let connection = try #require(AdminHTTP(sluice.socketPath))
            connection.send("GET", target)
            connection.socket.shutdownWrite()
            #expect(connection.receive()?.status == 200)
            #expect(connection.socket.receive() == .end)
        }
        let reload = try #require(AdminHTTP(sluice.socketPath))
        reload.send("POST", "/reload")
        reload.socket.shutdownWrite()
        #expect(reload.receive()?.status == 200)
        try sluice.stop()
    }

    @Test("curl --unix-socket reads all of it", .enabled(if: Command.exists("curl")))
    func curl() throws {
        let sluice = Self.start()
        for (target, word) in [
            ("metrics", "# TYPE"), ("status", "\"listeners\""), ("live", "alive"),
            ("ready", "ready"),
        ] {
            let curl = Command.run(
                "curl",
                ["-fsS", "--unix-socket", sluice.socketPath, "http://sluice/\(target)"])
            #expect(curl.status == 0 && curl.output.contains(word), "\(curl)")
        }
        let post = Command.run(
            "curl",
            ["-fsS", "-X", "POST", "--unix-socket", sluice.socketPath, "http://sluice/reload"])
        #expect(post.status == 0 && post.output.contains("\"applied\""), "\(post)")
        try sluice.stop()
    }
}
