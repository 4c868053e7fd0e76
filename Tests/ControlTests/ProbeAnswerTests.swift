// What an answer means, wherever its bytes are split.

import Support
import Testing

@testable import Control

@Suite("Answers to probes")
struct ProbeAnswerTests {
    /// Judges an answer that comes in pieces of `size` bytes; the last judgement, or what the end
    /// of the stream means when more was wanted.
    private func judge(
        _ text: String, _ kind: ProbeKind, pieces size: Int
    ) -> ProbeAnswer.Judgement {
        var answer = ProbeAnswer()
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let piece = rest.prefix(min(size, answer.room(for: kind)))
            let judgement = answer.take(piece, for: kind)
            guard judgement == .more else { return judgement }
            rest = rest.dropFirst(piece.count)
        }
        return .failure(answer.judgeEnd(for: kind))
    }

    private func exchange(_ expect: String) -> ProbeKind {
        .exchange(send: [], expect: Array(expect.utf8))
    }

    static let exchangeCases: [(String, String, ProbeAnswer.Judgement)] = [
        ("+PONG\r\n", "+PONG", .success),
        ("220 mail\r\n250 ok\r\n", "250", .success),
        ("aaab", "aab", .success),
        ("-NOAUTH\r\n", "+PONG", .failure(.unexpected)),
        ("+PON", "+PONG", .failure(.closed)),
        ("junk+", "+PONG", .failure(.closed)),
        ("", "+PONG", .failure(.closed)),
        (String(repeating: "x", count: 16 << 10) + "+PONG", "+PONG", .failure(.unexpected)),
        (String(repeating: "x", count: (16 << 10) - 5) + "+PONG", "+PONG", .success),
    ]

    @Test("expected bytes are found anywhere, however they are split")
    func exchanges() {
        for (text, expect, wanted) in Self.exchangeCases {
            for size in text.utf8.count < 1000 ? [1, 2, 3, 1000] : [999, 1 << 20] {
                let judgement = judge(text, exchange(expect), pieces: size)
                #expect(judgement == wanted, "\(text.prefix(20)) by \(size)")
            }
        }
    }

    @Test("a backend that is slow timed out; one that said something else did not")
    func timeout() {
        for (text, word) in [
            ("", ProbeFailure.timeout), ("+PO", .timeout), ("-ERR\r\n", .unexpected),
        ] {
            var answer = ProbeAnswer()
            #expect(answer.take(Array(text.utf8), for: exchange("+PONG")) == .more)
            #expect(answer.judgeTimeout(for: exchange("+PONG")) == word)
        }
        let answer = ProbeAnswer()
        #expect(answer.judgeTimeout(for: .http(HTTPProbe())) == .timeout)
    }

    static let statusLineCases: [(String, ProbeAnswer.Judgement)] = [
        ("HTTP/1.1 200 OK\r\n", .success),
        ("HTTP/1.0 200 \r\n", .success),
        ("HTTP/1.1 200\r\n", .success),
        ("HTTP/1.1 399 \t\u{e9}\r\n", .success),
        ("HTTP/1.1 404 Not Found\r\n", .failure(.status, status: 404)),
        ("HTTP/1.1 101 Switching\r\n", .failure(.status, status: 101)),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n", .success),
        (
            "HTTP/1.1 103 Hints\r\nLink: a\r\n\r\nHTTP/1.1 500 \r\n",
            .failure(.status, status: 500)
        ),
        ("HTTP/1.1 200 OK\n", .failure(.unexpected)),
        ("HTTP/1.1  200 OK\r\n", .failure(.unexpected)),
        ("HTTP/1.2 200 OK\r\n", .failure(.unexpected)),
        ("HTTP/2 200 OK\r\n", .failure(.unexpected)),
        ("http/1.1 200 OK\r\n", .failure(.unexpected)),
        ("HTTP/1.1 20x OK\r\n", .failure(.unexpected)),
        ("HTTP/1.1 099 OK\r\n", .failure(.unexpected)),
        ("HTTP/1.1 2000 OK\r\n", .failure(.unexpected)),
        ("HTTP/1.1 200 O\u{1}K\r\n", .failure(.unexpected)),
        ("HTTP/1.1 200 OK\rX", .failure(.unexpected)),
        ("SSH-2.0-OpenSSH\r\n", .failure(.unexpected)),
        ("H", .failure(.closed)),
        ("HTTP/1.1 200 O", .failure(.closed)),
        ("HTTP/1.1 100 Continue\r\n\r\n", .failure(.closed)),
        ("", .failure(.closed)),
    ]

    @Test("a status line is read by the letter")
    func statusLines() {
        for (text, wanted) in Self.statusLineCases {
            for size in [1, 2, 7, 1 << 20] {
                let judgement = judge(text, .http(HTTPProbe()), pieces: size)
                #expect(judgement == wanted, "\(text) by \(size)")
            }
        }
    }

    static let bodyCases: [(String, ProbeAnswer.Judgement)] = [
        ("\r\nall is ready", .success),
        ("X: y\r\n\r\nready", .success),
        ("X: ready\r\n\r\nnot yet: read", .failure(.body)),
        ("X: y\r\n", .failure(.closed)),
        ("\r\n", .failure(.body)),
        ("\r\n" + String(repeating: "r", count: (64 << 10) - 5) + "ready", .success),
        ("\r\n" + String(repeating: "r", count: (64 << 10) - 4) + "ready", .failure(.body)),
        (
            "X: " + String(repeating: "y", count: 16 << 10) + "\r\n\r\nready",
            .failure(.unexpected)
        ),
    ]

    @Test("a body is searched as it is, after the head and no further than its limit")
    func bodies() {
        let kind = ProbeKind.http(HTTPProbe(body: "ready"))
        for (rest, wanted) in Self.bodyCases {
            for size in rest.utf8.count < 1000 ? [1, 5, 4096] : [999, 4096] {
                let judgement = judge("HTTP/1.1 200 OK\r\n" + rest, kind, pieces: size)
                #expect(judgement == wanted, "\(rest.prefix(20)) by \(size)")
            }
        }
        #expect(
            judge("HTTP/1.1 503 No\r\n\r\nready", kind, pieces: 9) == .failure(.status, status: 503)
        )
    }

    @Test("what never ends is refused at its limit")
    func limits() {
        let endless = String(repeating: "a", count: 1 << 20)
        let http = ProbeKind.http(HTTPProbe(statuses: [200...200]))
        #expect(judge("HTTP/1.1 200 " + endless, http, pieces: 100) == .failure(.unexpected))
        let interim = String(repeating: "HTTP/1.1 100 \r\n\r\n", count: 2000)
        for size in [16, 17, 1000, 1 << 20] {
            #expect(judge(interim, http, pieces: size) == .failure(.unexpected))
        }
    }

    @Test("random bytes in random pieces mean something and never more than the limits")
    func random() {
        var generator = SeededGenerator()
        let alphabet = Array("HTTP/1. 20\r\n+PONG".utf8)
        let kinds = [
            exchange("+PONG"), .http(HTTPProbe()), .http(HTTPProbe(body: "PON")),
        ]
        for _ in 0..<300 {
            let kind = kinds.randomElement(using: &generator)!
            var answer = ProbeAnswer()
            if case .http = kind, Bool.random(using: &generator) {
                _ = answer.take(Array("HTTP/1.1 200 OK\r\n".utf8), for: kind)
            }
            for _ in 0..<200 {
                let count = min(
                    Int.random(in: 1...2000, using: &generator), answer.room(for: kind))
                #expect(count > 0, "seed \(generator.seed)")
                let piece = (0..<count).map { _ in alphabet.randomElement(using: &generator)! }
                guard answer.take(piece, for: kind) == .more else { break }
                #expect(answer.received.count < 80 << 10, "seed \(generator.seed)")
            }
        }
    }
}
