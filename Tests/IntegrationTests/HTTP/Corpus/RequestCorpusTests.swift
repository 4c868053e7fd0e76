// Every request of the conformance corpus through the whole program: what is accepted reaches the
// backend just as it should, and nothing at all of what is refused.

import Conformance
import Glibc
import Support
import Testing

@Suite("Requests of the corpus, through the proxy", .serialized)
struct RequestCorpusTests {
    /// A request that would be answered if the proxy went on behind what it refused.
    private static let smuggled = Array("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

    /// How a case's octets are sent.
    enum Sending: CaseIterable {
        case atOnce
        /// In two pieces, parted somewhere.
        case parted
        /// With pieces of a few octets.
        case crumbled
    }

    @Test("arrive whole or not at all", arguments: Sending.allCases)
    func corpus(sending: Sending) throws {
        let backend = HTTPBackend { _, peer in peer.respond("yes") }
        let sluice = SluiceProcess(httpTo: [backend.port])
        var run = Run(backend: backend, port: try sluice.front(), sending: sending)
        for one in ConformanceSuite.httpRequests { run.check(one) }
        #expect(run.accepted > 150 && run.refused > 450, "\(run.accepted) and \(run.refused)")
        // All that may reach it in part is what ended in the middle of its body, or in pieces.
        #expect(sending != .atOnce || backend.cut <= 8, "\(backend.cut) arrived in part")
        backend.stop()
        try sluice.stop()
    }

    /// The cases of one process.
    private struct Run {
        let backend: HTTPBackend
        let port: UInt16
        let sending: Sending
        var generator = SeededGenerator()
        var accepted = 0
        var refused = 0

        init(backend: HTTPBackend, port: UInt16, sending: Sending) {
            self.backend = backend
            self.port = port
            self.sending = sending
        }

        mutating func check(_ one: ConformanceCase) {
            guard let client = HTTPPeer(port: port) else {
                Issue.record("\(one): nobody listens")
                return
            }
            switch one.expectation {
            case .accepted(let message):
                accepted += 1
                send(one.octets, client)
                checkAccepted(one, message, client)
            case .refused(_, let status):
                refused += 1
                send(one.octets + RequestCorpusTests.smuggled, client)
                checkRefused(one, Int(status), client)
            case .incomplete:
                send(one.octets, client)
                client.socket.shutdownWrite()
                #expect(client.readAll() == [], "\(one): an answer to half a request")
                let seen = backend.take()
                #expect(seen.isEmpty, "\(one): \(seen)")
            }
        }

        private func checkAccepted(
            _ one: ConformanceCase, _ message: AcceptedMessage, _ client: HTTPPeer
        ) {
            let response = client.readResponse(to: message.first)
            guard message.first != "CONNECT" else {
                #expect(response?.status == 405, "\(one)")
                #expect(backend.take().isEmpty, "\(one)")
                return
            }
            #expect(response?.status == 200, "\(one) \(seed): \(String(describing: response))")
            let seen = backend.take()
            guard seen.count == 1 else {
                Issue.record("\(one) \(seed): \(seen.count) requests arrived")
                return
            }
            let request = seen[0].request
            let expected = ForwardedRequest(one.octets, message, port: port)
            #expect(expected.difference(to: request.head) == nil, "\(one) \(seed)")
            #expect(request.body == message.body, "\(one): \(Escapes.shown(request.body))")
            if message.keepsAlive && message.rest.isEmpty {
                #expect(client.ask("/again")?.status == 200, "\(one): the connection is over")
                #expect(backend.take().map(\.request.target) == ["/again"], "\(one)")
            } else {
                if message.keepsAlive { client.socket.shutdownWrite() }
                #expect(client.readAll() == [], "\(one): more than one answer")
                #expect(backend.take().isEmpty, "\(one)")
            }
        }

        private func checkRefused(_ one: ConformanceCase, _ status: Int, _ client: HTTPPeer) {
            let response = client.readResponse()
            #expect(response?.status == status, "\(one) \(seed): \(response?.head.start ?? "none")")
            #expect(response?.head["Connection"] == "close", "\(one)")
            #expect(client.readAll() == [], "\(one) \(seed): it is not closed")
            let seen = backend.take()
            #expect(seen.isEmpty, "\(one) \(seed): \(seen)")
        }

        private mutating func send(_ octets: [UInt8], _ client: HTTPPeer) {
            var rest = octets[...]
            while !rest.isEmpty {
                let count =
                    switch sending {
                    case .atOnce: rest.count
                    case .parted where rest.count == octets.count:
                        Int.random(in: 1...rest.count, using: &generator)
                    case .parted: rest.count
                    case .crumbled: Int.random(in: 1...max(9, octets.count / 9), using: &generator)
                    }
                // Refused before all of it came, the rest may find nobody.
                guard client.send(Array(rest.prefix(count))) else { return }
                rest = rest.dropFirst(count)
            }
        }

        private var seed: String { "seed \(generator.seed)" }
    }
}
