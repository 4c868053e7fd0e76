// Which responses are compressed, by heads alone.

import Compression
import HTTP
import Testing

@testable import Proxy

@Suite("What is compressed")
struct CompressionPlanTests {
    /// Calls `body` with a parsed head.
    private func withHead<Result>(
        _ text: String, method: HTTP.Method = .get,
        _ body: (UnsafePointer<ResponseHead>, UnsafePointer<UInt8>, UnsafePointer<HeaderField>)
            -> Result
    ) throws -> Result {
        let bytes = Array("HTTP/1.1 \(text)\r\n\r\n".utf8)
        var head = ResponseHead()
        let fields = UnsafeMutablePointer<HeaderField>.allocate(capacity: HeadLimits().fieldsMax)
        defer { fields.deallocate() }
        let outcome = ResponseHead.parse(
            bytes, count: bytes.count, limits: HeadLimits(), requestMethod: method, into: &head,
            fields: fields)
        try #require(outcome == .complete, "\(text)")
        return body(&head, bytes, fields)
    }

    @Test(
        "by status, type, coding and what is said of changes",
        arguments: [
            ("200 OK\r\nContent-Type: text/plain", true),
            ("200 OK\r\nContent-Type: TEXT/html;charset=x", true),
            ("500 No\r\nContent-Type: application/json", true),
            ("200 OK\r\nContent-Type: image/png", false),
            ("200 OK", false),
            ("200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: identity", false),
            ("200 OK\r\nContent-Range: bytes 0-1/2\r\nContent-Type: text/plain", false),
            ("206 Part\r\nContent-Type: text/plain", false),
            ("205 Reset\r\nContent-Type: text/plain", false),
            ("226 IM Used\r\nContent-Type: text/plain", false),
            ("204 No\r\nContent-Type: text/plain", false),
            ("304 No\r\nContent-Type: text/plain", false),
            ("200 OK\r\nContent-Type: text/plain\r\nCache-Control: no-transform", false),
            (
                "200 OK\r\nContent-Type: text/plain\r\nCache-Control: a\r\n"
                    + "Cache-Control: b, no-transform", false
            ),
            ("200 OK\r\nContent-Type: text/plain\r\nrepr-digest: x", false),
            ("200 OK\r\nContent-Type: text/plain\r\nContent-MD5: x", false),
            ("200 OK\r\nContent-Type: text/plain\r\nContent-MD6: x", true),
        ])
    func heads(text: String, isCovered: Bool) throws {
        let types = try #require(CompressibleTypes(["text/*", "application/json"]))
        defer { types.deallocate() }
        let plan = CompressionPlan(
            types: types, bodyBytesMin: 100, level: 1, busyPercentMax: 100, workerBytesMax: 0)
        let found = try withHead(text) { head, bytes, fields in
            [nil, 100, 99, 0].map { plan.covers(head, bytes, fields, length: $0) }
        }
        #expect(found == [isCovered, isCovered, false, false])
    }

    @Test(
        "Vary that says so already is found",
        arguments: [
            ("", false), ("Vary: Origin", false), ("Vary: Accept-Encoding", true),
            ("Vary: Origin ,\taccept-encoding\t, Cookie", true), ("Vary: *", true),
            ("Vary: X-Accept-Encoding", false), ("Vary: Accept-Encodings", false),
            ("Vary: Origin\r\nVary: Accept-Encoding", true), ("Vary: ,,", false),
        ])
    func vary(fields: String, isFound: Bool) throws {
        let text = fields.isEmpty ? "200 OK" : "200 OK\r\n\(fields)"
        #expect(try withHead(text, CompressionPlan.variesAlready) == isFound)
    }

    @Test("the length that a response to HEAD would have")
    func length() throws {
        func stated(_ fields: String) throws -> UInt64? {
            try withHead("200 OK\(fields)", method: .head, CompressionPlan.statedLength)
        }
        #expect(try stated("") == nil)
        #expect(try stated("\r\nContent-Length: 0") == 0)
        #expect(try stated("\r\nA: b\r\nContent-Length: 1234567890") == 1_234_567_890)
    }
}
