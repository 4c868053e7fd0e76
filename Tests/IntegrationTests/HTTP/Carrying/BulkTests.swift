import Glibc
import Support
import Synchronization
import Testing

/// Bodies of any length, whole and in little memory.
@Suite("Large bodies", .serialized)
struct BulkTests {
    /// How a body is framed.
    enum Framing: String, CaseIterable {
        case length
        case chunked
        case untilClose

        /// The fields of a head.
        func fields(_ count: Int) -> String {
            switch self {
            case .length: "Content-Length: \(count)\r\n"
            case .chunked: "Transfer-Encoding: chunked\r\n"
            case .untilClose: ""
            }
        }

        /// Sends a body.
        func send(
            _ socket: TestSocket, _ count: Int, stalled: (Int) -> Void = { _ in }
        ) -> Bool {
            switch self {
            case .length, .untilClose: BulkOctets.send(socket, 0..<count, stalled: stalled)
            case .chunked:
                BulkOctets.sendChunks(socket, 0..<count, of: 100_000, stalled: stalled)
            }
        }

        /// Reads one and checks it.
        func matches(_ reader: BulkReader, _ count: Int) -> Bool {
            switch self {
            case .length: reader.matches(0..<count)
            case .untilClose: reader.matches(0..<count) && reader.isAtEnd()
            case .chunked: reader.matchingChunks() == count
            }
        }
    }

    /// A backend that takes a body of that length and sends one back.
    private static func server(_ framing: Framing, _ count: Int) -> TestServer {
        TestServer { socket in
            let reader = BulkReader(socket)
            while let head = reader.head() {
                if head.words[0] == "POST" {
                    let isSame = framing.matches(reader, count)
                    socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(isSame ? 1 : 0)")
                } else {
                    socket.send("HTTP/1.1 200 OK\r\n\(framing.fields(count))\r\n")
                    guard framing.send(socket, count), framing != .untilClose else { break }
                }
            }
            socket.shutdownWrite()
        }
    }

    @Test("of 1 GiB arrive whole, up and down", arguments: Framing.allCases)
    func gibibyte(framing: Framing) throws {
        let count = SteadinessTests.isRelease ? 1 << 30 : 1 << 26
        let server = Self.server(framing, count)
        let sluice = SluiceProcess(
            httpTo: [server.port], upstream: "http: { keep_alive: off }")
        let before = sluice.resources.residentKiB
        let client = try #require(TestSocket.connect(port: try sluice.front()))
        let reader = BulkReader(client)
        if framing != .untilClose {
            client.send("POST / HTTP/1.1\r\nHost: a\r\n\(framing.fields(count))\r\n")
            #expect(framing.send(client, count))
            #expect(reader.head()?.status == 200)
            #expect(reader.octet() == UInt8(ascii: "1"), "the backend got other octets")
        }
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(reader.head()?.status == 200)
        #expect(framing.matches(reader, count), "the client got other octets")
        let isSpliced = (sluice.metric("sluice_worker_spliced_total") ?? 0) > 0
        #expect(isSpliced == (framing != .chunked))
        let most = sluice.peakResidentKiB - before
        #expect(SluiceProcess.isSanitized || most < 4096, "it took \(most) KiB")
        client.close()
        try sluice.stop()
    }

    /// A side that stops reading.
    @Test(
        "are held back where the client does not read", arguments: Framing.allCases)
    func slowReader(framing: Framing) throws {
        let count = 64 << 20
        let held = Atomic<Int>(0)
        let server = TestServer { socket in
            let reader = BulkReader(socket)
            guard reader.head() != nil else { return }
            socket.setSendTimeout(milliseconds: 300)
            socket.send("HTTP/1.1 200 OK\r\n\(framing.fields(count))\r\n")
            _ = framing.send(socket, count) { held.store($0, ordering: .releasing) }
            socket.shutdownWrite()
        }
        let sluice = SluiceProcess(
            httpTo: [server.port], upstream: "http: { keep_alive: off }")
        let before = sluice.resources.residentKiB
        let client = try #require(
            TestSocket.connect(port: try sluice.front(), receiveBuffer: 16_384))
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(eventually { held.load(ordering: .acquiring) > 0 }, "nothing holds it back")
        let taken = held.load(ordering: .acquiring)
        #expect(taken < 40 << 20, "\(taken) octets were taken that nobody reads")
        let reader = BulkReader(client)
        #expect(reader.head()?.status == 200)
        #expect(framing.matches(reader, count))
        let most = sluice.peakResidentKiB - before
        #expect(SluiceProcess.isSanitized || most < 4096, "it took \(most) KiB")
        client.close()
        try sluice.stop()
    }

    @Test(
        "are held back where the backend does not read", arguments: [Framing.length, .chunked])
    func slowBackend(framing: Framing) throws {
        let count = 64 << 20
        let held = Atomic<Int>(0)
        let server = TestServer { socket in
            // Until the client is held back.
            guard eventually({ held.load(ordering: .acquiring) > 0 }) else { return }
            let reader = BulkReader(socket)
            guard reader.head() != nil else { return }
            let isSame = framing.matches(reader, count)
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(isSame ? 1 : 0)")
        }
        let sluice = SluiceProcess(
            httpTo: [server.port], upstream: "http: { keep_alive: off }")
        let before = sluice.resources.residentKiB
        let client = try sluice.client()
        client.socket.setSendTimeout(milliseconds: 300)
        client.send("POST / HTTP/1.1\r\nHost: a\r\n\(framing.fields(count))\r\n")
        #expect(framing.send(client.socket, count) { held.store($0, ordering: .releasing) })
        #expect(client.readResponse()?.text == "1", "the backend got other octets")
        let taken = held.load(ordering: .acquiring)
        #expect(taken > 0 && taken < 40 << 20, "\(taken) octets were taken that nobody reads")
        let most = sluice.peakResidentKiB - before
        #expect(SluiceProcess.isSanitized || most < 4096, "it took \(most) KiB")
        client.socket.close()
        try sluice.stop()
    }

    @Test("of a hundred clients that read nothing take little memory", arguments: Framing.allCases)
    func manySlowReaders(framing: Framing) throws {
        let count = 8 << 20
        let server = TestServer { socket in
            guard BulkReader(socket).head() != nil else { return }
            socket.send("HTTP/1.1 200 OK\r\n\(framing.fields(count))\r\n")
            _ = framing.send(socket, count)
            socket.shutdownWrite()
        }
        let sluice = SluiceProcess(
            httpTo: [server.port], upstream: "http: { keep_alive: off }")
        let before = sluice.resources.residentKiB
        let clients = try (0..<100).map { _ in
            let client = try #require(
                TestSocket.connect(port: try sluice.front(), receiveBuffer: 16_384))
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            return client
        }
        for client in clients {
            #expect(client.receive(max: 16, milliseconds: 10_000) != .nothing)
        }
        for client in clients { client.close() }
        #expect(try eventually { try sluice.status().active == 0 })
        let most = sluice.peakResidentKiB - before
        #expect(SluiceProcess.isSanitized || most < 16_384, "it took \(most) KiB")
        try sluice.stop()
    }
}

extension TestSocket {
    /// Lets a send fail with EAGAIN that has waited so long.
    func setSendTimeout(milliseconds: Int) {
        var time = timeval(tv_sec: 0, tv_usec: milliseconds * 1000)
        setsockopt(
            descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }
}

extension SluiceProcess {
    /// The most memory that it has had in RAM.
    var peakResidentKiB: Int {
        let lines = TextFile.read("/proc/\(program.pid)/status").split(separator: "\n")
        let words = lines.first { $0.hasPrefix("VmHWM:") }?.split { $0 == " " || $0 == "\t" }
        return words.flatMap { Int($0[1]) } ?? 0
    }
}
