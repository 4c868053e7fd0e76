// Chunked bodies: what the conformance cases can't say of the decoder.

import HTTP
import Testing

@Suite("Chunked decoder")
struct ChunkedDecoderTests {
    @Test("data is told from framing, and what follows the body is left")
    func data() {
        let body = "5\r\nhello\r\n00A\r\n, world...\r\n0\r\n\r\n"
        let parsed = ParsedChunks(body + "GET /")
        #expect(parsed.end == .ended && parsed.count == body.utf8.count)
        #expect(String(decoding: parsed.data, as: UTF8.self) == "hello, world...")
        #expect(parsed.isVerbatim && !parsed.hasTrailers)
    }

    @Test("every way to part a body in three comes to the same")
    func splits() {
        let body = Array("3;a=\"\\\"b\";c\r\nabc\r\n1\r\nd\r\n0\r\nX-Sum: 1\r\n\r\nrest".utf8)
        let whole = ParsedChunks([body])
        #expect(whole.end == .ended && !whole.isVerbatim && whole.hasTrailers)
        for first in 0...body.count {
            for second in first...body.count {
                let pieces = [body[..<first], body[first..<second], body[second...]].map(Array.init)
                #expect(ParsedChunks(pieces) == whole, "parted at \(first) and \(second)")
            }
        }
    }

    @Test("data that goes another way is passed without being seen")
    func skipping() {
        var decoder = ChunkedDecoder()
        let start = Octets("fffff\r\nab")
        #expect(
            decoder.next(start.bytes, count: start.count) == .data(framing: 7, count: 2))
        #expect(decoder.remaining == 0xFFFFD)
        decoder.skip(0xFFFF0)
        #expect(decoder.remaining == 13)
        decoder.skip(13)
        let end = Octets("\r\n0\r\n\r\n")
        #expect(decoder.next(end.bytes, count: end.count) == .ended(framing: 7))
        #expect(decoder.next(end.bytes, count: end.count) == .ended(framing: 0))
        #expect(decoder.hasEnded)
    }

    @Test("skipping more than the chunk has traps")
    func skippingTooMuch() async {
        await #expect(processExitsWith: .failure) {
            var decoder = ChunkedDecoder()
            let start = Octets("2\r\n")
            _ = decoder.next(start.bytes, count: start.count)
            decoder.skip(3)
        }
    }

    @Test("a refusal stays")
    func refusal() {
        var decoder = ChunkedDecoder()
        let octets = Octets("g")
        #expect(decoder.next(octets.bytes, count: 1) == .refused(.badChunkSize))
        #expect(decoder.next(octets.bytes, count: 1) == .refused(.badChunkSize))
        #expect(decoder.next(octets.bytes, count: 0) == .refused(.badChunkSize))
    }

    @Test("sizes up to 2^63 - 1 and no larger")
    func sizes() {
        #expect(ParsedChunks("7fffffffffffffff\r\n").end == .incomplete)
        #expect(ParsedChunks("8000000000000000\r\n").end == .refused(.chunkTooLarge))
        #expect(ParsedChunks("ffffffffffffffff\r\n").end == .refused(.chunkTooLarge))
        #expect(ParsedChunks("0000000000000001\r\n").end == .incomplete)
        #expect(ParsedChunks("00000000000000001\r\n").end == .refused(.chunkTooLarge))
    }

    @Test("extensions are let through as far as data excuses them")
    func extensions() {
        let long = String(repeating: "x", count: HeadLimits.chunkExtensionBytesMax - 1)
        #expect(ParsedChunks("1;\(long)\r\na\r\n0\r\n\r\n").end == .ended)
        #expect(
            ParsedChunks("1;\(long)x\r\na\r\n0\r\n\r\n").end == .refused(.chunkExtensionsTooLong))
        #expect(
            ParsedChunks("1;\(long)\r\na\r\n1;x\r\n").end == .refused(.chunkExtensionsTooLong))
        let small = "4;a=b\r\ndata\r\n"
        #expect(ParsedChunks(String(repeating: small, count: 1000) + "0\r\n\r\n").end == .ended)
        let thin = "1;a=b\r\nd\r\n"
        #expect(
            ParsedChunks(String(repeating: thin, count: 1000) + "0\r\n\r\n").end
                == .refused(.chunkExtensionsTooLong))
    }

    @Test("trailers up to their limit and no further")
    func trailerLimit() {
        let room = HeadLimits.trailerBytesMax - "A: ".utf8.count - 4
        let value = String(repeating: "v", count: room)
        #expect(ParsedChunks("0\r\nA: \(value)\r\n\r\n").end == .ended)
        #expect(ParsedChunks("0\r\nA: \(value)v\r\n\r\n").end == .refused(.trailersTooLarge))
        let name = String(repeating: "n", count: 4000)
        #expect(ParsedChunks("0\r\n\(name): v\r\n\r\n").end == .ended)
    }

    @Test("every name that trailers may not have is refused in whatever case")
    func forbiddenTrailers() {
        for name in FieldName.allCases where name != .other {
            for text in [name.text.description, name.text.description.uppercased()] {
                let end = ParsedChunks("0\r\nX: y\r\n\(text): 1\r\n\r\n").end
                #expect(
                    end == (name.isForbiddenInTrailers ? .refused(.forbiddenTrailer) : .ended),
                    "\(text)")
            }
        }
    }
}
