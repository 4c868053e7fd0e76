import Glibc
import Linux
import Testing

@testable import Proxy

@Suite("Relay")
struct RelayTests {
    private static let block = (0..<ProxyLimits.relayBufferBytes).map {
        UInt8(truncatingIfNeeded: $0 * 7)
    }

    /// More than a sink with a small buffer takes, in one pipe or in a few buffers.
    private static let bulk = Array(repeating: block, count: 8).flatMap { $0 }

    @Test("a small message is copied, nothing is kept, and the source is empty then")
    func copy() throws {
        var channel = try Channel()
        channel.write([1, 2, 3])
        #expect(channel.move().word == "waiting")
        #expect(channel.read() == [1, 2, 3])
        #expect(channel.flow.delivered == 3 && channel.flow.pending == 0)
        #expect(!channel.source.isReadable && channel.sink.isWritable)
        #expect(channel.flow.buffer == nil && channel.relay.buffers.borrowedCount == 0)
        #expect(channel.relay.splicedCount == 0)
    }

    @Test("nothing is read while the sink takes nothing")
    func backPressure() throws {
        var channel = try Channel()
        channel.sink.isWritable = false
        channel.write([1])
        #expect(channel.move().word == "waiting")
        #expect(channel.source.isReadable && channel.flow.pending == 0)
        channel.sink.isWritable = true
        _ = channel.move()
        #expect(channel.read() == [1])
    }

    @Test("what the sink leaves is kept in order, and its buffer goes back when it is through")
    func leftover() throws {
        var channel = try Channel(buffer: 4608)
        let sent = Array(Self.block.dropLast())
        channel.write(sent)
        #expect(channel.move().word == "waiting")
        #expect(channel.flow.pending > 0 && !channel.sink.isWritable)
        #expect(channel.relay.buffers.borrowedCount == 1)
        var received: [UInt8] = []
        for _ in 0..<100 where received.count < sent.count {
            received += channel.read() ?? []
            channel.sink.isWritable = true
            _ = channel.move()
        }
        received += channel.read() ?? []
        #expect(received == sent)
        #expect(channel.flow.pending == 0 && channel.flow.buffer == nil)
        #expect(channel.relay.buffers.borrowedCount == 0)
        #expect(channel.flow.delivered == sent.count)
    }

    @Test("two full reads go over to splicing, and a trickle goes back to copying")
    func splice() throws {
        var channel = try Channel()
        let sent = Self.block + Self.block + Self.block
        channel.write(sent)
        #expect(channel.move().word == "waiting")
        #expect(channel.relay.splicedCount == 1)
        #expect(channel.read() == sent)
        #expect(channel.flow.pipe == nil && channel.relay.pipes.borrowedCount == 0)
        // Nothing after a good run is still bulk; nothing after next to nothing is not.
        #expect(channel.flow.carrier == .splice)
        channel.write([1])
        channel.source.isReadable = true
        _ = channel.move()
        #expect(channel.flow.carrier == .copy)
        #expect(channel.read() == [1])
        channel.write(Self.block)
        channel.source.isReadable = true
        _ = channel.move()
        #expect(channel.read() == Self.block)
    }

    @Test("what the sink leaves stays in the pipe, which goes back when it is empty")
    func pipeLeftover() throws {
        var channel = try Channel(buffer: 4608)
        channel.flow.carrier = .splice
        channel.write(Self.bulk)
        #expect(channel.move().word == "waiting")
        #expect(channel.flow.pipe != nil && channel.flow.pending > 0)
        #expect(channel.relay.pipes.borrowedCount == 1)
        var received: [UInt8] = []
        for _ in 0..<100 where channel.flow.pending > 0 {
            received += channel.read() ?? []
            channel.sink.isWritable = true
            _ = channel.move()
        }
        received += channel.read() ?? []
        #expect(received == Self.bulk)
        #expect(channel.flow.pipe == nil && channel.relay.pipes.borrowedCount == 0)
    }

    @Test("a released flow gives back its buffer or its pipe with what was in it")
    func release() throws {
        for carrier in [Flow.Carrier.copy, .splice] {
            var channel = try Channel(buffer: 4608)
            channel.flow.carrier = carrier
            channel.write(Self.bulk)
            _ = channel.move()
            #expect(channel.flow.pending > 0)
            channel.release()
            #expect(channel.flow.pending == 0)
            #expect(channel.relay.buffers.borrowedCount == 0)
            #expect(channel.relay.pipes.borrowedCount == 0)
        }
    }

    @Test("without pipes a bulk transfer is copied")
    func noPipes() throws {
        var channel = try Channel()
        var taken: [Pipe] = []
        while taken.count < 600, let pipe = channel.relay.pipes.take() { taken.append(pipe) }
        #expect(!taken.isEmpty && taken.count <= ProxyLimits.pipesMax)
        let isFull = taken.count < 600
        #expect(isFull, "there was no end to pipes")
        channel.flow.carrier = .splice
        channel.write(Self.block)
        #expect(channel.move().word == "waiting")
        #expect(channel.flow.carrier == .copy)
        #expect(channel.read() == Self.block)
        for pipe in taken { channel.relay.pipes.give(pipe) }
        #expect(channel.relay.pipes.borrowedCount == 0)
    }

    @Test("one turn moves so much and no more, and loses nothing")
    func budget() throws {
        var channel = try Channel(isTCP: true)
        let client = channel.client
        let server = channel.server
        for socket in [client, channel.sink.socket] {
            _ = Socket.setOption(socket, level: SOL_SOCKET, name: SO_SNDBUF, value: 8 << 20)
        }
        let total = 6 << 20
        var written = 0
        var received = 0
        var budgets = 0
        let bytes = [UInt8](repeating: 9, count: 1 << 20)
        var space = bytes
        for _ in 0..<100_000 where received < total {
            let count = send(client, bytes, min(bytes.count, total - written), Int32(MSG_NOSIGNAL))
            if count > 0 { written += count }
            channel.source.isReadable = true
            channel.sink.isWritable = true
            let before = channel.flow.delivered
            if channel.move().word == "budgetSpent" { budgets += 1 }
            #expect(
                channel.flow.delivered - before <= ProxyLimits.turnBytes + 2 * ProxyLimits.pipeBytes
            )
            while case let got = recv(server, &space, space.count, 0), got > 0 { received += got }
        }
        #expect(received == total)
        channel.release()
    }

    @Test("the end comes after all bytes, once", arguments: [Flow.Carrier.copy, .splice])
    func end(carrier: Flow.Carrier) throws {
        var channel = try Channel(buffer: 4608)
        channel.flow.carrier = carrier
        let sent = Array(Self.bulk.dropLast(5))
        channel.write(sent)
        shutdown(channel.client, Int32(SHUT_WR))
        channel.source.note([.readable, .peerClosed])
        var outcome = channel.move()
        #expect(outcome.word == "waiting")
        var received: [UInt8] = []
        for _ in 0..<100 where outcome.word == "waiting" {
            received += channel.read() ?? []
            channel.sink.isWritable = true
            outcome = channel.move()
        }
        received += channel.read() ?? []
        #expect(outcome.word == "ended" && channel.flow.phase == .over)
        #expect(received == sent)
    }

    @Test("a sink that is gone is told apart from a source that is gone")
    func failures() throws {
        var channel = try Channel(isTCP: true)
        reset(channel.server)
        channel.write([1])
        #expect(channel.move().word == "sinkFailed", "a reset sink takes nothing")
        channel.release()

        var other = try Channel(isTCP: true)
        reset(other.client)
        let outcome = other.move()
        #expect(outcome.word == "sourceFailed")
        if case .sourceFailed(let code) = outcome { #expect(code == ECONNRESET) }

        // Who has said that it is done may go: that takes nothing back.
        var third = try Channel(isTCP: true)
        third.source.endHasArrived = true
        reset(third.client)
        #expect(third.move().word == "ended")
    }

    @Test("an urgent byte stays where it was, and what follows is not spliced")
    func urgent() throws {
        for carrier in [Flow.Carrier.copy, .splice] {
            var channel = try Channel(isTCP: true)
            channel.flow.carrier = carrier
            channel.write([1, 2])
            #expect(send(channel.client, [3 as UInt8], 1, Int32(MSG_OOB)) == 1)
            channel.write([4])
            shutdown(channel.client, Int32(SHUT_WR))
            poll(nil, 0, 20)
            channel.source.note([.readable, .urgent, .peerClosed])
            #expect(channel.move().word == "ended")
            // What went before the end waits for it, to share its segment.
            shutdown(channel.sink.socket, Int32(SHUT_WR))
            poll(nil, 0, 20)
            #expect(channel.read() == [1, 2, 3, 4])
            #expect(channel.flow.carrier != .splice)
        }
    }

    @Test("full reads without end after an urgent mark are copied")
    func urgentBulk() throws {
        var channel = try Channel(isTCP: true)
        channel.source.hasUrgentMark = true
        let block = Self.block
        var delivered = 0
        for _ in 0..<300 {
            channel.write(block)
            // In one piece, so that the read fills the buffer.
            var seen: Int32 = 0
            while seen < block.count { _ = ioctl(channel.source.socket, UInt(FIONREAD), &seen) }
            channel.source.isReadable = true
            _ = channel.move()
            while delivered % block.count != 0 || delivered == 0 {
                delivered += channel.read()?.count ?? 0
                channel.sink.isWritable = true
                _ = channel.move()
            }
            delivered = 0
        }
        #expect(channel.flow.carrier == .copyOnly)
        #expect(channel.relay.splicedCount == 0)
    }

    @Test("an urgent mark that is not known of yet is not the end")
    func unknownMark() throws {
        var channel = try Channel(isTCP: true)
        channel.flow.carrier = .splice
        channel.write([1, 2])
        #expect(send(channel.client, [3 as UInt8], 1, Int32(MSG_OOB)) == 1)
        channel.write([4])
        shutdown(channel.client, Int32(SHUT_WR))
        poll(nil, 0, 20)
        for _ in 0..<5 where channel.flow.phase != .over {
            channel.source.isReadable = true
            _ = channel.move()
        }
        poll(nil, 0, 20)
        #expect(channel.read() == [1, 2, 3, 4])
        #expect(channel.flow.phase == .over)
    }

    @Test("a relay that goes while a pipe or a buffer is out traps")
    func borrowed() async {
        await #expect(processExitsWith: .failure) {
            var pipes = PipePool()
            _ = pipes.take()
        }
        await #expect(processExitsWith: .failure) {
            var relay = Relay()
            _ = relay.buffers.take()
        }
    }

    private func reset(_ socket: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        var nobody = sockaddr()
        nobody.sa_family = sa_family_t(AF_UNSPEC)
        // The number stays the test's: a reset without a close.
        _ = Glibc.connect(socket, &nobody, socklen_t(MemoryLayout<sockaddr>.size))
        poll(nil, 0, 20)
    }
}

extension FlowOutcome {
    /// Its case.
    var word: String { String("\(self)".prefix { $0 != "(" }) }
}
