import Glibc
import Support
import Testing

/// Backends that close a connection at the moment when a request is sent on it (RFC 9112, section
/// 9.3.1): what may be repeated is, once, and nothing else is sent twice.
@Suite("Connections that end when they are used again")
struct KeepAliveRaceTests {
    /// How a backend ends a connection in place of the second answer.
    enum Ending: CaseIterable {
        case close
        case reset
        /// Within the head of the answer, of which nobody knows what the request has done.
        case withinHead

        func act(_ peer: HTTPPeer) {
            switch self {
            case .close: break
            case .reset: peer.reset()
            case .withinHead: peer.send("HTTP/1.1 2")
            }
        }
    }

    @Test("are replaced for GET, and fail POST", arguments: Ending.allCases)
    func secondRequest(ending: Ending) throws {
        let served = Locked(Set<Int>())
        let backend = HTTPBackend { request, peer in
            let isFirst = served.withLock { $0.insert(peer.number).inserted }
            if isFirst { return peer.respond("\(request.target) \(request.text)") }
            ending.act(peer)
            return false
        }
        let sluice = SluiceProcess(httpTo: [backend.port])
        let client = try sluice.client()
        let isReplayed = ending != .withinHead
        for (method, body) in [("GET", nil), ("PUT", "a"), ("DELETE", nil), ("HEAD", nil)] {
            #expect(client.ask("/first")?.text == "/first ", "\(method)")
            _ = backend.take()
            let response = client.ask("/second", method: method, body: body)
            #expect(response?.status == (isReplayed ? 200 : 502), "\(method)")
            let expected = method == "HEAD" ? "" : "/second \(body ?? "")"
            #expect(!isReplayed || response?.text == expected, "\(method)")
            let seen = backend.take()
            #expect(seen.count == (isReplayed ? 2 : 1), "\(method)")
            #expect(seen.first?.connection != seen.last?.connection || seen.count == 1)
            // The connection that the answer came on is used up by another one.
            if isReplayed { _ = client.ask("/third") }
        }
        for (method, body) in [("POST", "a"), ("PATCH", "b"), ("POST", "")] {
            #expect(client.ask("/first")?.text == "/first ", "\(method)")
            _ = backend.take()
            #expect(client.ask("/second", method: method, body: body)?.status == 502, "\(method)")
            #expect(backend.take().count == 1, "\(method) was sent twice")
        }
        client.close()
        backend.stop()
        try sluice.stop()
    }

    @Test("a request is repeated once only, and only on a fresh connection")
    func repeatedOnce() throws {
        let served = Locked(0)
        let backend = HTTPBackend { request, peer in
            let number = served.withLock { served in
                served += 1
                return served
            }
            return number == 1 ? peer.respond() : false
        }
        let sluice = SluiceProcess(httpTo: [backend.port])
        let client = try sluice.client()
        #expect(client.ask("/first")?.status == 200)
        #expect(client.ask("/second")?.status == 502)
        #expect(backend.take().map(\.request.target) == ["/first", "/second", "/second"])
        #expect(client.ask("/third")?.status == 502)
        #expect(backend.take().map(\.request.target) == ["/third"])
        client.close()
        backend.stop()
        try sluice.stop()
    }

    @Test("a body that has gone in part is not sent again")
    func spentBody() throws {
        let served = Locked(Set<Int>())
        let backend = HTTPBackend(
            onHead: { head, peer in
                // The second request's body is not waited for.
                if served.withLock({ $0.contains(peer.number) }) {
                    _ = peer.read(40_000)
                    peer.reset()
                }
            },
            { request, peer in
                served.withLock { _ = $0.insert(peer.number) }
                return peer.respond()
            })
        let sluice = SluiceProcess(httpTo: [backend.port])
        for framing in [BulkTests.Framing.length, .chunked] {
            let client = try sluice.client()
            #expect(client.ask("/first")?.status == 200)
            let before = backend.connections
            client.send("PUT /second HTTP/1.1\r\nHost: a\r\n\(framing.fields(1 << 20))\r\n")
            let sending = BodySending(client, framing, 1 << 20)
            #expect(client.readResponse()?.status == 502, "\(framing)")
            #expect(backend.connections == before, "\(framing): it was sent again")
            sending.end()
        }
        backend.stop()
        try sluice.stop()
    }

    @Test("in a race that nobody can win each POST arrives once at most, and each GET is answered")
    func race() throws {
        // It says nothing of the end that comes right behind each answer.
        let backend = HTTPBackend { request, peer in
            peer.respond(request.target)
            return false
        }
        let sluice = SluiceProcess(httpTo: [backend.port])
        let client = try sluice.client()
        var failed = 0
        for round in 0..<300 {
            #expect(client.ask("/\(round)")?.text == "/\(round)", "a GET failed")
            guard let response = client.ask("/post-\(round)", method: "POST", body: "a") else {
                Issue.record("no answer")
                break
            }
            let isRight = response.text == "/post-\(round)"
            #expect(isRight || response.status == 502, "\(response)")
            failed += isRight ? 0 : 1
        }
        #expect(failed < 150, "\(failed) of 300 failed")
        let posts = backend.take().map(\.request).filter { $0.method == "POST" }.map(\.target)
        #expect(Set(posts).count == posts.count, "some arrived twice")
        client.close()
        backend.stop()
        try sluice.stop()
    }
}
