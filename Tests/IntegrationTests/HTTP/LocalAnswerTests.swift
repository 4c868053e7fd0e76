// Answers that the program makes itself: with pages of the configuration, identifiers, and records that
// say what was read and sent.

import Glibc
import Support
import Testing

@Suite("Answers without a backend")
struct LocalAnswerTests {
    /// A process with pages for three statuses, whose backend closes every connection at once.
    private func sluice(
        _ origin: ScriptedOrigin, pages: Bool = true, trusted: String = "127.0.0.0/8"
    ) -> SluiceProcess {
        let directory = TemporaryDirectory()
        directory.write("<p>not here</p>", to: "404.html")
        directory.write("{\"gone\":true}", to: "502.json")
        directory.write(Self.largePage, to: "405.txt")
        directory.write("", to: "400.html")
        let files =
            "404: \(directory.path)/404.html, 502: \(directory.path)/502.json, "
            + "405: \(directory.path)/405.txt, 400: \(directory.path)/400.html"
        let process = SluiceProcess(
            """
            workers: 1
            listeners:
              front:
                bind: "127.0.0.1:0"
                protocol: http
                routes:
                  - { path: /fixed, respond: { status: 200, body: "fixed", content_type: text/plain } }
                  - { path: /moved, redirect: { to: "https://{host}/{request_id}" } }
                  - { path: /backend, upstream: servers }
                http:
                  access_log: { file: "$DIR/access.log" }
                  request_id: { header: X-Correlation-Id }
                  trusted_proxies: [\(trusted)]
                  error_pages: { \(pages ? files : "") }
            upstreams: { servers: { eject: off, backends: ["127.0.0.1:\(origin.port)"] } }
            """)
        withExtendedLifetime(directory) {}
        return process
    }

    private static let largePage = String(repeating: "0123456789abcde\n", count: 50_000)

    private static func client(_ sluice: SluiceProcess) throws -> AnswerReader {
        try #require(AnswerReader(port: sluice.port(of: "front")))
    }

    @Test("the page of a status is its body, whatever its length")
    func pages() throws {
        let origin = ScriptedOrigin { _, _ in false }
        let sluice = sluice(origin)
        let client = try Self.client(sluice)
        let missing = try #require(client.ask("/nowhere", fields: "Accept: application/json\r\n"))
        #expect(missing.status == 404 && missing.text == "<p>not here</p>")
        #expect(missing["content-type"] == "text/html; charset=utf-8")
        #expect(missing["x-correlation-id"]?.count == 32 && missing["x-request-id"] == nil)
        let broken = try #require(client.ask("/backend", fields: ""))
        #expect(broken.status == 502 && broken.text == "{\"gone\":true}")
        #expect(broken["content-type"] == "application/json")
        let head = try #require(client.ask("/nowhere", method: "HEAD", fields: ""))
        #expect(head.status == 404 && head["content-length"] == "15" && head.isWhole)
        #expect(client.ask("/fixed", fields: "")?.text == "fixed", "the connection goes on")
        client.socket.send("GET / HTTP/3.0\r\n\r\n")
        #expect(client.read()?.status == 505, "it has no page")
        let tunnel = try Self.client(sluice)
        tunnel.socket.send("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n")
        let large = try #require(tunnel.read())
        #expect(large.status == 405 && large.text == Self.largePage)
        #expect(large["allow"] != nil && large["connection"] == "close")
        let refused = try Self.client(sluice)
        refused.socket.send("GET  / HTTP/1.1\r\n\r\n")
        let empty = try #require(refused.read())
        #expect(empty.status == 400 && empty["content-length"] == "0")
        #expect(empty["content-type"] == nil && empty["connection"] == "close")
        try sluice.stop([client, tunnel, refused], origin)
    }

    @Test("the identifier that a request came with is repeated, and shown where it is plain")
    func identifiers() throws {
        let origin = ScriptedOrigin { _, _ in false }
        let sluice = sluice(origin, pages: false)
        let client = try Self.client(sluice)
        for path in ["/nowhere", "/backend", "/fixed", "/moved"] {
            for given in ["abc-1", "<b>\"x\"</b>", String(repeating: "i", count: 9000)] {
                let answer = try #require(
                    client.ask(path, fields: "X-Correlation-Id: \(given)\r\n"), "\(path)")
                #expect(answer["x-correlation-id"] == given, "\(path)")
                #expect(answer.isWhole && !answer.text.contains("<b>"))
                let isPage = path == "/nowhere" || path == "/backend"
                #expect(answer.text.contains("abc-1") == (isPage && given == "abc-1"))
            }
            let made = try #require(client.ask(path, fields: ""))
            let identifier = try #require(made["x-correlation-id"], "\(path)")
            #expect(identifier.count == 32)
            if path == "/moved" { #expect(made["location"] == "https://a/\(identifier)") }
        }
        let json = try #require(client.ask("/nowhere", fields: "Accept: application/json\r\n"))
        #expect(json["content-type"] == "application/json" && json.text.contains("request_id"))
        try sluice.stop([client], origin)
    }

    @Test("the identifier of somebody who is not trusted is not repeated")
    func stranger() throws {
        let origin = ScriptedOrigin { _, _ in false }
        let sluice = sluice(origin, pages: false, trusted: "10.0.0.0/8")
        let client = try Self.client(sluice)
        for path in ["/nowhere", "/backend", "/fixed"] {
            let answer = try #require(client.ask(path, fields: "X-Correlation-Id: abc-1\r\n"))
            #expect(answer["x-correlation-id"]?.count == 32 && !answer.text.contains("abc-1"))
        }
        try sluice.stop([client], origin)
    }

    @Test("a body behind a request that is answered here is no request, wherever it is cut")
    func bodies() throws {
        let origin = ScriptedOrigin { _, _ in false }
        let sluice = sluice(origin)
        let body = "GET /moved HTTP/1.1\r\nHost: a\r\n\r\n"
        let request = Array(
            ("POST /fixed HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                + "\(body)GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n").utf8)
        let headBytes = request.count - body.utf8.count - 38
        for cut in stride(from: 1, to: headBytes + body.utf8.count + 1, by: 3) {
            let client = try Self.client(sluice)
            client.socket.send(request[..<cut])
            // What is cut is read before the rest is sent: an exchange is there for a part of a head.
            if cut < headBytes {
                #expect(try eventually { try sluice.status().active == 1 })
            }
            client.socket.send(request[cut...])
            #expect(client.read()?.text == "fixed", "\(cut)")
            // It may have ended the connection, since the body had not come; it is never misread.
            let next = client.read()
            #expect(next == nil || next?.status == 404, "\(cut)")
            client.socket.close()
            #expect(try eventually { try sluice.status().active == 0 })
        }
        try sluice.stop([], origin)
    }

    @Test("records count the head as it came and the body as it was read, and no head as a body")
    func records() throws {
        let origin = ScriptedOrigin { head, connection in
            guard !head.hasPrefix("GET /backend/closed") else { return false }
            return connection.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")
        }
        let sluice = sluice(origin)
        let client = try Self.client(sluice)
        let chunks = "4\r\nwxyz\r\n2;a=b\r\n\r\n\r\n0\r\nX: y\r\n\r\n"
        let requests = [
            ("GET /fixed HTTP/1.1\r\nHost: a\r\n\r\n", "5"),
            ("POST /fixed HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabcdef", "5"),
            ("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", "15"),
            ("GET /backend/closed HTTP/1.1\r\nHost: a\r\n\r\n", "13"),
            ("GET /backend HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", "3"),
            (
                "POST /backend HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n\r\n\r\n", "3"
            ),
            (
                "POST /backend HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)",
                "3"
            ),
            ("BAD\r\n\r\n", "0"),
        ]
        for (request, _) in requests {
            client.socket.send(request)
            #expect(client.read()?.isWhole == true, "\(request)")
        }
        try sluice.stop([client], origin)
        let lines = TextFile.read(sluice.directory.file("access.log")).split(separator: "\n")
        try #require(lines.count == requests.count)
        for (line, (request, bodyBytes)) in zip(lines, requests) {
            #expect(line.contains("\"request_bytes\":\(request.utf8.count),"), "\(line)")
            #expect(line.contains("\"body_bytes\":\(bodyBytes),"), "\(line)")
        }
    }
}
