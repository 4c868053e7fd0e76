import Glibc
import Support
import Testing

@Suite(
    "examples/http.yaml, websocket.yaml and canary.yaml",
    .enabled(if: Command.exists("nginx") && Command.exists("curl")))
struct HTTPExampleTests {
    @Test("http: routes, a page of its own, a redirect, headers, and a log in the combined format")
    func http() throws {
        let example = try Example("http")
        let directory = TemporaryDirectory()
        let ports = [8201, 8202, 8203].map { example.port($0) }
        var server: RealServer? = RealServer.nginx(ports, in: directory)
        #expect(server?.waitUntilListening(ports[2]) == true)
        let sluice = SluiceProcess(example.text)
        let front = "http://127.0.0.1:\(try sluice.port(of: "web"))"
        var seen: Set<String> = []
        for _ in 0..<40 { seen.insert(Self.get([front + "/"])) }
        #expect(seen == Set(ports[..<2].map { "\($0)\n" }))
        #expect(Self.get([front + "/api/users"]) == "\(ports[2])\n")
        #expect(Self.get([front + "/health"]) == "ok\n")
        let moved = Self.get(["-i", front + "/old?a=b"])
        #expect(moved.hasPrefix("HTTP/1.1 301 ") && moved.contains("Location: /new?a=b\r\n"))
        let head = Self.get(["-i", front + "/"])
        #expect(head.contains("X-Content-Type-Options: nosniff\r\n"), "\(head)")
        #expect(!head.contains("Server:"), "\(head)")
        let log = sluice.directory.file("access.log")
        #expect(eventually { TextFile.read(log).contains("\"GET /old?a=b HTTP/1.1\" 301 ") })
        #expect(TextFile.read(log).hasPrefix("127.0.0.1 - - ["))
        let metrics = "sluice_route_requests_total{listener=\"web\",route=\"api\",status=\"2xx\"}"
        #expect(sluice.metric(metrics) == 1)
        // Connections that are kept for requests to come go with it.
        server = nil
        try sluice.stop()
    }

    @Test("websocket: pages and sockets go to upstreams of their own")
    func websocket() throws {
        let example = try Example("websocket")
        let directory = TemporaryDirectory()
        let ports = [8301, 8302, 8303].map { example.port($0) }
        var server: RealServer? = RealServer.nginx(ports, in: directory)
        #expect(server?.waitUntilListening(ports[2]) == true)
        let sluice = SluiceProcess(example.text)
        let front = "http://127.0.0.1:\(try sluice.port(of: "web"))"
        #expect(Self.get([front + "/"]) == "\(ports[0])\n")
        var seen: Set<String> = []
        for _ in 0..<10 { seen.insert(Self.get([front + "/socket"])) }
        #expect(seen.count == 1 && seen.isSubset(of: ["\(ports[1])\n", "\(ports[2])\n"]))
        // Connections that are kept for requests to come go with it.
        server = nil
        try sluice.stop()
    }

    @Test("canary: by header at once, by cookie in the shares of the weights, and the same again")
    func canary() throws {
        let example = try Example("canary")
        let directory = TemporaryDirectory()
        let ports = [8401, 8402, 8403].map { example.port($0) }
        var server: RealServer? = RealServer.nginx(ports, in: directory)
        #expect(server?.waitUntilListening(ports[2]) == true)
        let sluice = SluiceProcess(example.text)
        let front = "http://127.0.0.1:\(try sluice.port(of: "web"))"
        let chosen = Self.get(["-i", "-H", "X-Canary: always", front + "/"])
        #expect(chosen.hasSuffix("\(ports[2])\n") && chosen.contains("X-Served-By: canary\r\n"))
        var counts: [String: Int] = [:]
        for user in 0..<100 {
            let first = Self.get(["-b", "user=\(user)", front + "/"])
            if user % 10 == 0 {
                #expect(Self.get(["-b", "a=1; user=\(user)", front + "/"]) == first)
            }
            counts[first, default: 0] += 1
        }
        #expect((1...20).contains(counts["\(ports[2])\n"] ?? 0), "\(counts)")
        #expect(counts.count == 3, "\(counts)")
        // Connections that are kept for requests to come go with it.
        server = nil
        try sluice.stop()
    }

    @Test("all of them are good as they are", arguments: ["http", "websocket", "canary"])
    func check(name: String) {
        let check = Command.run(
            SluiceProcess.binary, ["check", Checkout.path("examples/\(name).yaml")])
        #expect(check.status == 0 && check.errors.isEmpty, "\(check)")
    }

    private static func get(_ arguments: [String]) -> String {
        let curl = Command.run("curl", ["-sS", "-m", "10"] + arguments)
        return curl.status == 0 ? curl.output : curl.errors
    }
}
