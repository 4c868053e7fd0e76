// Heads, part by part. What is refused and every odd thing that passes is in the conformance cases;
// here is what they can't say.

import HTTP
import Testing

@Suite("HTTP heads")
struct HeadTests {
    @Test("all parts of a request are found")
    func request() {
        let parsed = ParsedRequest(
            "POST /a/b%20c?q=1&r HTTP/1.1\r\nHost: Example.com:8080\r\nX-One:  1 \t\r\n"
                + "Content-Length: 12\r\nExpect: 100-Continue\r\nEmpty:\r\n\r\nhello, world")
        #expect(parsed.outcome == .complete)
        #expect(parsed.method == "POST" && parsed.head.method == .post)
        #expect(parsed.target == "/a/b%20c?q=1&r" && parsed.head.form == .origin)
        #expect(parsed.path == "/a/b%20c" && parsed.head.pathHasEscapes)
        #expect(parsed.query == "q=1&r" && parsed.head.hasQuery)
        #expect(parsed.host == "Example.com" && parsed.head.port == 8080)
        #expect(parsed.head.framing == .length(12) && parsed.head.keepsAlive)
        #expect(parsed.head.expectsContinue && !parsed.head.wantsUpgrade)
        #expect(parsed.head.byteCount == parsed.octets.count - 12)
        #expect(
            parsed.fields.map(\.name) == ["Host", "X-One", "Content-Length", "Expect", "Empty"])
        #expect(parsed.fields.map(\.value) == ["Example.com:8080", "1", "12", "100-Continue", ""])
        #expect(parsed.fields.map(\.known) == [.host, .other, .contentLength, .expect, .other])
    }

    @Test("fields that Connection names are marked, known or not")
    func nominations() {
        let parsed = ParsedRequest(
            "GET / HTTP/1.1\r\nX-Hop: 1\r\nHost: a\r\nConnection: close, X-HOP\r\nCookie: c=d\r\n"
                + "X-Hopp: 2\r\nconnection: ,cookie\r\n\r\n")
        #expect(parsed.outcome == .complete && !parsed.head.keepsAlive)
        #expect(parsed.fields.filter(\.isNominated).map(\.name) == ["X-Hop", "Cookie"])
    }

    @Test("an upgrade is wanted when both fields say so")
    func upgrade() {
        let both = "GET /c HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        let parsed = ParsedRequest(both)
        #expect(parsed.head.wantsUpgrade && parsed.octets.text(parsed.head.upgrade) == "websocket")
        let without = both.replacing("Connection: Upgrade", with: "Connection: close")
        #expect(!ParsedRequest(without).head.wantsUpgrade)
        #expect(!ParsedRequest(both.replacing("HTTP/1.1", with: "HTTP/1.0")).head.wantsUpgrade)
    }

    @Test(
        "HTTP/2 is no protocol that an upgrade is wanted to",
        arguments: [
            ("h2c", nil), ("H2C", nil), ("h2c, h2C/1", nil), (",", nil),
            ("h2c, websocket", "websocket"), ("a/1,h2c", "a/1"), ("a , h2c,,b", "a, b"),
            ("websocket", "websocket"), ("h2", "h2"), ("h2c2", "h2c2"), ("xh2c,h2", "xh2c,h2"),
        ] as [(String, String?)])
    func http2(offered: String, passedOn: String?) {
        let parsed = ParsedRequest(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: \(offered)\r\n\r\n")
        #expect(parsed.head.wantsUpgrade == (passedOn != nil))
        guard let passedOn else { return }
        #expect(parsed.head.offersHTTP2 == (passedOn != offered))
        guard parsed.head.offersHTTP2 else { return }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { space in
            var writer = HeadWriter(space.baseAddress!, capacity: 64)
            UpgradeProtocols.write(parsed.head.upgrade, of: parsed.octets.bytes, to: &writer)
            #expect(String(decoding: space[..<writer.count], as: UTF8.self) == passedOn)
        }
    }

    @Test("all parts of a response are found")
    func response() {
        let parsed = ParsedResponse(
            "HTTP/1.1 404 Not here\r\nKeep-Alive: timeout=15, max=100\r\nContent-Length: 0\r\n\r\n")
        #expect(parsed.outcome == .complete && parsed.head.status == 404)
        #expect(parsed.reason == "Not here" && parsed.head.framing == .length(0))
        #expect(parsed.head.keepsAlive && parsed.head.keepAliveTimeoutSeconds == 15)
        #expect(!parsed.head.isInterim && !parsed.head.isUpgrade)
        #expect(ParsedResponse("HTTP/1.1 103 Early Hints\r\n\r\n").head.isInterim)
        #expect(ParsedResponse("HTTP/1.1 101 \r\nUpgrade: websocket\r\n\r\n").head.isUpgrade)
    }

    @Test("limits hold to the octet")
    func limits() {
        let limits = HeadLimits(headBytesMax: 60, targetBytesMax: 10, fieldsMax: 3)
        func outcome(_ text: String) -> HeadOutcome { ParsedRequest(text, limits: limits).outcome }
        let target = "/23456789a"
        #expect(outcome("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n") == .complete)
        #expect(outcome("GET \(target)") == .incomplete)
        #expect(outcome("GET \(target)b") == .refused(.targetTooLong))
        #expect(outcome("GET \(target)b HTTP/1.1\r\n") == .refused(.targetTooLong))
        #expect(outcome("GET /23456789% HTTP/1.1\r\n") == .refused(.badEscape))
        #expect(outcome("GET /23456789%20 HTTP/1.1\r\n") == .refused(.targetTooLong))
        let three = "GET / HTTP/1.1\r\nHost: a\r\nB:\r\nC:\r\n"
        #expect(outcome(three + "\r\n") == .complete)
        #expect(outcome(three + "D:\r\n\r\n") == .refused(.tooManyFields))
        let filled = "GET / HTTP/1.1\r\nHost: a\r\nB: "
        let room = 60 - filled.utf8.count - 4
        let just = filled + String(repeating: "x", count: room)
        #expect(outcome(just + "\r\n\r\n") == .complete)
        #expect(outcome(just + "\r\n\r\nmore") == .complete)
        #expect(outcome(just + "\r\n\r") == .incomplete)
        #expect(outcome(just + "x\r\n\r\n") == .refused(.headTooLarge))
        #expect(outcome(just + "x\r\n\r") == .refused(.headTooLarge))
    }

    @Test("a method is as long as its limit and no longer")
    func methodLimit() {
        let method = String(repeating: "M", count: HeadLimits.methodBytesMax)
        #expect(ParsedRequest("\(method) / HTTP/1.0\r\n\r\n").outcome == .complete)
        #expect(ParsedRequest("\(method)M / HTTP/1.0\r\n\r\n").outcome == .refused(.methodTooLong))
        #expect(ParsedRequest("\(method)").outcome == .incomplete)
    }

    @Test("as many connection options as anybody needs")
    func optionLimit() {
        let options = (0..<HeadLimits.connectionOptionsMax).map { "o\($0)" }.joined(separator: ",")
        let start = "GET / HTTP/1.0\r\nConnection: \(options)"
        #expect(ParsedRequest(start + "\r\n\r\n").outcome == .complete)
        #expect(
            ParsedRequest(start + ",one\r\n\r\n").outcome == .refused(.tooManyConnectionOptions))
    }
}
