// Every response of the conformance corpus through the whole program: the client gets what it should,
// or can tell that it did not, and no connection is used again behind a response that was not clean.

import Conformance
import Glibc
import Support
import Testing

@Suite("Responses of the corpus, through the proxy", .serialized)
struct ResponseCorpusTests {
    /// What is sent behind an interim response.
    private static let final = Array("HTTP/1.1 200 Final\r\nContent-Length: 0\r\n\r\n".utf8)

    /// Sends the case that the request's target has the number of.
    private static func answer(
        _ request: HTTPMessage, _ peer: HTTPPeer, pieces: Int, _ generator: inout SeededGenerator
    ) -> Bool {
        let one = ConformanceSuite.httpResponses[Int(request.target.dropFirst())!]
        var rest = one.octets[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...max(9, one.octets.count / pieces), using: &generator)
            // Refused before all of it came, the rest may find nobody.
            guard peer.send(Array(rest.prefix(pieces == 1 ? rest.count : count))) else { break }
            rest = rest.dropFirst(pieces == 1 ? rest.count : count)
        }
        switch one.expectation {
        case .refused: return true
        case .incomplete:
            peer.socket.shutdownWrite()
            return true
        case .accepted(let message):
            if message.flags.contains("interim") {
                // What stands behind it is how the next one begins.
                return peer.send(Array(final.dropFirst(message.rest.count)))
            }
            if message.framing == "until-close" { peer.socket.shutdownWrite() }
            if message.first == "101" { _ = peer.send(peer.read(4)) }
            return true
        }
    }

    @Test("reach the client whole, or as 502, or cut", arguments: [1, 2, 20])
    func corpus(pieces: Int) throws {
        let seeds = Locked(SeededGenerator())
        let backend = HTTPBackend { request, peer in
            var generator = SeededGenerator(seed: seeds.withLock { $0.next() })
            return Self.answer(request, peer, pieces: pieces, &generator)
        }
        let sluice = SluiceProcess(httpTo: [backend.port])
        let port = try sluice.front()
        var reusable: Int?
        for (index, one) in ConformanceSuite.httpResponses.enumerated()
        where one.requestMethod != "CONNECT" {
            let client = try #require(HTTPPeer(port: port))
            let isClean = check(one, "/\(index)", client)
            let seen = backend.take()
            #expect(seen.count == 1, "\(one): sent \(seen.count) times")
            guard let connection = seen.first?.connection else { continue }
            if let reusable { #expect(connection == reusable, "\(one): a connection too many") }
            reusable = isClean ? connection : nil
            if !isClean {
                let isEnded = eventually { backend.ending(of: connection) != nil }
                #expect(isEnded, "\(one): its connection is kept")
            }
        }
        #expect(backend.openConnections <= 1)
        backend.stop()
        try sluice.stop()
    }

    /// Asks for a case and checks what comes. True when the backend's connection may be used again.
    private func check(_ one: ConformanceCase, _ target: String, _ client: HTTPPeer) -> Bool {
        let method = one.requestMethod
        switch one.expectation {
        case .refused:
            checkFailed(one, client.ask(target, method: method), client)
            return false
        case .incomplete:
            checkFailed(one, client.ask(target, method: method), client)
            return false
        case .accepted(let message) where message.first == "101":
            let fields = "Connection: upgrade\r\nUpgrade: websocket\r\n"
            let response = client.ask(target, fields: fields)
            #expect(response?.status == 101 && response?.head["Upgrade"] == "websocket", "\(one)")
            #expect(client.read(message.rest.count) == message.rest, "\(one)")
            client.send("ping")
            #expect(client.read(4) == Array("ping".utf8), "\(one)")
            client.socket.shutdownWrite()
            return false
        case .accepted(let message):
            let head = HTTPHead(Self.headOctets(one.octets))
            guard var response = client.ask(target, method: method) else {
                Issue.record("\(one): no response")
                return false
            }
            if message.flags.contains("interim") {
                // 100 is for those alone that wait for it (RFC 9110, section 15.2.1).
                if message.first != "100" {
                    checkHead(one, response.head, head, chunked: false, closes: false)
                    response = client.readResponse(to: method) ?? response
                }
                #expect(response.head.start == "HTTP/1.1 200 Final", "\(one)")
                return true
            }
            let closes = message.framing == "until-close"
            checkHead(
                one, response.head, head, chunked: message.framing == "chunked", closes: closes)
            #expect(response.isWhole && response.body == message.body, "\(one): \(response)")
            if closes {
                #expect(client.readAll() == [], "\(one)")
            } else {
                client.socket.shutdownWrite()
                #expect(client.readAll() == [], "\(one): more than the response")
            }
            return message.keepsAlive && message.rest.isEmpty
        }
    }

    /// The client gets 502, or nothing, or a response that it can tell is cut.
    private func checkFailed(
        _ one: ConformanceCase, _ response: HTTPMessage?, _ client: HTTPPeer
    ) {
        guard let response else {
            #expect(client.ending != .nothing, "\(one): the client is left waiting")
            return
        }
        if response.isWhole {
            #expect(response.status == 502, "\(one): \(response.head)")
        } else {
            #expect(client.isEnded(), "\(one): the client is left waiting")
        }
    }

    private func checkHead(
        _ one: ConformanceCase, _ seen: HTTPHead, _ sent: HTTPHead, chunked: Bool, closes: Bool
    ) {
        let dropped: Set<String> = [
            "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding",
            "upgrade",
        ]
        let nominated = Set(
            sent.values("Connection").flatMap { $0.split(separator: ",") }.map {
                $0.filter { $0 != " " && $0 != "\t" }.lowercased()
            })
        var lines = sent.lines.filter { line in
            let name = HTTPHead.name(of: line)
            return !dropped.contains(name) && !nominated.contains(name)
        }
        if chunked { lines.append("Transfer-Encoding: chunked") }
        if closes { lines.append("Connection: close") }
        #expect(seen.lines == lines, "\(one)")
        let words = sent.words + [""]
        #expect(seen.start == "HTTP/1.1 \(words[1]) \(words[2])", "\(one)")
    }

    private static func headOctets(_ octets: [UInt8]) -> ArraySlice<UInt8> {
        octets[..<(octets.firstRange(of: Array("\r\n\r\n".utf8))!.lowerBound)]
    }
}
