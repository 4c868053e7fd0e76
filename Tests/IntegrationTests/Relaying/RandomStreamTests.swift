import Glibc
import Linux
import Support
import Testing

/// Not one byte lost, doubled or reordered, whatever the peers do.
@Suite("Random streams", .serialized)
struct RandomStreamTests {
    @Test("arrive whole and in order over TCP", arguments: [1, 2])
    func tcp(workers: Int) async throws {
        let engine = try StreamEngine(StreamEngine.Rules())
        let sluice = SluiceProcess(
            """
            workers: \(workers)
            listeners: { streams: { bind: "127.0.0.1:0", upstream: peers } }
            upstreams: { peers: { backends: ["\(engine.backend)"] } }
            """)
        let port = try sluice.port(of: "streams")
        await engine.run(to: SocketAddress(ipv4: 0x7f00_0001, port: port))
        #expect(engine.failures.isEmpty, "seed \(engine.seed)\n\(engine.report)")
        #expect(engine.completed > 4500 && engine.resets > 300, "\(engine.report)")
        #expect((sluice.metric("sluice_worker_spliced_total") ?? 0) > 0)
        try sluice.stop()
    }

    @Test("arrive whole and in order over Unix sockets")
    func unix() async throws {
        let directory = TemporaryDirectory()
        let rules = StreamEngine.Rules(
            connections: 1000, options: StreamPlan.Options(hasUrgent: false), carriesResets: false)
        let engine = try StreamEngine(rules, path: directory.file("peers.sock"))
        let sluice = SluiceProcess(
            """
            workers: 2
            listeners: { streams: { bind: "$DIR/streams.sock", upstream: peers } }
            upstreams: { peers: { backends: ["\(engine.backend)"] } }
            """)
        let address = try #require(
            SocketAddress(unix: sluice.directory.file("streams.sock")))
        await engine.run(to: address)
        #expect(engine.failures.isEmpty, "seed \(engine.seed)\n\(engine.report)")
        #expect((sluice.metric("sluice_worker_spliced_total") ?? 0) > 0)
        try sluice.stop()
    }
}
