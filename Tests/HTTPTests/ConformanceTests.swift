// The conformance cases, each whole and parted at every octet.

import Conformance
import HTTP
import Testing

@Suite("HTTP conformance")
struct ConformanceTests {
    @Test("there are as many cases as there should be, each with a name of its own")
    func counts() {
        let all = ConformanceSuite.httpRequests + ConformanceSuite.httpResponses
        #expect(ConformanceSuite.httpRequests.count >= 700)
        #expect(ConformanceSuite.httpResponses.count >= 170)
        for cases in [ConformanceSuite.httpRequests, ConformanceSuite.httpResponses] {
            #expect(Set(cases.map(\.name)).count == cases.count)
        }
        let words = Set(Refusal.allCases.map(\.word.description))
        let expected = all.compactMap { one -> String? in
            guard case .refused(let word, _) = one.expectation else { return nil }
            return word
        }
        #expect(Set(expected) == words, "each cause has a case, and each case a cause that exists")
    }

    @Test("a request is what its case says", arguments: ConformanceSuite.httpRequests)
    func request(one: ConformanceCase) {
        let parsed = ParsedRequest(Octets(one.octets))
        let body = ParsedBody(parsed.outcome, parsed.head.framing, parsed.head.byteCount, one)
        body.check(one, statusOf: \.status)
        guard case .accepted(let message) = one.expectation, parsed.outcome == .complete else {
            return
        }
        let head = parsed.head
        let port = head.port == 0 ? "" : ":\(head.port)"
        #expect(parsed.method == message.first, "\(one)")
        #expect(Array(parsed.target.utf8) == message.second, "\(one)")
        #expect(parsed.host + port == message.text("host"), "\(one)")
        #expect(head.keepsAlive == message.keepsAlive, "\(one)")
        #expect(head.expectsContinue == message.flags.contains("continue"), "\(one)")
        #expect(head.pathHasEscapes == parsed.path.contains("%"), "\(one)")
        #expect(head.hasQuery == (head.form != .authority && parsed.target.contains("?")), "\(one)")
        #expect(!message.flags.contains("escapes") || head.pathHasEscapes, "\(one)")
        let upgrade = head.wantsUpgrade ? parsed.octets.text(head.upgrade) : nil
        #expect(upgrade == message.text("upgrade"), "\(one)")
        if let path = message.text("path") { #expect(parsed.path == path, "\(one)") }
        if let query = message.text("query") { #expect(parsed.query == query, "\(one)") }
        if let form = message.text("form") { #expect("\(head.form)" == form, "\(one)") }
        check(parsed.fields, message, one)
    }

    @Test("a response is what its case says", arguments: ConformanceSuite.httpResponses)
    func response(one: ConformanceCase) {
        let method = Self.method(one)
        let parsed = ParsedResponse(Octets(one.octets), to: method)
        let body = ParsedBody(parsed.outcome, parsed.head.framing, parsed.head.byteCount, one)
        body.check(one, statusOf: { _ in Refusal.responseStatus })
        guard case .accepted(let message) = one.expectation, parsed.outcome == .complete else {
            return
        }
        let head = parsed.head
        #expect("\(head.status)" == message.first, "\(one)")
        #expect(parsed.reason == String(decoding: message.second, as: UTF8.self), "\(one)")
        #expect(head.keepsAlive == message.keepsAlive, "\(one)")
        #expect(head.isInterim == message.flags.contains("interim"), "\(one)")
        #expect(head.isUpgrade == (head.status == 101), "\(one)")
        let upgrade = head.upgrade.isMissing ? nil : parsed.octets.text(head.upgrade)
        #expect(upgrade == message.text("upgrade"), "\(one)")
        let timeout = message.text("timeout") ?? "0"
        #expect("\(head.keepAliveTimeoutSeconds)" == timeout, "\(one)")
        check(parsed.fields, message, one)
    }

    private func check(
        _ fields: [ParsedField], _ message: AcceptedMessage, _ one: ConformanceCase
    ) {
        if let count = message.text("fields") { #expect("\(fields.count)" == count, "\(one)") }
        if let field = message.text("field") {
            #expect(fields.contains { "\($0.name):\($0.value)" == field }, "\(one)")
        }
        if let count = message.text("nominated") {
            #expect("\(fields.filter(\.isNominated).count)" == count, "\(one)")
        }
    }

    @Test("a request in pieces comes to the same", arguments: ConformanceSuite.httpRequests)
    func requestPieces(one: ConformanceCase) {
        let whole = ParsedRequest(Octets(one.octets))
        for count in Self.prefixes(of: one.octets.count) {
            let part = ParsedRequest(Octets(one.octets[..<count]))
            let isHead = whole.outcome == .complete && count >= whole.head.byteCount
            guard isHead else {
                #expect(
                    part.outcome == .incomplete
                        || part.outcome == whole.outcome
                            && whole.outcome != .complete,
                    "\(one): the first \(count) octets")
                continue
            }
            #expect(part.outcome == .complete && part.fields == whole.fields, "\(one): \(count)")
            #expect(part.head.byteCount == whole.head.byteCount, "\(one): \(count)")
            #expect(part.head.framing == whole.head.framing, "\(one): \(count)")
        }
        Self.checkBodyPieces(whole.outcome, whole.head.framing, whole.head.byteCount, one)
    }

    @Test("a response in pieces comes to the same", arguments: ConformanceSuite.httpResponses)
    func responsePieces(one: ConformanceCase) {
        let method = Self.method(one)
        let whole = ParsedResponse(Octets(one.octets), to: method)
        for count in Self.prefixes(of: one.octets.count) {
            let part = ParsedResponse(Octets(one.octets[..<count]), to: method)
            let isHead = whole.outcome == .complete && count >= whole.head.byteCount
            guard isHead else {
                #expect(
                    part.outcome == .incomplete
                        || part.outcome == whole.outcome
                            && whole.outcome != .complete,
                    "\(one): the first \(count) octets")
                continue
            }
            #expect(part.outcome == .complete && part.fields == whole.fields, "\(one): \(count)")
            #expect(part.head.byteCount == whole.head.byteCount, "\(one): \(count)")
            #expect(part.head.framing == whole.head.framing, "\(one): \(count)")
        }
        Self.checkBodyPieces(whole.outcome, whole.head.framing, whole.head.byteCount, one)
    }

    /// A chunked body in two pieces, parted at every octet, and octet by octet.
    private static func checkBodyPieces(
        _ outcome: HeadOutcome, _ framing: BodyFraming, _ start: Int, _ one: ConformanceCase
    ) {
        guard outcome == .complete, framing == .chunked else { return }
        let body = Array(one.octets[start...])
        let whole = ParsedChunks([body])
        for count in prefixes(of: body.count) {
            let parted = ParsedChunks([Array(body[..<count]), Array(body[count...])])
            #expect(parted.data == whole.data && parted.end == whole.end, "\(one): \(count)")
            if whole.end == .ended { #expect(parted.count == whole.count, "\(one): \(count)") }
        }
        let single = ParsedChunks(body.map { [$0] })
        #expect(single.data == whole.data && single.end == whole.end, "\(one): octet by octet")
    }

    /// Where to part so many octets: everywhere, but with long ones only near both ends and here and
    /// there between.
    private static func prefixes(of count: Int) -> [Int] {
        guard count > 1000 else { return Array(0...count) }
        return Array(0...100) + Array(stride(from: 101, to: count - 100, by: 487))
            + Array(count - 100...count)
    }

    private static func method(_ one: ConformanceCase) -> HTTP.Method {
        let name = Octets(one.requestMethod + " / HTTP/1.0\r\n\r\n")
        let target = one.requestMethod == "CONNECT" ? Octets("CONNECT a:1 HTTP/1.0\r\n\r\n") : name
        let parsed = ParsedRequest(target)
        precondition(parsed.outcome == .complete && parsed.head.method != .other, "\(one)")
        return parsed.head.method
    }
}
