import Glibc
import Support
import Testing

/// TLS to backends of TCP listeners: bytes come in plain and go out encrypted.
@Suite(
    "Relaying to TLS", .enabled(if: Command.exists("python3") && Command.exists("openssl")))
struct UpstreamTLSRelayTests {
    private static let authority = TestAuthority()

    private static func configuration(
        _ port: UInt16, _ upstream: String = "", ca: TestAuthority = authority
    ) -> String {
        """
        workers: 1
        listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
        upstreams:
          servers:
            tls: { ca: \(ca.own.certificateFile) }
            \(upstream)
            backends: ["127.0.0.1:\(port)"]
        """
    }

    @Test("bytes go there and back, and so do both ends", arguments: ["1.2", "1.3"])
    func echo(version: String) throws {
        let origin = TLSOrigin(.echo, Self.authority.server(["127.0.0.1"]), version: version)
        let sluice = SluiceProcess(Self.configuration(origin.port))
        for round in 0..<8 {
            let client = try #require(TestSocket.connect(port: try sluice.port(of: "one")))
            var generator = SeededGenerator(seed: UInt64(round))
            let bytes = (0..<(1 << (2 * round))).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            client.send(bytes)
            #expect(client.receive(exactly: bytes.count) == bytes, "seed \(round)")
            client.shutdownWrite()
            #expect(client.receive() == .end, "seed \(round)")
        }
        #expect(try eventually { try sluice.ended("completed") == 8 })
        #expect(sluice.tlsHandshakes("full") + sluice.tlsHandshakes("resumed") == 8)
        origin.stop()
        try sluice.stop()
    }

    @Test("a client is reset when no backend can be believed")
    func refused() throws {
        let origin = TLSOrigin(.echo, TestAuthority(name: "Other").server(["127.0.0.1"]))
        let sluice = SluiceProcess(Self.configuration(origin.port))
        let client = try #require(TestSocket.connect(port: try sluice.port(of: "one")))
        client.send("secret")
        #expect(client.receive() == .failed(ECONNRESET))
        #expect(try sluice.waitForEnd("upstream_tls_failed"))
        #expect(origin.handshakes.isEmpty)
        origin.stop()
        try sluice.stop()
    }

    @Test("connections ahead of need have their handshake behind them", arguments: ["1.2", "1.3"])
    func pool(version: String) throws {
        let origin = TLSOrigin(.greet, Self.authority.server(["127.0.0.1"]), version: version)
        let sluice = SluiceProcess(Self.configuration(origin.port, "pool: { warm: 2 }"))
        #expect(eventually { sluice.metric("sluice_pool_created_total") == 1 }, "\(sluice.log)")
        #expect(origin.handshakes.count == 1)
        for round in 1...5 {
            let client = try #require(TestSocket.connect(port: try sluice.port(of: "one")))
            client.send("world")
            #expect(client.receive(exactly: 11) == Array("hello world".utf8))
            #expect(sluice.metric("sluice_pool_borrowed_total") == Double(round))
            #expect(eventually { sluice.metric("sluice_pool_created_total") ?? 0 > Double(round) })
        }
        sluice.write(
            Self.configuration(origin.port)
                .replacing("127.0.0.1:\(origin.port)", with: "127.0.0.1:9"))
        #expect(sluice.command("reload").status == 0)
        origin.stop()
        try sluice.stop()
    }

    @Test("one that its backend has ended is never lent, and one that is not believed never made")
    func stalePool() throws {
        let origin = TLSOrigin(.echo, TestAuthority(name: "Other").server(["127.0.0.1"]))
        let sluice = SluiceProcess(Self.configuration(origin.port, "pool: { warm: 1 }"))
        #expect(eventually { sluice.tlsFailures("unknown_ca") >= 1 })
        #expect(sluice.metric("sluice_pool_created_total") == 0)
        origin.stop()
        let good = TLSOrigin(.echo, Self.authority.server(["127.0.0.1"]))
        sluice.write(Self.configuration(good.port, "pool: { warm: 1 }"))
        #expect(sluice.command("reload").status == 0)
        #expect(eventually { sluice.metric("sluice_pool_created_total") == 1 })
        good.stop()
        #expect(eventually { sluice.metric("sluice_pool_stale_total") == 1 })
        try sluice.stop()
    }
}
