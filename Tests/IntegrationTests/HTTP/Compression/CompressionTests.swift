// Compressed responses as clients get them: the same bytes in fewer, only where that is wanted, at
// once, and with nothing left behind.

import Compression
import Glibc
import Support
import Testing

@Suite("Compressed responses")
struct CompressionTests {
    /// A process that compresses for clients of one origin.
    static func sluice(
        _ origin: ScriptedOrigin, _ keys: String = "", http: String = "", workers: Int = 1
    ) -> SluiceProcess {
        SluiceProcess(configuration(origin.port, keys, http: http, workers: workers))
    }

    static func configuration(
        _ origin: UInt16, _ keys: String = "", http: String = "", workers: Int = 1
    ) -> String {
        """
        workers: \(workers)
        listeners:
          front:
            bind: "127.0.0.1:0"
            protocol: http
            upstream: servers
            http:
              compression: { cpu_guard: off, min_size: 100B\(keys.isEmpty ? "" : ", \(keys)") }
              \(http)
        upstreams: { servers: { eject: off, backends: ["127.0.0.1:\(origin)"] } }
        """
    }

    static func client(_ sluice: SluiceProcess) throws -> AnswerReader {
        try #require(AnswerReader(port: sluice.port(of: "front")))
    }

    /// A number of the listener's metrics.
    static func metric(
        _ sluice: SluiceProcess, _ name: String, _ labels: String = ""
    ) throws -> Double {
        let answer = try #require(AdminHTTP.get(sluice.socketPath, "/metrics"))
        let text = PrometheusText(answer.body)
        #expect(text.problems.isEmpty, "\(text.problems)")
        let key = "sluice_listener_\(name){listener=\"front\"\(labels)}"
        return try #require(text.samples[key], "\(key)")
    }

    // What comes out ------------------------------------------------------------------------

    /// How an origin frames a body.
    enum Framing: String, CaseIterable {
        case length
        case chunked
        case untilClose
    }

    /// A response with a body, framed in one of the ways; chunks are of many sizes.
    private static func response(
        _ body: [UInt8], _ framing: Framing, _ random: inout SeededGenerator
    ) -> [UInt8] {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
        switch framing {
        case .length: return Array("\(head)Content-Length: \(body.count)\r\n\r\n".utf8) + body
        case .untilClose: return Array("\(head)\r\n".utf8) + body
        case .chunked:
            var bytes = Array("\(head)Transfer-Encoding: chunked\r\n\r\n".utf8)
            var start = 0
            while start < body.count {
                let size = [1, 7, 300, 20_000, 100_000].randomElement(using: &random)!
                let end = min(body.count, start + size)
                bytes += "\(String(end - start, radix: 16))\r\n".utf8
                bytes += body[start..<end] + Array("\r\n".utf8)
                start = end
            }
            return bytes + Array("0\r\n\r\n".utf8)
        }
    }

    private static func bodies(_ random: inout SeededGenerator) -> [[UInt8]] {
        let words = ["route ", "upstream ", "{\"id\":", ",", "\n", "<p>"]
        let text = (0..<60_000).flatMap { _ in Array(words.randomElement(using: &random)!.utf8) }
        let noise = (0..<400_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        return [
            Array("short".utf8) + [UInt8](repeating: 0x20, count: 200), text, noise,
            [UInt8](repeating: 0, count: 6 << 20), noise + text,
        ]
    }

    @Test("what is decoded is what the backend sent", arguments: Framing.allCases)
    func roundTrip(framing: Framing) throws {
        var random = SeededGenerator()
        let bodies = Self.bodies(&random)
        let responses = bodies.map { Self.response($0, framing, &random) }
        let origin = ScriptedOrigin { head, connection in
            let index = Int(head.split(separator: " ")[1].dropFirst()) ?? 0
            return connection.send(responses[index]) && framing != .untilClose
        }
        let sluice = Self.sluice(origin)
        let client = try Self.client(sluice)
        for round in 0..<2 {
            for (index, body) in bodies.enumerated() {
                let answer = try #require(client.ask("/\(index)"))
                let place = "body \(index), round \(round), seed \(random.seed)"
                #expect(answer.isCompressed && answer.isWhole && answer.plain == body, "\(place)")
                #expect(answer["content-length"] == nil && answer["connection"] == nil)
            }
        }
        let plain = try Self.metric(sluice, "compression_bytes_total", ",form=\"plain\"")
        #expect(plain == Double(2 * bodies.map(\.count).reduce(0, +)))
        #expect(try Self.metric(sluice, "responses_compressed_total") == 10)
        #expect(try Self.metric(sluice, "compressors") == 0)
        try sluice.stop([client], origin)
    }

    @Test("curl decodes what it asked for", .enabled(if: Command.exists("curl")))
    func curl() throws {
        let text = (0..<5000).map { "line \($0)\n" }.joined()
        let origin = ScriptedOrigin.saying(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: \(text.utf8.count)\r\n\r\n"
                + text)
        let sluice = Self.sluice(origin, "level: 9")
        let address = "http://127.0.0.1:\(try sluice.port(of: "front"))/"
        let decoded = Command.run("curl", ["-sS", "--compressed", address])
        #expect(decoded.status == 0 && decoded.output == text, "\(decoded.errors)")
        let plain = Command.run("curl", ["-sS", address])
        #expect(plain.output == text)
        #expect(try Self.metric(sluice, "responses_compressed_total") == 1)
        try sluice.stop([], origin)
    }

    // What is compressed --------------------------------------------------------------------

    /// A response, who asks for it, and what becomes of it.
    struct Case: CustomStringConvertible, Sendable {
        var description: String
        var status = "200 OK"
        var type: String? = "text/html; charset=utf-8"
        var fields = ""
        var size = 1000
        var request = "Accept-Encoding: gzip\r\n"
        var method = "GET"
        var version = "1.1"
        var isCompressed = false
        /// All of Vary.
        var vary: [String] = []

        static let all: [Case] = [
            Case(description: "text", isCompressed: true, vary: ["Accept-Encoding"]),
            Case(
                description: "an error", status: "404 Not Found", isCompressed: true,
                vary: ["Accept-Encoding"]),
            Case(description: "an image", type: "image/png"),
            Case(description: "no type", type: nil),
            Case(description: "small", size: 99),
            Case(
                description: "just large enough", size: 100, isCompressed: true,
                vary: ["Accept-Encoding"]),
            Case(description: "coded already", fields: "Content-Encoding: br\r\n"),
            Case(
                description: "not to be changed",
                fields: "Cache-Control: public, No-Transform\r\n"),
            Case(
                description: "other words on caching",
                fields: "Cache-Control: ext=\"no-transform\", max-age=1\r\n", isCompressed: true,
                vary: ["Accept-Encoding"]),
            Case(
                description: "a part", status: "206 Partial Content",
                fields: "Content-Range: bytes 0-999/5000\r\n",
                request: "Accept-Encoding: gzip\r\nRange: bytes=0-999\r\n"),
            Case(description: "a range of something", fields: "Content-Range: lines 1-2/9\r\n"),
            Case(description: "a digest", fields: "Content-Digest: sha-256=:AA==:\r\n"),
            Case(
                description: "a range that was not honoured",
                request: "Accept-Encoding: gzip\r\nRange: bytes=0-9\r\n", isCompressed: true,
                vary: ["Accept-Encoding"]),
            Case(description: "HEAD", method: "HEAD", vary: ["Accept-Encoding"]),
            Case(description: "HEAD of little", size: 50, method: "HEAD"),
            Case(description: "HTTP/1.0", version: "1.0", vary: ["Accept-Encoding"]),
            Case(description: "nobody asked", request: "", vary: ["Accept-Encoding"]),
            Case(
                description: "refused by weight", request: "Accept-Encoding: gzip;q=0, *\r\n",
                vary: ["Accept-Encoding"]),
            Case(
                description: "identity is liked better",
                request: "Accept-Encoding: identity, gzip;q=0.5\r\n", vary: ["Accept-Encoding"]),
            Case(
                description: "asked in two fields",
                request: "Accept-Encoding: br\r\nAccept-Encoding: GZip;q=0.3\r\n",
                isCompressed: true, vary: ["Accept-Encoding"]),
            Case(
                description: "refused in the second field",
                request: "Accept-Encoding: gzip\r\nAccept-Encoding: gzip;q=0\r\n",
                vary: ["Accept-Encoding"]),
            Case(
                description: "varies by something else", fields: "Vary: Origin\r\n",
                isCompressed: true, vary: ["Origin", "Accept-Encoding"]),
            Case(
                description: "varies already", fields: "Vary: Cookie, accept-encoding\r\n",
                isCompressed: true, vary: ["Cookie, accept-encoding"]),
            Case(
                description: "varies by all", fields: "Vary: *\r\n", isCompressed: true,
                vary: ["*"]),
        ]
    }

    @Test("only what may be is compressed, and Vary tells of what depends on the client")
    func selection() throws {
        let origin = ScriptedOrigin { head, connection in
            let words = head.split(separator: " ")
            let this = Case.all[Int(words[1].dropFirst()) ?? 0]
            let body = words[0] == "HEAD" ? "" : String(repeating: "a", count: this.size)
            let type = this.type.map { "Content-Type: \($0)\r\n" } ?? ""
            return connection.send(
                "HTTP/1.1 \(this.status)\r\n\(type)\(this.fields)ETag: \"v1\"\r\n"
                    + "Accept-Ranges: bytes\r\nContent-Length: \(this.size)\r\n\r\n\(body)")
        }
        let sluice = Self.sluice(origin)
        for (index, this) in Case.all.enumerated() {
            let client = try Self.client(sluice)
            let answer = try #require(
                client.ask(
                    "/\(index)", method: this.method, version: this.version, fields: this.request),
                "\(this)")
            let body = String(repeating: "a", count: this.method == "HEAD" ? 0 : this.size)
            #expect(answer.isWhole && answer.plain == Array(body.utf8), "\(this)")
            #expect(answer.isCompressed == this.isCompressed, "\(this)")
            #expect(
                answer.fields.filter { $0.name == "vary" }.map(\.value) == this.vary, "\(this)")
            #expect(answer["etag"] == (this.isCompressed ? "W/\"v1\"" : "\"v1\""), "\(this)")
            #expect((answer["accept-ranges"] == nil) == this.isCompressed, "\(this)")
            #expect(
                answer["content-length"] == (this.isCompressed ? nil : "\(this.size)"), "\(this)")
            #expect(answer["transfer-encoding"] == (this.isCompressed ? "chunked" : nil))
        }
        try sluice.stop([], origin)
    }

    @Test("what has no body or no length of its own is left as it is, and a weak tag stays one")
    func bodiless() throws {
        let origin = ScriptedOrigin { head, connection in
            let type = "Content-Type: text/plain\r\n"
            return switch head.split(separator: " ")[1] {
            case "/204": connection.send("HTTP/1.1 204 No Content\r\n\(type)\r\n")
            case "/304": connection.send("HTTP/1.1 304 Not Modified\r\n\(type)ETag: \"a\"\r\n\r\n")
            case "/none": connection.send("HTTP/1.1 200 OK\r\n\(type)Content-Length: 0\r\n\r\n")
            default:
                connection.send(
                    "HTTP/1.1 200 OK\r\n\(type)ETag: W/\"a\"\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "2\r\nhi\r\n0\r\n\r\n")
            }
        }
        let sluice = Self.sluice(origin, http: "response_headers: { set: { X-A: b } }")
        let client = try Self.client(sluice)
        for path in ["/204", "/304", "/none"] {
            let answer = try #require(client.ask(path))
            #expect(!answer.isCompressed && answer.body.isEmpty, "\(path)")
            #expect(answer["vary"] == nil && answer["transfer-encoding"] == nil, "\(path)")
        }
        let unknown = try #require(client.ask("/"))
        #expect(unknown.isCompressed && unknown.plain == Array("hi".utf8))
        #expect(unknown["etag"] == "W/\"a\"" && unknown["x-a"] == "b")
        try sluice.stop([client], origin)
    }

    // When it comes -------------------------------------------------------------------------

    @Test("each event is with the client before the next one is made")
    func events() throws {
        let made = Locked(0)
        let origin = ScriptedOrigin { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            for number in 1...20 {
                guard eventually({ made.withLock { $0 >= number } }) else { return false }
                connection.send("data: \(number)\n\n")
            }
            return false
        }
        let sluice = Self.sluice(origin)
        let client = try Self.client(sluice)
        client.socket.send("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n")
        let head = try #require(client.readHead())
        #expect(head.isCompressed)
        var body: [UInt8] = []
        var expected = ""
        for number in 1...20 {
            made.withLock { $0 = number }
            expected += "data: \(number)\n\n"
            while Gunzip.read(body, isWhole: false) != Array(expected.utf8) {
                guard let chunk = client.readChunk(), !chunk.isEmpty else { break }
                body += chunk
            }
            #expect(Gunzip.read(body, isWhole: false) == Array(expected.utf8), "\(number)")
        }
        while let chunk = client.readChunk(), !chunk.isEmpty { body += chunk }
        #expect(Gunzip.read(body) == Array(expected.utf8))
        // The client's connection goes on though the backend's has ended.
        #expect(client.ask()?.plain == Array(expected.utf8))
        try sluice.stop([client], origin)
    }

    @Test("nothing is read for a client that takes nothing, and its compressor comes back")
    func backPressure() throws {
        let sent = Locked(0)
        var random = SeededGenerator()
        let noise = (0..<65_536).map { _ in UInt8.random(in: 0...255, using: &random) }
        let origin = ScriptedOrigin { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
            while connection.send(noise) { sent.withLock { $0 += noise.count } }
            return false
        }
        let sluice = Self.sluice(origin)
        let client = try Self.client(sluice)
        client.socket.set(SOL_SOCKET, SO_RCVBUF, 512 << 10)
        client.socket.send("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n")
        // It has stopped when nothing more was taken for a while.
        var last = -1
        var quiet = 0
        _ = eventually(within: 30_000) {
            let now = sent.withLock { $0 }
            quiet = now == last ? quiet + 1 : 0
            last = now
            return quiet > 200
        }
        #expect(quiet > 200 && last < 32 << 20, "\(last) bytes were taken")
        #expect(try Self.metric(sluice, "compressors") == 1)
        // And it goes on when the client does.
        let before = sent.withLock { $0 }
        #expect(client.socket.receive(exactly: 12 << 20).count == 12 << 20)
        #expect(sent.withLock { $0 } > before)
        client.socket.reset()
        #expect(try eventually { try Self.metric(sluice, "compressors") == 0 })
        try sluice.stop([client], origin)
    }

    // What is left --------------------------------------------------------------------------

    @Test("a body that ends too soon does so for the client, and its compressor comes back")
    func truncated() throws {
        let origin = ScriptedOrigin { head, connection in
            let type = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
            let text = String(repeating: "text ", count: 100)
            switch head.split(separator: " ")[1] {
            case "/length": connection.send("\(type)Content-Length: 1000\r\n\r\n\(text)")
            case "/chunks":
                connection.send("\(type)Transfer-Encoding: chunked\r\n\r\n1f4\r\n\(text)\r\n")
            case "/broken":
                connection.send("\(type)Transfer-Encoding: chunked\r\n\r\n1f4\r\n\(text)\r\nx\r\n")
            default:
                connection.send("\(type)\r\n\(text)")
                connection.reset()
            }
            return false
        }
        let sluice = Self.sluice(origin)
        for path in ["/length", "/chunks", "/broken", "/reset"] {
            let client = try Self.client(sluice)
            let answer = client.ask(path)
            #expect(answer?.isWhole != true, "\(path)")
            #expect(try Self.metric(sluice, "compressors") == 0, "\(path)")
        }
        try sluice.stop([], origin)
    }

    @Test("beyond their memory responses go as they are, until compressors come back")
    func memory() throws {
        let isOver = Locked(false)
        let origin = ScriptedOrigin { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nbegun ")
            _ = eventually(within: 60_000) { isOver.withLock { $0 } }
            connection.send("over")
            return false
        }
        let sluice = Self.sluice(origin, "memory: 1MiB")
        let room = (1 << 20) / GzipStream.measure()
        let clients = try (0..<room + 5).map { _ in try Self.client(sluice) }
        var compressed = 0
        for client in clients {
            client.socket.send("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n")
            let head = try #require(client.readHead())
            #expect(head["vary"] == "Accept-Encoding")
            if head.isCompressed { compressed += 1 }
        }
        #expect(compressed == room)
        #expect(try Self.metric(sluice, "compressors") == Double(room))
        let refused = try Self.metric(sluice, "compression_refused_total", ",want=\"memory\"")
        #expect(refused == 5)
        isOver.withLock { $0 = true }
        for client in clients[..<room] {
            var body: [UInt8] = []
            while let chunk = client.readChunk(), !chunk.isEmpty { body += chunk }
            #expect(Gunzip.read(body) == Array("begun over".utf8))
        }
        for client in clients[room...] {
            #expect(client.socket.receiveAll() != nil)
        }
        #expect(try eventually { try Self.metric(sluice, "compressors") == 0 })
        #expect(try Self.client(sluice).ask()?.isCompressed == true)
        try sluice.stop(clients, origin)
    }

    @Test("a worker that is too busy leaves responses as they are")
    func busy() throws {
        var random = SeededGenerator()
        let noise = (0..<300_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: \(noise.count)\r\n"
        let origin = ScriptedOrigin.saying(Array("\(head)\r\n".utf8) + noise)
        let sluice = SluiceProcess(
            Self.configuration(origin.port).replacing("cpu_guard: off", with: "cpu_guard: 1"))
        let client = try Self.client(sluice)
        #expect(client.ask()?.isCompressed == true, "it had nothing to do yet")
        let isRefused = eventually(within: 30_000) {
            let answer = client.ask()
            #expect(answer?.plain == noise)
            return answer?.isCompressed == false
        }
        #expect(isRefused)
        let refused = try Self.metric(sluice, "compression_refused_total", ",want=\"cpu\"")
        #expect(refused >= 1)
        try sluice.stop([client], origin)
    }

    @Test("a response that is under way stays as it began when compression is changed and ended")
    func reload() throws {
        let isOver = Locked(false)
        let origin = ScriptedOrigin { head, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nbegun ")
            let waits = head.hasPrefix("GET /wait")
            if waits { _ = eventually(within: 60_000) { isOver.withLock { $0 } } }
            connection.send("over")
            return false
        }
        let sluice = Self.sluice(origin)
        let client = try Self.client(sluice)
        client.socket.send("GET /wait HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n")
        #expect(try #require(client.readHead()).isCompressed)
        let without = Self.configuration(origin.port).replacing("compression: {", with: "via: a #")
        for text in [Self.configuration(origin.port, "level: 9, types: image/*"), without] {
            sluice.write(text)
            #expect(sluice.command("reload").status == 0)
            let plain = try Self.client(sluice).ask()
            #expect(plain?.isCompressed == false && plain?.text == "begun over")
        }
        isOver.withLock { $0 = true }
        var body: [UInt8] = []
        while let chunk = client.readChunk(), !chunk.isEmpty { body += chunk }
        #expect(Gunzip.read(body) == Array("begun over".utf8))
        #expect(client.ask("/")?.isCompressed == false)
        try sluice.stop([client], origin)
    }

    @Test("the access log says so, and counts what was on the wire")
    func accessLog() throws {
        let text = String(repeating: "text ", count: 1000)
        let origin = ScriptedOrigin.saying(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5000\r\n\r\n\(text)")
        let sluice = Self.sluice(origin, http: "access_log: { file: \"$DIR/access.log\" }")
        let client = try Self.client(sluice)
        let answer = try #require(client.ask())
        #expect(answer.isCompressed)
        _ = client.ask(fields: "")
        try sluice.stop([client], origin)
        let lines = TextFile.read(sluice.directory.file("access.log")).split(separator: "\n")
        try #require(lines.count == 2)
        #expect(lines[0].contains("\"compressed\":true"), "\(lines[0])")
        #expect(lines[1].contains("\"compressed\":false"), "\(lines[1])")
        let digits = String(answer.body.count, radix: 16).count
        let framed = answer.body.count + digits + 4 + 5
        #expect(lines[0].contains("\"body_bytes\":\(framed),"), "\(lines[0])")
        #expect(lines[1].contains("\"body_bytes\":5000,"), "\(lines[1])")
    }
}
