import Glibc
import Support
import Testing

/// curl through the proxy, to nginx and to a backend that tells what it got.
@Suite("curl", .enabled(if: Command.exists("curl") && Command.exists("nginx")))
struct CurlTests {
    /// Runs curl; what it printed, or what it complained of.
    private static func curl(_ arguments: String...) -> String {
        let curl = Command.run("curl", ["-sS", "-m", "20"] + arguments)
        return curl.status == 0 ? curl.output : "\(curl.status): \(curl.errors)"
    }

    @Test("gets pages of nginx by HTTP/1.1 and HTTP/1.0, whole, in part, compressed and not at all")
    func pages() throws {
        let origin = NginxOrigin()
        let sluice = SluiceProcess(httpTo: [origin.port])
        let url = "http://127.0.0.1:\(try sluice.front())"
        let digits = String(repeating: "0123456789", count: 10)
        for version in ["--http1.1", "--http1.0"] {
            #expect(Self.curl(version, "\(url)/small") == digits, "\(version)")
            #expect(Self.curl(version, "-r", "10-14", "\(url)/small") == "01234", "\(version)")
            #expect(Self.curl(version, "\(url)/text") == NginxOrigin.text, "\(version)")
            let packed = Self.curl(version, "--compressed", "\(url)/text")
            #expect(packed == NginxOrigin.text, "\(version): \(packed.prefix(200))")
            let none = Self.curl(version, "-w", "%{http_code} %{size_download}", "\(url)/none")
            #expect(none == "204 0", "\(version)")
            let head = Self.curl(version, "-I", "\(url)/small")
            #expect(head.contains("Content-Length: 100\r\n"), "\(version): \(head)")
            let missing = Self.curl(version, "-o", "/dev/null", "-w", "%{http_code}", "\(url)/no")
            #expect(missing == "404", "\(version)")
        }
        let packed = Self.curl(
            "-D", "-", "-o", "/dev/null", "-H", "Accept-Encoding: gzip", "\(url)/text")
        #expect(packed.contains("Content-Encoding: gzip\r\n"), "\(packed)")
        #expect(packed.contains("Transfer-Encoding: chunked\r\n"), "\(packed)")
        let copy = sluice.directory.file("copy")
        #expect(Self.curl("-o", copy, "\(url)/large") == "")
        #expect(Command.run("cmp", [copy, origin.file("large")]).status == 0)
        origin.stop()
        try sluice.stop()
    }

    @Test("is told that nothing has changed")
    func notModified() throws {
        let origin = NginxOrigin()
        let sluice = SluiceProcess(httpTo: [origin.port])
        let url = "http://127.0.0.1:\(try sluice.front())/small"
        let head = HTTPHead(Self.curl("-I", url).utf8)
        let tag = try #require(head["ETag"])
        let what = "%{http_code} %{size_download} %{num_connects}\n"
        let answers = Self.curl(
            "-w", what, "-H", "If-None-Match: \(tag)", url, url, "--next", "-sS", "-w", what,
            "-o", "/dev/null", url)
        #expect(answers == "304 0 1\n304 0 0\n200 100 0\n")
        origin.stop()
        try sluice.stop()
    }

    @Test("asks a hundred times over one connection, which is one to the backend")
    func oneConnection() throws {
        let backend = HTTPBackend.telling()
        let sluice = SluiceProcess(httpTo: [backend.port])
        let urls = (0..<100).map { "http://127.0.0.1:\((try? sluice.front()) ?? 0)/\($0)" }
        let curl = Command.run("curl", ["-sS", "-w", "%{num_connects}\n"] + urls)
        let expected = (0..<100).map { "/\($0) \($0 == 0 ? 1 : 0)\n" }.joined()
        #expect(curl.output == expected, "\(curl.errors)")
        #expect(backend.connections == 1 && backend.take().count == 100)
        backend.stop()
        try sluice.stop()
    }

    @Test("sends forms, files and chunks, and waits for leave to do so")
    func uploads() throws {
        let backend = HTTPBackend(
            onHead: { head, peer in
                // A client that got no leave would wait for longer than curl may run.
                if head["Expect"] == "100-continue" { peer.send("HTTP/1.1 100 Continue\r\n\r\n") }
            },
            { request, peer in peer.respond("\(request.method) \(request.body.count)") })
        let sluice = SluiceProcess(httpTo: [backend.port])
        let url = "http://127.0.0.1:\(try sluice.front())/"
        let file = sluice.directory.write(String(repeating: "x", count: 3 << 20), to: "upload")
        #expect(Self.curl("-d", "a=b", url) == "POST 3")
        #expect(Self.curl("--http1.0", "-d", "a=b", url) == "POST 3")
        #expect(Self.curl("-T", file, "-H", "Expect:", url) == "PUT 3145728")
        let waiting = ["-H", "Expect: 100-continue", "--expect100-timeout", "60"]
        let whole = Command.run("curl", ["-sS", "-m", "20", "-T", file] + waiting + [url])
        #expect(whole.output == "PUT 3145728", "\(whole)")
        let small = Command.run("curl", ["-sS", "-m", "20", "-d", "a"] + waiting + [url])
        #expect(small.output == "POST 1", "\(small)")
        let chunked = ["-H", "Transfer-Encoding: chunked", "-T", file]
        let chunks = Command.run("curl", ["-sS", "-m", "20"] + chunked + waiting + [url])
        #expect(chunks.output == "PUT 3145728", "\(chunks)")
        let seen = backend.take()
        #expect(seen.count == 6)
        #expect(seen.last?.request.head.isChunked == true)
        backend.stop()
        try sluice.stop()
    }

    @Test("is refused before it sends its body, and says so")
    func refusedUpload() throws {
        let backend = HTTPBackend(
            onHead: { head, peer in
                guard head["Expect"] != nil else { return }
                peer.respond("no", status: "417 Expectation Failed")
            },
            { _, peer in peer.respond("yes") })
        let sluice = SluiceProcess(httpTo: [backend.port])
        let url = "http://127.0.0.1:\(try sluice.front())"
        let file = sluice.directory.write(String(repeating: "x", count: 3 << 20), to: "upload")
        let waiting = ["-H", "Expect: 100-continue", "--expect100-timeout", "60", "-T", file]
        let what = ["-sS", "-m", "20", "-w", " %{http_code} %{size_upload}"]
        let refused = Command.run("curl", what + waiting + [url])
        #expect(refused.output == "no 417 0", "\(refused)")
        #expect(Self.curl("-T", file, "-H", "Expect:", url) == "yes")
        #expect(backend.take().map { $0.request.body.count } == [3 << 20])
        backend.stop()
        try sluice.stop()
    }
}
