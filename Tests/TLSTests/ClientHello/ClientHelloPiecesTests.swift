// Hellos in many records and many segments, and how much of them is too much.

import FuzzTLS
import Support
import TLS
import Testing

@Suite("A ClientHello may come in any pieces")
struct ClientHelloPiecesTests {
    private let hello = HelloWriter.browser()

    private func complete(_ stream: some Collection<UInt8>) -> ParsedHello? {
        guard case .complete(let hello) = ParsedOutcome.parse(stream) else { return nil }
        return hello
    }

    @Test("each prefix asks for more octets than it has, and never for more than there are")
    func prefixes() {
        let small = HelloWriter(
            HelloWriter.protocols("h2"), HelloWriter.name("www.example.com"))
        let cases = [(hello, 1 << 14), (hello, 600), (small, 100), (small, 7), (small, 1)]
        for (writer, size) in cases {
            let stream = HelloRecordWriter.records(writer.message, size: size)
            for count in 0..<stream.count {
                guard case .incomplete(let least) = ParsedOutcome.parse(stream[..<count]) else {
                    Issue.record("\(count) octets of records of \(size)")
                    return
                }
                #expect(least > count && least <= stream.count, "\(count) of records of \(size)")
            }
            #expect(complete(stream)?.serverName == Array("www.example.com".utf8))
        }
    }

    @Test("it is the same in two records, wherever it is parted")
    func twoRecords() throws {
        let message = hello.message
        var expected = try #require(complete(hello.stream))
        expected.byteCount += 5
        for at in 1..<message.count {
            let stream =
                HelloRecordWriter.record(message[..<at])
                + HelloRecordWriter.record(message[at...], version: 0x0303)
            #expect(complete(stream) == expected, "parted at \(at)")
        }
    }

    @Test("it is the same in records of any one size")
    func sizes() throws {
        let message = hello.message
        var expected = try #require(complete(hello.stream))
        for size in 1...message.count {
            let stream = HelloRecordWriter.records(message, size: size)
            expected.byteCount = stream.count
            #expect(complete(stream) == expected, "records of \(size)")
        }
    }

    @Test("it is the same in records of many sizes")
    func randomSizes() throws {
        var generator = SeededGenerator()
        let message = hello.message
        var expected = try #require(complete(hello.stream))
        for _ in 0..<100 {
            var rest = message[...]
            var stream: [UInt8] = []
            while !rest.isEmpty {
                let count = min(rest.count, Int.random(in: 1...80, using: &generator))
                stream += HelloRecordWriter.record(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            expected.byteCount = stream.count
            #expect(complete(stream) == expected, "SLUICE_SEED=\(generator.seed)")
        }
    }

    @Test("protocols beside a name stay whole wherever both are in the scratch")
    func neighbours() throws {
        let name = ClientHelloTests.longName.uppercased()
        for extensions in [
            [HelloWriter.name(name), HelloWriter.protocols("h2", "x")],
            [HelloWriter.protocols("h2", "x"), HelloWriter.name(name)],
        ] {
            let writer = HelloWriter().with {
                $0.session = [0]
                $0.suites = [0, 2, 0, 47]
                $0.extensions = extensions
            }
            for size in [1, 50, 1000] {
                let parsed = try #require(
                    complete(HelloRecordWriter.records(writer.message, size: size)))
                #expect(parsed.protocols == [Array("h2".utf8), Array("x".utf8)])
                #expect(parsed.serverName == Array(name.lowercased().utf8))
            }
        }
    }

    /// A hello whose message has just that many octets.
    private func message(of count: Int) -> [UInt8] {
        let empty = HelloWriter(HelloWriter.name("a.b"), HelloWriter.other(21, []))
        let filling = [UInt8](repeating: 0, count: count - empty.message.count)
        return HelloWriter(HelloWriter.name("a.b"), HelloWriter.other(21, filling)).message
    }

    @Test("16 KiB with the headers of records are taken, an octet more is not")
    func bounds() {
        let limit = ClientHelloLimits.streamBytesMax
        #expect(limit == 16384)
        for (records, size) in [(1, limit - 5), (2, limit / 2 - 5), (256, 59)] {
            let fits = message(of: limit - 5 * records)
            let stream = HelloRecordWriter.records(fits, size: size)
            #expect(stream.count == limit)
            #expect(complete(stream)?.byteCount == limit, "\(records) records")
            #expect(complete(stream + [0]) != nil)
            let beyond = message(of: limit - 5 * records + 1)
            let refused = HelloRecordWriter.records(beyond, size: size)
            #expect(ParsedOutcome.parse(refused) == .refused(.tooLong), "\(records) records")
        }
    }

    @Test("what can't fit any more is refused at once, not when the last octet is there")
    func early() {
        let stream = HelloRecordWriter.records(message(of: 16370), size: 1)
        var refusedAt = 0
        for count in 0..<stream.count {
            if ParsedOutcome.parse(stream[..<count]) == .refused(.tooLong) {
                refusedAt = count
                break
            }
        }
        // The third record's header tells that there are more of them than fit.
        #expect(refusedAt > 0 && refusedAt <= 64)
    }

    @Test("octet by octet it is looked at few times, in records of an octet each too")
    func cost() {
        for (size, callsMax) in [(1, 80), (2, 50), (100, 24), (1 << 14, 8)] {
            // As long as one may be in records of that size.
            let message = message(of: min(16379, 16384 * size / (size + 5)) - 8)
            let stream = HelloRecordWriter.records(message, size: size)
            #expect(stream.count <= ClientHelloLimits.streamBytesMax)
            var calls = 0
            var wanted = 0
            var isComplete = false
            for count in 0...stream.count where count >= wanted && !isComplete {
                calls += 1
                switch ParsedOutcome.parse(stream[..<count]) {
                case .incomplete(let least): wanted = least
                case .complete: isComplete = true
                case .refused(let refusal): Issue.record("\(refusal)")
                }
            }
            #expect(isComplete && calls <= callsMax, "\(calls) calls for records of \(size)")
        }
    }
}
