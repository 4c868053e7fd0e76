// What has to hold of chunked bodies, whatever they are and however they are parted.

import HTTP

/// Checks of one chunked body.
struct ChunksCheck {
    private let input: [UInt8]

    init(_ input: [UInt8]) { self.input = input }

    /// What decoding came to.
    private struct Decoded: Equatable {
        var data: [UInt8] = []
        var end: Refusal?
        var hasEnded = false
        var count = 0
        var isVerbatim = true
    }

    /// Decodes the input in pieces of the sizes that `next` gives.
    private func decode(_ next: (Int) -> Int) -> Decoded {
        var decoder = ChunkedDecoder()
        var result = Decoded()
        var start = 0
        pieces: while start < input.count {
            let end = min(input.count, start + max(1, next(start)))
            let piece = ExactMemory(input[start..<end])
            var at = 0
            while at < piece.count {
                switch decoder.next(piece.bytes + at, count: piece.count - at) {
                case .data(let framing, let count):
                    guard count > 0, framing >= 0, at + framing + count <= piece.count else {
                        fatalError("a step beyond the piece")
                    }
                    result.data += input[start + at + framing..<start + at + framing + count]
                    at += framing + count
                    result.count = start + at
                case .incomplete:
                    at = piece.count
                    result.count = start + at
                case .ended(let framing):
                    guard at + framing <= piece.count else { fatalError("an end beyond the piece") }
                    result.count = start + at + framing
                    result.hasEnded = true
                    break pieces
                case .refused(let refusal):
                    result.end = refusal
                    result.count = 0
                    break pieces
                }
            }
            start = end
        }
        result.isVerbatim = decoder.isVerbatim
        return result
    }

    /// What is wrong; nil when nothing is.
    func violation() -> String? {
        let whole = decode { _ in input.count }
        guard decode({ _ in 1 }) == whole else { return "octet by octet it is something else" }
        var state: UInt64 = 1
        for octet in input { state = (state ^ UInt64(octet)) &* 0x100_0000_01B3 }
        for _ in 0..<3 {
            let parted = decode { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int(state >> 59)
            }
            guard parted == whole else { return "in pieces it is something else" }
        }
        guard whole.hasEnded else { return nil }
        guard let plain = plainData(whole.count) else { return "a body that is none" }
        return plain == whole.data ? nil : "other data"
    }

    /// The data of a body that was accepted, in the plainest way; nil when it is none.
    private func plainData(_ count: Int) -> [UInt8]? {
        let body = Array(input[..<count])
        var data: [UInt8] = []
        var at = 0
        while true {
            let digits = body[at...].prefix {
                UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                    || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0 | 0x20
            }
            guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16) else {
                return nil
            }
            guard let line = lineEnd(body, at) else { return nil }
            guard line == digits.endIndex || body[digits.endIndex] == 59 else { return nil }
            at = line + 2
            if size == 0 { break }
            guard at + size + 2 <= body.count, body[at + size] == 13, body[at + size + 1] == 10
            else { return nil }
            data += body[at..<at + size]
            at += size + 2
        }
        // Trailers: lines with a colon, then an empty one that ends the body.
        while let line = lineEnd(body, at) {
            if line == at { return line + 2 == body.count ? data : nil }
            guard body[at..<line].contains(58) else { return nil }
            at = line + 2
        }
        return nil
    }

    private func lineEnd(_ body: [UInt8], _ start: Int) -> Int? {
        var at = start
        while at + 1 < body.count {
            if body[at] == 13 && body[at + 1] == 10 { return at }
            if body[at] == 13 || body[at] == 10 { return nil }
            at += 1
        }
        return nil
    }
}
