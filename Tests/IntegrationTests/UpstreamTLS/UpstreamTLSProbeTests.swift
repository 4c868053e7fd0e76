import Support
import Testing

/// Probes over TLS.
@Suite(
    "Probes by TLS", .enabled(if: Command.exists("python3") && Command.exists("openssl")))
struct UpstreamTLSProbeTests {
    private static let authority = TestAuthority()

    private static func start(
        _ origin: TLSOrigin, probe: String, ca: TestAuthority = authority, tls: String = ""
    ) -> SluiceProcess {
        SluiceProcess(
            tlsTo: [origin.port], "ca: \(ca.own.certificateFile)\(tls)",
            upstream: "health: { \(probe), interval: 100ms, timeout: 2s, fall: 1 }")
    }

    private static func probed(_ sluice: SluiceProcess, as state: String) throws -> String {
        let isSo = try eventually {
            try sluice.status().upstreams[0].backends[0].state == state
        }
        let backend = try sluice.status().upstreams[0].backends[0]
        #expect(isSo, "\(backend.state): \(backend.probe ?? "") \(sluice.log)")
        return backend.probe ?? ""
    }

    @Test(
        "find a backend fit",
        arguments: [
            "http: { path: / }", "http: { path: /, body: \"name=None\" }", "tcp: {}",
            "tcp: { send: \"GET / HTTP/1.0\\r\\n\\r\\n\", expect: \"connection=\" }",
        ], ["1.2", "1.3"])
    func fit(probe: String, version: String) throws {
        let origin = TLSOrigin(Self.authority.server(["127.0.0.1"]), version: version)
        let sluice = Self.start(origin, probe: probe)
        #expect(try Self.probed(sluice, as: "up") == "ok")
        origin.stop()
        try sluice.stop()
    }

    @Test("find out what is wrong with a backend")
    func unfit() throws {
        let good = Self.authority.server(["127.0.0.1"])
        let other = TestAuthority(name: "Other")
        for (issued, probe, reason) in [
            (other.server(["127.0.0.1"]), "http: { path: / }", "tls unknown_ca"),
            (other.server(["127.0.0.1"]), "tcp: {}", "tls unknown_ca"),
            (
                Self.authority.server(["127.0.0.2"]), "http: { path: / }",
                "tls name_mismatch"
            ),
            (good, "http: { path: /ill }", "status 503"),
        ] {
            let origin = TLSOrigin(issued)
            let sluice = Self.start(origin, probe: probe)
            #expect(try Self.probed(sluice, as: "down") == reason)
            origin.stop()
            try sluice.stop()
        }
        let plain = TLSOrigin(.plain, good)
        let sluice = Self.start(plain, probe: "http: { path: / }")
        let reason = try Self.probed(sluice, as: "down")
        #expect(["tls not_tls", "reset"].contains { reason.hasPrefix($0) }, "\(reason)")
        plain.stop()
        try sluice.stop()
    }

    @Test("speak none where that is off")
    func off() throws {
        let plain = TLSOrigin(.plain, Self.authority.server(["127.0.0.1"]))
        let sluice = Self.start(plain, probe: "tls: false, http: { path: / }")
        #expect(try Self.probed(sluice, as: "up") == "ok")
        plain.stop()
        try sluice.stop()
    }

    @Test("ask for their own host where requests do")
    func hosts() throws {
        let origin = TLSOrigin(Self.authority.server(["a.test"]))
        let sluice = Self.start(
            origin, probe: "http: { path: /, host: \"a.test:8443\", body: \"name=a.test\" }",
            tls: ", server_name_from_host: true")
        #expect(try Self.probed(sluice, as: "up") == "ok")
        origin.stop()
        try sluice.stop()
    }
}
