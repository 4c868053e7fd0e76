import Glibc
import Support
import Testing

/// Sessions end when their time is up, and it is said why.
@Suite("Timeouts of sessions")
struct TimeoutTests {
    /// A connect may take far longer than any test waits: that must not delay what comes after it.
    private static let patient = ", connect: { timeout: 60s }"

    @Test("a silent session ends at the idle timeout, whatever a connect may take")
    func idle() throws {
        let pair = try Pair(listener: ", timeouts: { idle: 200ms }", upstream: Self.patient)
        #expect(pair.client.receive() == .end)
        #expect(pair.backend.receive() == .end)
        #expect(try pair.sluice.ended("idle_timeout") == 1)
        try pair.sluice.stop()
    }

    @Test("a session that says something now and then is not idle")
    func notIdle() throws {
        let pair = try Pair(listener: ", timeouts: { idle: 1s }", upstream: Self.patient)
        for _ in 0..<12 {
            poll(nil, 0, 100)
            pair.client.send("x")
            #expect(pair.backend.receive() == .bytes([120]))
        }
        #expect(try pair.sluice.ended("idle_timeout") == 0)
        #expect(pair.client.receive() == .end)
        #expect(try pair.sluice.ended("idle_timeout") == 1)
        try pair.sluice.stop()
    }

    @Test("a half-closed session ends when its other half is silent")
    func halfClosed() throws {
        let pair = try Pair(listener: ", timeouts: { half_closed: 200ms }", upstream: Self.patient)
        pair.client.shutdownWrite()
        #expect(pair.backend.receive() == .end)
        #expect(pair.client.receive() == .end)
        #expect(try pair.sluice.ended("half_closed_timeout") == 1)
        try pair.sluice.stop()
    }

    @Test("a session ends at its lifetime, however busy it is")
    func lifetime() throws {
        let pair = try Pair(listener: ", timeouts: { lifetime: 300ms }", upstream: Self.patient)
        let begun = ContinuousClock.now
        while ContinuousClock.now - begun < .seconds(10), pair.client.send("x"),
            case .bytes = pair.backend.receive()
        {}
        #expect(try pair.sluice.ended("lifetime") == 1)
        try pair.sluice.stop()
    }

    @Test("a stream that a timeout cuts is not taken for a whole one")
    func cut() throws {
        let pair = try Pair(listener: ", timeouts: { idle: 300ms }")
        pair.client.set(SOL_SOCKET, SO_RCVBUF, 4096)
        let backend = pair.backend
        ThreadOfTest.start { backend.send([UInt8](repeating: 5, count: 24 << 20)) }
        #expect(try pair.sluice.waitForEnd("idle_timeout"))
        #expect(pair.client.receiveAll() == nil, "the end came as if all had been sent")
        try pair.sluice.stop()
    }
}
