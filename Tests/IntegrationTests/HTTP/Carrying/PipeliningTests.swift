import Support
import Testing

/// Requests that are sent before the earlier ones are answered.
@Suite("Pipelining")
struct PipeliningTests {
    /// Requests of all kinds, and what has to be answered to each.
    private static func requests(
        _ count: Int, using generator: inout SeededGenerator
    ) -> [(octets: String, method: String, answer: String)] {
        (0..<count).map { index in
            let size = [0, 1, 700, 5000, 20_000, 60_000].randomElement(using: &generator)!
            let body = String(repeating: "\(index)", count: size).prefix(size)
            let head = "/\(index) HTTP/1.1\r\nHost: a.test\r\n"
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: return ("GET \(head)\r\n", "GET", "/\(index) ")
            case 1: return ("HEAD \(head)\r\n", "HEAD", "")
            case 2:
                let octets = "POST \(head)Content-Length: \(body.count)\r\n\r\n\(body)"
                return (octets, "POST", "/\(index) \(body)")
            default:
                var octets = "PUT \(head)Transfer-Encoding: chunked\r\n\r\n"
                var rest = body
                while !rest.isEmpty {
                    let piece = rest.prefix(.random(in: 1...30_000, using: &generator))
                    octets += "\(String(piece.count, radix: 16))\r\n\(piece)\r\n"
                    rest = rest.dropFirst(piece.count)
                }
                return (octets + "0\r\n\r\n", "PUT", "/\(index) \(body)")
            }
        }
    }

    @Test("are answered in order, each with its own body")
    func order() throws {
        var generator = SeededGenerator()
        let all = Self.requests(200, using: &generator)
        let backend = HTTPBackend.telling()
        let sluice = SluiceProcess(httpTo: [backend.port])
        let client = try sluice.client()
        let octets = all.map(\.octets).joined()
        ThreadOfTest.start { client.send(octets) }
        for (index, one) in all.enumerated() {
            let response = client.readResponse(to: one.method)
            let isRight = response?.status == 200 && response?.text == one.answer
            #expect(isRight, "request \(index), seed \(generator.seed)")
            if !isRight { break }
        }
        #expect(client.ask("/more")?.text == "/more ")
        let seen = backend.take().map(\.request.target)
        #expect(seen == (0..<200).map { "/\($0)" } + ["/more"], "seed \(generator.seed)")
        client.close()
        backend.stop()
        try sluice.stop()
    }

    @Test("nothing is answered or passed on behind the last request of a connection")
    func last() throws {
        let backend = HTTPBackend.telling()
        let sluice = SluiceProcess(httpTo: [backend.port], http: "max_requests: 3")
        func ask(_ fields: [String]) throws -> [String] {
            let client = try sluice.client()
            let all = fields.enumerated().map {
                "GET /\($0.offset) HTTP/1.1\r\nHost: a.test\r\n\($0.element)\r\n"
            }
            client.send(all.joined())
            var answers: [String] = []
            while let response = client.readResponse() {
                let isLast = response.head["Connection"] == "close"
                answers.append("\(response.text)\(isLast ? "close" : "")")
            }
            #expect(client.ending == .end, "\(client.ending)")
            return answers
        }
        let closing = "Connection: close\r\n"
        #expect(try ask(["", closing, "", ""]) == ["/0 ", "/1 close"])
        #expect(try ask(["", "", "", "", ""]) == ["/0 ", "/1 ", "/2 close"])
        #expect(backend.take().count == 5)
        backend.stop()
        try sluice.stop()
    }

    @Test("a client that has ended its stream gets every answer")
    func halfClosed() throws {
        let backend = HTTPBackend.telling()
        let sluice = SluiceProcess(httpTo: [backend.port])
        let client = try sluice.client()
        client.send((0..<40).map { "GET /\($0) HTTP/1.1\r\nHost: a.test\r\n\r\n" }.joined())
        client.socket.shutdownWrite()
        for index in 0..<40 { #expect(client.readResponse()?.text == "/\(index) ") }
        #expect(client.readAll() == [])
        backend.stop()
        try sluice.stop()
    }

    @Test("an HTTP/1.0 client is answered once, or again where it wants that")
    func oldClients() throws {
        let backend = HTTPBackend.telling()
        let sluice = SluiceProcess(httpTo: [backend.port])
        let once = try sluice.client()
        once.send("GET /a HTTP/1.0\r\n\r\nGET /b HTTP/1.0\r\n\r\n")
        #expect(once.readResponse()?.text == "/a ")
        #expect(once.readAll() == [])
        let again = try sluice.client()
        let kept = "HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
        again.send("GET /a \(kept)GET /b \(kept)GET /c HTTP/1.0\r\n\r\n")
        for target in ["/a", "/b"] {
            let response = again.readResponse()
            #expect(response?.text == "\(target) ")
            #expect(response?.head["Connection"] == "keep-alive")
        }
        #expect(again.readResponse()?.head["Connection"] == "close")
        #expect(again.readAll() == [])
        backend.stop()
        try sluice.stop()
    }
}
