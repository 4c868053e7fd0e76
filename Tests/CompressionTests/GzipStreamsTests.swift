// Compressors that are lent: so many and no more, and each at its beginning.

import Compression
import Testing

@Suite("Gzip streams that are lent")
struct GzipStreamsTests {
    private static let streamBytes = GzipStream.measure()

    /// The compressed form of nothing, which a stream that is at its beginning makes.
    private func end(_ stream: GzipStream) -> [UInt8] {
        var room = [UInt8](repeating: 0, count: 64)
        let progress = stream.compress(nil, count: 0, into: &room, capacity: 64, flush: .finish)
        #expect(progress.isDone)
        return Array(room[..<progress.produced])
    }

    @Test("no more exist than there is memory for, and one comes free when one is returned")
    func bound() {
        var streams = GzipStreams(keptMax: 2)
        var taken: [GzipStream] = []
        func another() -> GzipStream? {
            streams.take(besides: taken.count, bytesMax: 3 * Self.streamBytes + 1, level: 1)
        }
        while let stream = another() { taken.append(stream) }
        #expect(taken.count == 3 && streams.borrowedCount == 3)
        streams.give(taken.removeLast())
        if let stream = another() { taken.append(stream) }
        let again = another() == nil
        #expect(taken.count == 3 && again)
        for stream in taken { streams.give(stream) }
        #expect(streams.borrowedCount == 0)
    }

    @Test("what is returned in the middle or at its end is at its beginning for the next")
    func fresh() throws {
        var streams = GzipStreams(keptMax: 1)
        let taken = streams.take(besides: 0, bytesMax: .max, level: 1)
        let first = try #require(taken)
        let expected = end(first)
        streams.give(first)
        for _ in 0..<3 {
            let other = streams.take(besides: 0, bytesMax: .max, level: 9)
            let stream = try #require(other)
            var room = [UInt8](repeating: 0, count: 64)
            _ = stream.compress(
                Array("some text".utf8), count: 9, into: &room, capacity: 64, flush: .sync)
            streams.give(stream)
            let same = streams.take(besides: 0, bytesMax: .max, level: 1)
            let next = try #require(same)
            #expect(end(next) == expected)
            streams.give(next)
        }
    }

    @Test("without memory there is none")
    func none() {
        var streams = GzipStreams(keptMax: 1)
        let isNone = streams.take(besides: 0, bytesMax: Self.streamBytes - 1, level: 1) == nil
        #expect(isNone)
    }

    @Test("the bound of one is not another's, and what was kept counts for whoever takes it")
    func bounds() throws {
        var streams = GzipStreams(keptMax: 2)
        let one = streams.take(besides: 0, bytesMax: Self.streamBytes, level: 1)
        let more = streams.take(besides: 1, bytesMax: Self.streamBytes, level: 1) == nil
        let other = streams.take(besides: 0, bytesMax: Self.streamBytes, level: 1)
        #expect(more)
        streams.give(try #require(one))
        let kept = streams.take(besides: 1, bytesMax: Self.streamBytes, level: 1) == nil
        #expect(kept)
        streams.give(try #require(other))
    }

    @Test("a higher level makes less of the same")
    func levels() throws {
        var streams = GzipStreams(keptMax: 1)
        let text = Array(
            (0..<3000).map { "\($0 % 61) words of \($0 % 17) and \($0 % 7); " }.joined().utf8)
        var sizes: [Int] = []
        for level in [1, 9, 1] {
            let taken = streams.take(besides: 0, bytesMax: .max, level: level)
            let stream = try #require(taken)
            var room = [UInt8](repeating: 0, count: 1 << 17)
            let progress = stream.compress(
                text, count: text.count, into: &room, capacity: room.count, flush: .finish)
            #expect(progress.isDone)
            sizes.append(progress.produced)
            streams.give(stream)
        }
        #expect(sizes[1] < sizes[0] && sizes[2] == sizes[0], "\(sizes)")
    }

    @Test("a stream that is still out is noticed at the end")
    func borrowed() async {
        await #expect(processExitsWith: .failure) {
            var streams = GzipStreams(keptMax: 1)
            _ = streams.take(besides: 0, bytesMax: .max, level: 1)
        }
    }
}
