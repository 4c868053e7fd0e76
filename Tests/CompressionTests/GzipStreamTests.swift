// Compressed streams, read by others: zlib's inflate, gzip(1) and Python.

import Compression
import Glibc
import Support
import Testing

@Suite("Gzip streams")
struct GzipStreamTests {
    /// Runs a stream over `input` in pieces that `split` gives, with room that `room` gives.
    private func compressed(
        _ stream: GzipStream, _ input: [UInt8], split: () -> Int, room: () -> Int,
        flush: () -> GzipFlush = { .none }
    ) -> [UInt8] {
        var output: [UInt8] = []
        var offset = 0
        while true {
            let end = min(input.count, offset + split())
            let purpose = end == input.count ? .finish : flush()
            if purpose == .none && end == offset { continue }
            offset = run(stream, input, offset..<end, purpose, room, &output)
            if purpose == .finish { return output }
        }
    }

    /// Gives one piece until its purpose is achieved.
    private func run(
        _ stream: GzipStream, _ input: [UInt8], _ piece: Range<Int>, _ flush: GzipFlush,
        _ room: () -> Int, _ output: inout [UInt8]
    ) -> Int {
        var offset = piece.lowerBound
        var buffer: [UInt8] = []
        for _ in 0..<1_000_000 {
            let capacity = room()
            // What is behind the room must stay as it is.
            buffer = [UInt8](repeating: 0xa5, count: capacity + 8)
            let progress = input.withUnsafeBufferPointer { bytes in
                stream.compress(
                    bytes.baseAddress.map { $0 + offset }, count: piece.upperBound - offset,
                    into: &buffer, capacity: capacity, flush: flush)
            }
            precondition(progress.produced <= capacity)
            #expect(buffer[capacity...].allSatisfy { $0 == 0xa5 })
            output += buffer[..<progress.produced]
            offset += progress.consumed
            if progress.isDone {
                #expect(offset == piece.upperBound)
                return offset
            }
        }
        Issue.record("a stream came to no end")
        return piece.upperBound
    }

    /// Writes a file.
    private func store(_ bytes: [UInt8], _ path: String) {
        guard let file = fopen(path, "wbe") else { preconditionFailure("cannot write \(path)") }
        precondition(fwrite(bytes, 1, bytes.count, file) == bytes.count)
        fclose(file)
    }

    /// Bytes of some kind: text that repeats itself, noise, zeroes, or all of them.
    private func sample(_ count: Int, _ random: inout SeededGenerator) -> [UInt8] {
        let words = ["route", "upstream", "backend", "{\"id\":", ",", "\n", "listener", "<p>", " "]
        var result: [UInt8] = []
        while result.count < count {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: result += (0..<50).map { _ in UInt8.random(in: 0...255, using: &random) }
            case 1: result += [UInt8](repeating: 0, count: 300)
            default: result += Array(words.randomElement(using: &random)!.utf8)
            }
        }
        return Array(result.prefix(count))
    }

    private func withStream<Result>(_ body: (GzipStream) throws -> Result) rethrows -> Result {
        let stream = GzipStream(byteCount: GzipStream.measure())
        defer { stream.deallocate() }
        return try body(stream)
    }

    @Test(
        "what goes in comes out, whatever its size, pieces, room and flushes",
        arguments: [0, 1, 2, 100, 4096, 8192, 20_000, 100_000])
    func roundTrip(size: Int) {
        var random = SeededGenerator()
        withStream { stream in
            for _ in 0..<6 {
                let input = sample(size, &random)
                let anyMax = [1, 7, 100, 5000, 1 << 20].randomElement(using: &random)!
                let pieceMax = max(anyMax, size / 500)
                let roomMax = [16, 17, 40, 1000, 1 << 16].randomElement(using: &random)!
                let output = compressed(
                    stream, input, split: { Int.random(in: 1...pieceMax, using: &random) },
                    room: { Int.random(in: GzipStream.outputBytesMin...roomMax, using: &random) },
                    flush: { Int.random(in: 0..<4, using: &random) == 0 ? .sync : .none })
                #expect(Gunzip.read(output) == input, "seed \(random.seed)")
                stream.reset()
            }
        }
    }

    @Test("a message in two pieces is the same wherever it is cut")
    func everySplit() {
        var random = SeededGenerator()
        let input = sample(300, &random)
        withStream { stream in
            for cut in 0...input.count {
                for flush in [GzipFlush.none, .sync] {
                    var output: [UInt8] = []
                    _ = run(stream, input, 0..<cut, flush, { 64 }, &output)
                    _ = run(stream, input, cut..<input.count, .finish, { 64 }, &output)
                    #expect(Gunzip.read(output) == input, "cut at \(cut), seed \(random.seed)")
                    stream.reset()
                }
            }
        }
    }

    @Test("every room for output from the least on will do", arguments: 16...80)
    func everyRoom(room: Int) {
        var random = SeededGenerator()
        let input = sample(3000, &random)
        withStream { stream in
            let output = compressed(
                stream, input, split: { 701 }, room: { room }, flush: { .sync })
            #expect(Gunzip.read(output) == input, "seed \(random.seed)")
        }
    }

    @Test(
        "after a flush the receiver has all that was given, and asking again adds nothing",
        arguments: [16, 17, 25, 100, 4096])
    func flushing(room: Int) {
        var random = SeededGenerator()
        let input = sample(5000, &random)
        withStream { stream in
            var output: [UInt8] = []
            var offset = 0
            while offset < input.count {
                let end = min(input.count, offset + Int.random(in: 1...700, using: &random))
                offset = run(stream, input, offset..<end, .sync, { room }, &output)
                #expect(
                    Gunzip.read(output, isWhole: false) == Array(input[..<offset]),
                    "seed \(random.seed)")
                let before = output.count
                _ = run(stream, input, offset..<offset, .sync, { room }, &output)
                #expect(output.count == before)
            }
        }
    }

    @Test("a stream that was given up in the middle begins anew after a reset")
    func reset() {
        var random = SeededGenerator()
        withStream { stream in
            let first = sample(10_000, &random)
            let fresh = compressed(stream, first, split: { 999 }, room: { 500 })
            for _ in 0..<5 {
                stream.reset()
                var abandoned: [UInt8] = []
                let other = sample(20_000, &random)
                _ = run(stream, other, 0..<15_000, .none, { 100 }, &abandoned)
                stream.reset()
                #expect(
                    compressed(stream, first, split: { 999 }, room: { 500 }) == fresh,
                    "seed \(random.seed)")
            }
        }
    }

    @Test("text that repeats itself gets much smaller, and noise hardly larger")
    func ratio() {
        var random = SeededGenerator()
        withStream { stream in
            let member = "{\"name\":\"value\",\"id\":17},"
            let text = Array(String(repeating: member, count: 4000).utf8)
            let small = compressed(stream, text, split: { 16_384 }, room: { 16_384 })
            #expect(small.count < text.count / 20)
            stream.reset()
            let noise = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) }
            let output = compressed(stream, noise, split: { 16_384 }, room: { 16_384 })
            #expect(output.count < noise.count + noise.count / 100, "seed \(random.seed)")
        }
    }

    @Test("a stream is small")
    func size() {
        let byteCount = GzipStream.measure()
        #expect(byteCount > 8192 && byteCount <= 80 << 10, "\(byteCount)")
        #expect(byteCount == GzipStream.measure())
    }

    @Test("gzip(1) and Python read it")
    func others() throws {
        var random = SeededGenerator()
        let input = sample(200_000, &random)
        let directory = TemporaryDirectory()
        let output = withStream { stream in
            compressed(
                stream, input, split: { 10_000 }, room: { 4096 },
                flush: { Bool.random(using: &random) ? .sync : .none })
        }
        let path = directory.file("input.gz")
        store(output, path)
        store(input, directory.file("expected"))
        #expect(Command.run("gzip", ["--test", path]).status == 0)
        let unpacked = Command.run("gzip", ["--decompress", "--keep", path])
        #expect(unpacked.status == 0, "\(unpacked.errors)")
        let compared = Command.run("cmp", [directory.file("input"), directory.file("expected")])
        #expect(compared.status == 0, "\(compared.output), seed \(random.seed)")
        let python = Command.run(
            "python3",
            [
                "-c",
                "import gzip, sys; a, b = sys.argv[1:]; "
                    + "sys.exit(gzip.open(a).read() != open(b, 'rb').read())",
                path, directory.file("expected"),
            ])
        #expect(python.status == 0, "\(python.errors), seed \(random.seed)")
    }

    @Test("a stream that is at its end takes nothing before it is reset")
    func ended() async {
        await #expect(processExitsWith: .failure) {
            let stream = GzipStream(byteCount: GzipStream.measure())
            var room = [UInt8](repeating: 0, count: 100)
            func finish() -> Bool {
                stream.compress(nil, count: 0, into: &room, capacity: 100, flush: .finish).isDone
            }
            while !finish() {}
            _ = finish()
        }
    }

    @Test("memory that is too small is noticed when the stream is made")
    func tooSmall() async {
        await #expect(processExitsWith: .failure) {
            _ = GzipStream(byteCount: GzipStream.measure() - 64)
        }
    }
}
