import Glibc
import Support
import Testing

/// Backends that fail connects, and what clients see of it: nothing, while another one is left.
@Suite("Reaching backends")
struct ReachingTests {
    @Test("a backend that refuses is passed over, and ejected for a time")
    func refusing() throws {
        let refusing = try RefusingPort()
        let server = TestServer.naming("good")
        let sluice = SluiceProcess(backends: [refusing.port, server.port])
        for _ in 0..<40 {
            let client = try sluice.connect()
            #expect(client.receiveAll() == Array("good".utf8))
        }
        let report = try sluice.status()
        let backends = report.upstreams[0].backends
        #expect(backends[0].failed == 5, "\(backends[0])")
        #expect(backends.map(\.state) == ["ejected", "up"])
        #expect(backends[1].connected == 40)
        #expect((sluice.metric("sluice_backend_retries_total") ?? 0) >= 1)
        #expect(sluice.log.contains("backend failed a connect"), "\(sluice.log)")
        #expect(sluice.log.contains("backend ejected"), "\(sluice.log)")
        #expect(try eventually { try sluice.ended("completed") == 40 })
        try sluice.stop()
    }

    @Test("when all refuse the client is reset, and the reason is kept")
    func allRefuse() throws {
        let ports = try [RefusingPort(), RefusingPort()]
        let sluice = SluiceProcess(backends: ports.map(\.port))
        let client = try sluice.connect()
        #expect(client.receive() == .failed(ECONNRESET))
        #expect(try sluice.ended("connect_failed") == 1)
        let report = try sluice.status()
        #expect(report.upstreams[0].backends.map(\.failed) == [1, 1])
        try sluice.stop()
    }

    @Test("the last backend is never ejected, and serves when it is back")
    func lastOne() throws {
        let port = try RefusingPort()
        let sluice = SluiceProcess(backends: [port.port])
        for _ in 0..<12 { #expect(try sluice.connect().receive() == .failed(ECONNRESET)) }
        #expect(try sluice.status().upstreams[0].backends[0].state == "up")
        #expect(sluice.log.contains("backend not ejected"), "\(sluice.log)")
        port.listen()
        let client = try sluice.connect()
        #expect(try eventually { try sluice.status().upstreams[0].backends[0].connected == 1 })
        #expect(try sluice.status().upstreams[0].backends[0].state == "up")
        client.reset()
        try sluice.stop()
    }

    @Test("retries: 0 leaves the other backends alone")
    func noRetries() throws {
        let refusing = try RefusingPort()
        let server = TestServer.naming("good")
        let sluice = SluiceProcess(
            backends: [refusing.port, server.port], upstream: ", connect: { retries: 0 }")
        let answers = try (0..<24).map { _ in try sluice.connect().receiveAll() }
        #expect((1...5).contains(answers.count { $0 == nil }), "\(answers)")
        try sluice.stop()
    }

    @Test("a backend that does not answer in time is passed over")
    func connectTimeout() throws {
        let deaf = try DeafPort()
        let server = TestServer.naming("good")
        let sluice = SluiceProcess(
            backends: [deaf.port, server.port], upstream: ", connect: { timeout: 150ms }")
        for _ in 0..<24 {
            #expect(try sluice.connect().receiveAll() == Array("good".utf8))
        }
        let timeouts = sluice.metric("sluice_backend_connect_failures_total", "cause=\"timeout\"")
        #expect((1...5).contains(timeouts ?? 0))
        try sluice.stop()
    }

    @Test("when none answers in time the client is reset, and the reason is kept")
    func allDeaf() throws {
        let deaf = try DeafPort()
        let sluice = SluiceProcess(
            backends: [deaf.port], upstream: ", connect: { timeout: 150ms }")
        #expect(try sluice.connect().receive() == .failed(ECONNRESET))
        #expect(try sluice.ended("connect_timeout") == 1)
        try sluice.stop()
    }

    @Test("a client that leaves meanwhile is no failure of the backend")
    func abandoned() throws {
        let deaf = try DeafPort()
        let sluice = SluiceProcess(backends: [deaf.port], upstream: ", connect: { timeout: 60s }")
        let client = try sluice.connect()
        #expect(try eventually { try sluice.status().active == 1 })
        client.reset()
        #expect(try sluice.waitForEnd("abandoned"))
        let backend = try sluice.status().upstreams[0].backends[0]
        #expect(backend.failed == 0 && backend.state == "up" && backend.active == 0)
        try sluice.stop()
    }

    @Test("a client that is done before a backend is reached gets its answer")
    func halfClosedMeanwhile() throws {
        let deaf = try DeafPort()
        let server = TestServer.echo()
        let sluice = SluiceProcess(
            backends: [deaf.port, server.port], upstream: ", connect: { timeout: 150ms }")
        let client = try sluice.connect()
        client.send("all that is to say")
        client.shutdownWrite()
        #expect(client.receiveAll() == Array("all that is to say".utf8))
        #expect(try sluice.waitForEnd("completed"))
        try sluice.stop()
    }
}
