import Glibc
import Support
import Testing

/// What happens on one side is made known to the other.
@Suite("Carrying ends and failures across")
struct CarryingTests {
    @Test("a client's reset reaches the backend as a reset")
    func clientReset() throws {
        let pair = try Pair()
        pair.client.send("a")
        #expect(pair.backend.receive() == .bytes([97]))
        pair.client.reset()
        #expect(pair.backend.receive() == .failed(ECONNRESET))
        #expect(try pair.sluice.waitForEnd("downstream_reset"))
        try pair.sluice.stop()
    }

    @Test("a backend's reset reaches the client as a reset")
    func backendReset() throws {
        let pair = try Pair()
        pair.client.send("a")
        #expect(pair.backend.receive() == .bytes([97]))
        pair.backend.reset()
        #expect(pair.client.receive() == .failed(ECONNRESET))
        #expect(try pair.sluice.waitForEnd("upstream_reset"))
        #expect(pair.sluice.metric("sluice_backend_resets_total") == 1)
        try pair.sluice.stop()
    }

    @Test("a reset is carried over after the other side has ended its stream")
    func resetAfterEnd() throws {
        let pair = try Pair()
        pair.client.shutdownWrite()
        #expect(pair.backend.receive() == .end)
        pair.backend.send("half of it")
        #expect(pair.client.receive(exactly: 10).count == 10)
        pair.backend.reset()
        #expect(pair.client.receive() == .failed(ECONNRESET))
        #expect(try pair.sluice.waitForEnd("upstream_reset"))
        try pair.sluice.stop()
    }

    @Test("a client that ends its stream first still gets its answer")
    func clientEndsFirst() throws {
        let pair = try Pair()
        pair.client.send("question")
        pair.client.shutdownWrite()
        #expect(pair.backend.receiveAll() == Array("question".utf8))
        pair.backend.send("answer")
        pair.backend.shutdownWrite()
        #expect(pair.client.receiveAll() == Array("answer".utf8))
        #expect(try pair.sluice.waitForEnd("completed"))
        try pair.sluice.stop()
    }

    @Test("a backend that ends its stream first still hears the rest")
    func backendEndsFirst() throws {
        let pair = try Pair()
        pair.backend.send("welcome")
        pair.backend.shutdownWrite()
        #expect(pair.client.receiveAll() == Array("welcome".utf8))
        pair.client.send("bye")
        pair.client.shutdownWrite()
        #expect(pair.backend.receiveAll() == Array("bye".utf8))
        #expect(try pair.sluice.waitForEnd("completed"))
        try pair.sluice.stop()
    }

    @Test("a client's reset is noticed while the backend takes nothing")
    func resetUnderBackPressure() throws {
        let pair = try Pair(backendBuffer: 4096)
        let client = pair.client
        client.set(SOL_SOCKET, SO_SNDBUF, 8192)
        let block = [UInt8](repeating: 1, count: 64 << 10)
        _ = fcntl(client.descriptor, F_SETFL, O_NONBLOCK)
        // Full is full only when it stays so: windows open late.
        var isFull = false
        while !isFull {
            while Glibc.send(client.descriptor, block, block.count, Int32(MSG_NOSIGNAL)) > 0 {}
            var entry = pollfd(fd: client.descriptor, events: Int16(POLLOUT), revents: 0)
            isFull = poll(&entry, 1, 300) == 0
        }
        client.reset()
        #expect(try pair.sluice.waitForEnd("downstream_reset", within: 2000))
        try pair.sluice.stop()
    }

    @Test("an urgent byte arrives at once, as part of the stream")
    func urgent() throws {
        let pair = try Pair()
        for (from, to) in [(pair.client, pair.backend), (pair.backend, pair.client)] {
            from.send("before")
            #expect(to.receive(exactly: 6) == Array("before".utf8))
            #expect(Glibc.send(from.descriptor, "!", 1, Int32(MSG_OOB)) == 1)
            #expect(to.receive(milliseconds: 2000) == .bytes(Array("!".utf8)))
            from.send("after")
            #expect(to.receive(exactly: 5) == Array("after".utf8))
        }
        pair.client.close()
        pair.backend.close()
        try pair.sluice.stop()
    }
}
