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
        var streams = GzipStreams(bytesMax: 3 * Self.streamBytes + 1, keptMax: 2)
        var taken: [GzipStream] = []
        while let stream = streams.take() { taken.append(stream) }
        #expect(taken.count == 3 && streams.borrowedCount == 3)
        streams.give(taken.removeLast())
        if let stream = streams.take() { taken.append(stream) }
        let again = streams.take() == nil
        #expect(taken.count == 3 && again)
        for stream in taken { streams.give(stream) }
        #expect(streams.borrowedCount == 0)
    }

    @Test("what is returned in the middle or at its end is at its beginning for the next")
    func fresh() throws {
        var streams = GzipStreams(bytesMax: 10 * Self.streamBytes, keptMax: 1)
        let taken = streams.take()
        let first = try #require(taken)
        let expected = end(first)
        streams.give(first)
        for _ in 0..<3 {
            let other = streams.take()
            let stream = try #require(other)
            var room = [UInt8](repeating: 0, count: 64)
            _ = stream.compress(
                Array("some text".utf8), count: 9, into: &room, capacity: 64, flush: .sync)
            streams.give(stream)
            let same = streams.take()
            let next = try #require(same)
            #expect(end(next) == expected)
            streams.give(next)
        }
    }

    @Test("without memory there is none")
    func none() {
        var streams = GzipStreams(bytesMax: Self.streamBytes - 1, keptMax: 1)
        let isNone = streams.take() == nil
        #expect(isNone)
    }

    @Test("a stream that is still out is noticed at the end")
    func borrowed() async {
        await #expect(processExitsWith: .failure) {
            var streams = GzipStreams(bytesMax: 1 << 20, keptMax: 1)
            _ = streams.take()
        }
    }
}
