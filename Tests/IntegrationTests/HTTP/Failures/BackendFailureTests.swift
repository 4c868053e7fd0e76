import Glibc
import Support
import Testing

/// Whatever a backend does, the client gets an answer or sees that it is cut, and the next one gets
/// its own.
@Suite("Backends that fail exchanges")
struct BackendFailureTests {
    @Test(
        "fail no other exchange, and none of their connections is used again",
        arguments: [false, true])
    func faults(keepsConnections: Bool) throws {
        let backend = HTTPBackend { request, peer in
            guard let fault = BackendFault.all.first(where: { $0.description == request.target })
            else { return peer.respond("\(request.target) \(request.text)") }
            fault.act(peer)
            return true
        }
        let sluice = SluiceProcess(
            httpTo: [backend.port],
            upstream: keepsConnections ? "" : "http: { keep_alive: off }")
        let neighbour = try sluice.client()
        for fault in BackendFault.all {
            let client = try sluice.client()
            let response = ask(fault.description, client)
            switch fault.outcome {
            case .status(let status):
                #expect(response?.status == status, "\(fault): \(String(describing: response))")
                #expect(response?.isWhole == true, "\(fault)")
            case .whole(let body):
                #expect(response?.text == body && response?.isWhole == true, "\(fault)")
            case .cut where response?.status != 502:
                #expect(response?.isWhole != true, "\(fault): \(String(describing: response))")
                let ending = client.ending
                #expect(ending != .nothing, "\(fault): waiting behind \(response as Any)")
            case .cut: break
            }
            // A connection that had served others may have been closed for want of work.
            let seen = backend.take().map(\.connection)
            #expect(seen.count == 1 || seen.count == 2 && keepsConnections, "\(fault): \(seen)")
            #expect(neighbour.ask("/next")?.text == "/next ", "\(fault)")
            let next = backend.take().map(\.connection)
            #expect(next.count == 1 && !seen.contains(next[0]), "\(fault): used again")
            client.close()
        }
        neighbour.close()
        backend.stop()
        try sluice.stop()
    }

    /// Asks for a fault and passes over interim responses.
    private func ask(_ target: String, _ client: HTTPPeer) -> HTTPMessage? {
        var response = client.ask(target)
        while let head = response?.head, head.status < 200 { response = client.readResponse() }
        return response
    }

    @Test("a response to nothing is not taken for the answer to the next request")
    func unasked() throws {
        let backend = HTTPBackend { request, peer in
            peer.respond("right")
            // Behind the answer, when that is with the client.
            if request.target == "/first" {
                _ = peer.socket.receive(max: 0, milliseconds: 30)
                peer.respond("wrong")
            }
            return true
        }
        let sluice = SluiceProcess(httpTo: [backend.port])
        let client = try sluice.client()
        for _ in 0..<5 {
            #expect(client.ask("/first")?.text == "right")
            let connection = backend.take().first?.connection ?? -1
            #expect(eventually { backend.ending(of: connection) != nil }, "it is kept")
            #expect(client.ask("/second", method: "POST", body: "a")?.text == "right")
            _ = backend.take()
        }
        client.close()
        backend.stop()
        try sluice.stop()
    }

    @Test("one that does not listen is passed over, or blamed")
    func refusing() throws {
        let port = try RefusingPort()
        let backend = HTTPBackend.telling()
        let sluice = SluiceProcess(httpTo: [port.port, backend.port])
        let client = try sluice.client()
        for round in 0..<6 {
            #expect(client.ask("/\(round)", method: "POST", body: "a")?.text == "/\(round) a")
        }
        client.close()
        backend.stop()
        try sluice.stop()
        let alone = SluiceProcess(httpTo: [port.port])
        let other = try alone.client()
        #expect(other.ask("/")?.status == 502)
        #expect(other.ask("/", method: "POST", body: "a")?.status == 502)
        #expect(other.ask("/", method: "HEAD")?.status == 502)
        other.close()
        try alone.stop()
    }

    @Test("a status that is to be tried again is, elsewhere and for what may be repeated")
    func retriedStatus() throws {
        let busy = HTTPBackend { _, peer in
            peer.respond("busy", status: "503 Service Unavailable")
        }
        let backend = HTTPBackend.telling()
        let sluice = SluiceProcess(
            httpTo: [busy.port, backend.port],
            upstream: "connect: { retry_budget: off }\n    http: { retry: { statuses: [503] } }")
        let client = try sluice.client()
        var refused = 0
        for round in 0..<10 {
            #expect(client.ask("/\(round)")?.text == "/\(round) ")
            #expect(client.ask("/\(round)", method: "PUT", body: "a")?.text == "/\(round) a")
            let response = client.ask("/", method: "POST", body: "a")
            if response?.status == 503 { refused += 1 } else { #expect(response?.text == "/ a") }
        }
        #expect(refused > 0, "nothing that may not be repeated met the busy one")
        #expect(busy.take().filter { $0.request.method == "POST" }.count == refused)
        client.close()
        busy.stop()
        backend.stop()
        try sluice.stop()
    }

    @Test("an answer that comes before the body reaches a client that is still sending")
    func earlyAnswer() throws {
        let backend = HTTPBackend(
            onHead: { head, peer in
                guard head.target == "/early" else { return }
                peer.respond("too large", status: "413 Content Too Large")
            },
            { request, peer in peer.respond(request.target) })
        let sluice = SluiceProcess(httpTo: [backend.port])
        for framing in [BulkTests.Framing.length, .chunked] {
            let client = try sluice.client()
            let count = 64 << 20
            client.send("POST /early HTTP/1.1\r\nHost: a\r\n\(framing.fields(count))\r\n")
            let sending = BodySending(client, framing, count)
            let response = client.readResponse()
            #expect(response?.status == 413 && response?.text == "too large", "\(framing)")
            sending.end()
            let next = try sluice.client()
            #expect(next.ask("/next")?.text == "/next", "\(framing)")
            next.close()
        }
        backend.stop()
        try sluice.stop()
    }

    @Test("a head that grows too much by what the listener adds is refused, and no more than that")
    func growingHead() throws {
        let long = String(repeating: "x", count: 3000)
        let backend = HTTPBackend { request, peer in
            let body = "Content-Length: 5\r\n\r\nhello"
            let chunks = "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
            return peer.send(
                "HTTP/1.1 200 OK\r\nX-Long: \(long)\r\n\(request.target == "/a" ? body : chunks)")
        }
        let copies = (0..<3).map { "X-Copy-\($0): \"{response_header:X-Long}\"" }
        let sluice = SluiceProcess(
            httpTo: [backend.port],
            http: "response_headers: { set: { \(copies.joined(separator: ", ")) } }")
        let client = try sluice.client()
        for target in ["/a", "/b", "/a"] { #expect(client.ask(target)?.status == 502) }
        client.close()
        backend.stop()
        try sluice.stop()
    }

    @Test("interim responses that a slow client has to take first delay the final one, and no more")
    func heldInterim() throws {
        let field = "Link: </\(String(repeating: "x", count: 12_000))>\r\n"
        let backend = HTTPBackend { _, peer in
            let hints = String(repeating: "HTTP/1.1 103 Early Hints\r\n\(field)\r\n", count: 90)
            peer.send(hints)
            return peer.respond("done")
        }
        let sluice = SluiceProcess(httpTo: [backend.port])
        let client = HTTPPeer(
            try #require(TestSocket.connect(port: try sluice.front(), receiveBuffer: 8192)))
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        // Until the proxy has all and the client has nothing.
        #expect(eventually { backend.take().count == 1 })
        _ = client.socket.receive(max: 0, milliseconds: 200)
        var last = client.readResponse()
        var hints = 0
        while last?.status == 103 {
            hints += 1
            last = client.readResponse()
        }
        #expect(last?.text == "done", "behind \(hints) interim responses")
        #expect(hints > 0)
        client.close()
        backend.stop()
        try sluice.stop()
    }
}
