// Requests on the admin socket: read alike however they are cut, and refused when in doubt.

import Support
import Testing

@testable import Control

@Suite("Admin requests")
struct AdminRequestTests {
    private func parse(_ text: String) -> AdminParse { AdminRequest.parse(Array(text.utf8)) }

    private func request(_ text: String) -> AdminRequest? {
        guard case .request(let request, _) = parse(text) else { return nil }
        return request
    }

    static let messages: [(text: String, request: AdminRequest)] = [
        (
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            AdminRequest(method: "GET", path: "/", keepsAlive: true)
        ),
        (
            "GET /metrics?name[]=a&b=c HTTP/1.1\r\nHost: sluice\r\nAccept:\t*/* \r\n\r\n",
            AdminRequest(method: "GET", path: "/metrics", keepsAlive: true)
        ),
        (
            "POST /reload HTTP/1.1\r\nHost:\r\nContent-Length: 5\r\n\r\n\r\n\r\nx",
            AdminRequest(
                method: "POST", path: "/reload", keepsAlive: true, body: Array("\r\n\r\nx".utf8))
        ),
        (
            "HEAD /live HTTP/1.0\r\nconnection: Keep-Alive\r\n\r\n",
            AdminRequest(method: "HEAD", path: "/live", keepsAlive: true)
        ),
        (
            "GET /status HTTP/1.1\r\nHOST: x\r\nConnection: upgrade, CLOSE\r\nX:\r\n\r\n",
            AdminRequest(method: "GET", path: "/status", keepsAlive: false)
        ),
    ]

    @Test("a request is incomplete up to its last byte, then it is itself", arguments: messages)
    func everySplit(text: String, request: AdminRequest) {
        let bytes = Array(text.utf8)
        for count in 0..<bytes.count {
            #expect(AdminRequest.parse(Array(bytes[..<count])) == .incomplete, "\(count) bytes")
        }
        #expect(AdminRequest.parse(bytes) == .request(request, bytes: bytes.count))
        let next = Array("GET /next".utf8)
        #expect(AdminRequest.parse(bytes + next) == .request(request, bytes: bytes.count))
    }

    @Test(
        "what is not strictly a request is refused",
        arguments: [
            ("\r\n\r\n", 400), ("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET\r\n\r\n", 400),
            ("GET /\r\n\r\n", 400), (" / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET / HTTP/1.1 \r\n\r\n", 400),
            ("GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("G(T / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GE\tT / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET: / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET /a\tb HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GÉT / HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET /é HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nA: b\0\r\n\r\n", 400),
            ("GET / HTTP/1.1\nHost: a\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nA: b\nC: d\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nA: b\rC: d\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\tc: d\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\n A: b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 16385\r\n\r\n", 413),
            ("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\ntransfer-ENCODING: x\r\n\r\n", 411),
            ("GET / HTTP/2.0\r\n\r\n", 505), ("GET / HTTP/1.2\r\n\r\n", 505),
            ("GET / http/1.1\r\n\r\n", 505), ("GET / HTTP/1.10\r\n\r\n", 505),
        ])
    func strictness(text: String, status: Int) {
        guard case .refused(let actual, let reason) = parse(text) else {
            Issue.record("taken: \(text.debugDescription)")
            return
        }
        #expect(actual == status, "\(text.debugDescription)")
        #expect(!reason.isEmpty && !reason.contains("\n"))
    }

    @Test("a head may be as long as the limit and no longer")
    func headLimit() {
        let limit = ControlLimits.adminRequestBytesMax
        let start = "GET / HTTP/1.1\r\nHost: x\r\nA: "
        let fits = start + String(repeating: "a", count: limit - start.utf8.count - 4) + "\r\n\r\n"
        #expect(request(fits) != nil)
        #expect(parse(String(fits.dropLast())) == .incomplete)
        let tooLong = start + String(repeating: "a", count: limit)
        guard case .refused(431, _) = parse(tooLong) else {
            Issue.record("not 431")
            return
        }
        guard case .refused(431, _) = parse(tooLong + "\r\n\r\n") else {
            Issue.record("not 431 when ended")
            return
        }
    }

    @Test("a body of the limit is waited for")
    func bodyLimit() {
        let head = "POST /reload HTTP/1.1\r\nHost: x\r\nContent-Length: 16384\r\n\r\n"
        #expect(parse(head) == .incomplete)
        let body = String(repeating: "b", count: 16_384)
        #expect(request(head + body) != nil)
    }

    @Test(
        "a connection stays as its version and its wishes say, and close wins",
        arguments: [
            ("1.1", "", true), ("1.0", "", false), ("1.1", "close", false),
            ("1.0", "keep-alive", true), ("1.0", "Keep-Alive, x", true),
            ("1.1", "close, keep-alive", false), ("1.1", "keep-alive, close", false),
        ])
    func persistence(version: String, option: String, stays: Bool) {
        let text = "GET / HTTP/\(version)\r\nHost: x\r\nConnection: \(option)\r\n\r\n"
        #expect(request(text)?.keepsAlive == stays)
    }

    @Test("HTTP/1.1 names one host, HTTP/1.0 need not, and nobody names two")
    func host() {
        guard case .refused(400, let reason) = parse("GET / HTTP/1.1\r\n\r\n") else {
            Issue.record("taken without a host")
            return
        }
        #expect(reason.contains("Host"))
        for version in ["1.0", "1.1"] {
            #expect(request("GET / HTTP/\(version)\r\nHost: a\r\n\r\n") != nil)
            #expect(request("GET / HTTP/\(version)\r\nHost: a\r\nhost: a\r\n\r\n") == nil)
        }
        #expect(request("GET / HTTP/1.0\r\n\r\n") != nil)
    }

    @Test("a wish to close in one field is not undone by another field")
    func twoConnectionFields() {
        let text =
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nConnection: keep-alive\r\n\r\n"
        #expect(request(text)?.keepsAlive == false)
    }

    @Test("no bytes make it trap, and what it takes is within what there is")
    func anyBytes() {
        var random = SeededGenerator()
        for _ in 0..<20_000 {
            var bytes = Array(Self.messages.randomElement(using: &random)!.text.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                let byte =
                    [0x0d, 0x0a, 0x20, 0x3a, 0, 0xff, UInt8.random(in: 0...255, using: &random)]
                    .randomElement(using: &random)!
                if Bool.random(using: &random) {
                    bytes[index] = byte
                } else {
                    bytes.insert(byte, at: index)
                }
            }
            if case .request(let request, let count) = AdminRequest.parse(bytes) {
                let isRight = count <= bytes.count && request.path.hasPrefix("/")
                #expect(isRight, "seed \(random.seed)")
            }
        }
    }
}

@Suite("Admin responses")
struct AdminResponseTests {
    @Test("an answer has its length and, on request, no body")
    func encoding() {
        let response = AdminResponse.text(200, "alive")
        let whole = String(
            decoding: response.encoded(keepsAlive: true, omitsBody: false), as: UTF8.self)
        #expect(
            whole == "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: 6\r\nCache-Control: no-store\r\n\r\nalive\n")
        let head = String(
            decoding: response.encoded(keepsAlive: true, omitsBody: true), as: UTF8.self)
        #expect(head + "alive\n" == whole)
    }

    @Test("a last answer says so, and a 405 says what is allowed")
    func fields() {
        var response = AdminResponse.text(405, "no")
        response.allow = "GET, HEAD"
        let text = String(
            decoding: response.encoded(keepsAlive: false, omitsBody: false), as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n"))
        #expect(text.contains("\r\nAllow: GET, HEAD\r\n"))
        #expect(text.contains("\r\nConnection: close\r\n"))
    }

    @Test(
        "every status that is given has its phrase",
        arguments: [200, 400, 404, 405, 408, 411, 413, 422, 431, 503, 505])
    func phrases(status: Int) {
        let text = String(
            decoding: AdminResponse.text(status, "").encoded(keepsAlive: true, omitsBody: true),
            as: UTF8.self)
        #expect(!text.hasPrefix("HTTP/1.1 \(status) Status\r\n"))
    }

    @Test("bytes of a body are counted, not characters")
    func bytes() {
        let encoded = AdminResponse.text(200, "é\u{1F600}")
            .encoded(keepsAlive: true, omitsBody: false)
        #expect(String(decoding: encoded, as: UTF8.self).contains("Content-Length: 7\r\n"))
    }
}
