import Glibc
import Support
import Testing

/// TLS to backends: who is believed, what they are asked for, and what is used again.
@Suite("TLS to backends", .enabled(if: Command.exists("python3") && Command.exists("openssl")))
struct UpstreamTLSTests {
    private static let authority = TestAuthority()
    private static var ca: String { "ca: \(authority.own.certificateFile)" }

    private static func ask(
        _ client: HTTPPeer, host: String, _ target: String = "/"
    ) -> HTTPMessage? {
        client.send("GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        return client.readResponse()
    }

    // Names and authorities -------------------------------------------------------------------

    @Test(
        "a backend is verified by its address, which it is not asked for",
        arguments: ["1.2", "1.3"])
    func address(version: String) throws {
        let origin = TLSOrigin(Self.authority.server(["127.0.0.1"]), version: version)
        let sluice = SluiceProcess(tlsTo: [origin.port], Self.ca)
        let client = try sluice.client()
        for _ in 0..<20 {
            let answer = try #require(client.ask("/"))
            #expect(
                answer.text
                    == "connection=1 version=TLSv\(version) resumed=False name=None client=None "
                    + "host=a.test")
        }
        #expect(sluice.tlsHandshakes("full") == 1 && sluice.tlsHandshakes("resumed") == 0)
        #expect(sluice.metric("sluice_backend_connections_total") == 20)
        client.close()
        origin.stop()
        try sluice.stop()
    }

    @Test("a backend is asked for the name that is configured, or that it is found by")
    func names() throws {
        let origin = TLSOrigin(Self.authority.server(["localhost", "shop.test"]))
        for (tls, host, name) in [
            ("server_name: shop.test", "127.0.0.1", "shop.test"), ("", "localhost", "localhost"),
        ] {
            let settings = [Self.ca, tls].filter { !$0.isEmpty }.joined(separator: ", ")
            let text = SluiceProcess.tls(to: [origin.port], settings)
                .replacing("[\"127.0.0.1:", with: "[\"\(host):")
            let sluice = SluiceProcess(text)
            let client = try sluice.client()
            // The origin goes on: a connection that is kept would count as left behind.
            let answer = try #require(client.ask("/once"))
            #expect(answer.text.contains("name=\(name) "), "\(answer.text) \(sluice.log)")
            client.close()
            try sluice.stop()
        }
        origin.stop()
    }

    /// A backend that is not believed, and why.
    struct Refused: CustomStringConvertible, Sendable {
        let description: String
        var service = TLSOrigin.Service.http
        var names = ["127.0.0.1"]
        var days = -1...90
        var tls = UpstreamTLSTests.ca
        var isOfOther = false
        var demandsClients = false
        var version = "1.3"
        /// Any of these words says it.
        let reasons: [String]
    }

    static let refused = [
        Refused(description: "unknown authority", isOfOther: true, reasons: ["unknown_ca"]),
        Refused(description: "another name", names: ["other.test"], reasons: ["name_mismatch"]),
        Refused(
            description: "another name of TLS 1.2", names: ["127.0.0.2"], version: "1.2",
            reasons: ["name_mismatch"]),
        Refused(description: "expired", days: -30 ... -1, reasons: ["certificate_expired"]),
        Refused(description: "not yet valid", days: 2...90, reasons: ["certificate_not_yet_valid"]),
        Refused(
            description: "demands a certificate by TLS 1.2", demandsClients: true, version: "1.2",
            // One that closes before it has read all resets its alert away.
            reasons: ["alert_handshake_failure", "reset"]),
        Refused(
            description: "demands a certificate by TLS 1.3", demandsClients: true,
            reasons: ["alert_certificate_required"]),
        Refused(
            description: "speaks no TLS", service: .plain, reasons: ["not_tls", "reset"]),
        Refused(
            description: "is too old", tls: UpstreamTLSTests.ca + ", min_version: 1.3",
            version: "1.2", reasons: ["alert_protocol_version", "protocol_version"]),
    ]

    @Test("a backend that is not believed gets no request, and it is said why", arguments: refused)
    func refusals(_ refused: Refused) throws {
        let issuer = refused.isOfOther ? TestAuthority(name: "Other") : Self.authority
        let origin = TLSOrigin(
            refused.service, issuer.server(refused.names, days: refused.days),
            version: refused.version, clients: refused.demandsClients ? Self.authority : nil)
        let sluice = SluiceProcess(tlsTo: [origin.port], refused.tls)
        let client = try sluice.client()
        let answer = try #require(client.ask("/"))
        #expect(answer.status == 502, "\(answer.text)")
        #expect(eventually { sluice.exchanges("upstream_tls_failed") == 1 }, "\(sluice.log)")
        let told = refused.reasons.filter { sluice.tlsFailures($0) >= 1 }
        let failures = (AdminHTTP.get(sluice.socketPath, "/metrics")?.body ?? "").split(
            separator: "\n"
        ).filter { $0.hasPrefix("sluice_backend_tls_failures_total") && !$0.hasSuffix(" 0") }
        #expect(told.count == 1, "\(failures)")
        #expect(eventually { sluice.log.contains("backend=127.0.0.1") }, "\(sluice.log)")
        client.close()
        origin.stop()
        try sluice.stop()
    }

    @Test("whoever answers is believed where that is asked for")
    func unverified() throws {
        let origin = TLSOrigin(TestAuthority(name: "Other").server(["other.test"]))
        let sluice = SluiceProcess(tlsTo: [origin.port], "verify: false")
        let client = try sluice.client()
        #expect(client.ask("/")?.status == 200, "\(sluice.log)")
        client.close()
        origin.stop()
        try sluice.stop()
    }

    @Test("backends that ask get to see our certificate", arguments: ["1.2", "1.3"])
    func clientCertificate(version: String) throws {
        let own = Self.authority.client(subject: "/CN=sluice")
        let origin = TLSOrigin(
            Self.authority.server(["127.0.0.1"]), version: version, clients: Self.authority)
        let sluice = SluiceProcess(
            tlsTo: [origin.port],
            "\(Self.ca), cert: \(own.certificateFile), key: \(own.keyFile)")
        let client = try sluice.client()
        let answer = try #require(client.ask("/"))
        #expect(answer.text.contains("client=sluice "), "\(answer.text) \(sluice.log)")
        client.close()
        origin.stop()
        try sluice.stop()
    }

    @Test("the host of each request is asked for, and connections serve that host alone")
    func hosts() throws {
        let origin = TLSOrigin(Self.authority.server(["a.test", "b.test"]))
        let sluice = SluiceProcess(
            tlsTo: [origin.port], Self.ca + ", server_name_from_host: true")
        let client = try sluice.client()
        for (round, host) in ["a.test", "B.test:80", "a.test:8080", "b.TEST"].enumerated() {
            let answer = try #require(Self.ask(client, host: host))
            let name = host.lowercased().prefix(6)
            #expect(answer.text.contains("name=\(name) "), "\(answer.text)")
            #expect(answer.text.hasPrefix("connection=\(round % 2 + 1) "), "\(answer.text)")
        }
        // Who is asked for is the client's choice: that it fails speaks against no backend.
        for _ in 0..<8 { #expect(Self.ask(client, host: "c.test")?.status == 502) }
        #expect(sluice.tlsFailures("name_mismatch") == 8)
        #expect(sluice.metric("sluice_backend_connect_failures_total") == 0)
        #expect(Self.ask(client, host: "a.test")?.status == 200)
        for host in [String(repeating: "a", count: 300), ".test", "a..test"] {
            #expect(Self.ask(client, host: host)?.status == 502, "\(host)")
        }
        #expect(sluice.metric("sluice_listener_accept_pauses_total") == 0)
        #expect(Self.ask(client, host: "b.test")?.status == 200)
        client.close()
        origin.stop()
        try sluice.stop()
    }

    // Sessions and connections ----------------------------------------------------------------

    @Test("sessions are taken up, unless that is off", arguments: ["1.2", "1.3"], [true, false])
    func resumption(version: String, isOn: Bool) throws {
        let origin = TLSOrigin(Self.authority.server(["127.0.0.1"]), version: version)
        let sluice = SluiceProcess(
            tlsTo: [origin.port], Self.ca + (isOn ? "" : ", session_reuse: false"))
        let client = try sluice.client()
        for _ in 0..<6 { #expect(client.ask("/once")?.status == 200, "\(sluice.log)") }
        #expect(eventually { origin.handshakes.count == 6 })
        let resumed = origin.handshakes.map { $0.contains("resumed=True") }
        #expect(resumed == [false] + Array(repeating: isOn, count: 5))
        #expect(sluice.tlsHandshakes("resumed") == (isOn ? 5 : 0))
        // A reload that changes nothing of it keeps what can be taken up.
        #expect(sluice.command("reload").status == 0)
        #expect(client.ask("/once")?.status == 200)
        #expect(origin.handshakes.last?.contains("resumed=True") == isOn)
        client.close()
        origin.stop()
        try sluice.stop()
    }

    @Test("an answer to nothing is not taken for the answer to the next request")
    func late() throws {
        let origin = TLSOrigin(Self.authority.server(["127.0.0.1"]))
        let sluice = SluiceProcess(tlsTo: [origin.port], Self.ca)
        let client = try sluice.client()
        for round in 1...5 {
            let answer = client.ask("/late")
            #expect(answer?.text.hasPrefix("connection=\(round) ") == true, "\(answer?.text ?? "")")
            #expect(eventually { sluice.metric("sluice_pool_stale_total") == Double(round) })
        }
        client.close()
        origin.stop()
        try sluice.stop()
    }

    @Test("a reload keeps idle connections, unless it changes what they were made by")
    func reload() throws {
        let issued = Self.authority.server(["127.0.0.1"])
        let origin = TLSOrigin(issued)
        let folder = TemporaryDirectory()
        let ca = folder.write(
            String(decoding: Self.authority.own.certificate, as: UTF8.self), to: "ca.pem")
        let sluice = SluiceProcess(tlsTo: [origin.port], "ca: \(ca)")
        let client = try sluice.client()
        func connection() -> Substring? { client.ask("/")?.text.split(separator: " ").first }
        #expect(connection() == "connection=1")
        #expect(sluice.command("reload").status == 0)
        #expect(connection() == "connection=1")
        // The same authority in a file of other bytes.
        TextFile.write(
            "# again\n" + String(decoding: Self.authority.own.certificate, as: UTF8.self), to: ca)
        #expect(sluice.command("reload").status == 0)
        #expect(connection() == "connection=2")
        // Another one: what it did not verify is not taken up.
        TextFile.write(
            String(decoding: TestAuthority(name: "Other").own.certificate, as: UTF8.self), to: ca)
        #expect(sluice.command("reload").status == 0)
        #expect(client.ask("/")?.status == 502)
        TextFile.write("nothing", to: ca)
        let refused = sluice.command("reload")
        #expect(refused.status != 0 && refused.errors.contains(ca), "\(refused)")
        #expect(refused.errors.contains("is not PEM"), "\(refused)")
        sluice.write(SluiceProcess.http(to: [origin.port]))
        #expect(sluice.command("reload").status == 0)
        #expect(client.ask("/")?.status == 502, "plain bytes to a port of TLS")
        client.close()
        origin.stop()
        try sluice.stop()
    }

    // Failures ----------------------------------------------------------------------------------

    @Test(
        "a body that ends with its connection has to end by a goodbye", arguments: ["1.2", "1.3"])
    func cut(version: String) throws {
        let origin = TLSOrigin(Self.authority.server(["127.0.0.1"]), version: version)
        let sluice = SluiceProcess(tlsTo: [origin.port], Self.ca)
        let whole = try sluice.client()
        let answer = try #require(whole.ask("/closed"))
        #expect(answer.isWhole && answer.body.count == 5000)
        let client = try sluice.client()
        let cut = client.ask("/cut")
        #expect(cut?.isWhole != true, "\(cut?.body.count ?? -1)")
        #expect(eventually { sluice.exchanges("response_truncated") == 1 }, "\(sluice.log)")
        whole.close()
        client.close()
        origin.stop()
        try sluice.stop()
    }

    @Test("another backend is tried, and one that fails handshakes is ejected")
    func retries() throws {
        let bad = TLSOrigin(TestAuthority(name: "Other").server(["127.0.0.1"]))
        let good = TLSOrigin(Self.authority.server(["127.0.0.1"]))
        let text = SluiceProcess.tls(to: [bad.port, good.port], Self.ca)
            .replacing("eject: off", with: "eject: { failures: 3 }")
        let sluice = SluiceProcess(text)
        let client = try sluice.client()
        for _ in 0..<12 { #expect(client.ask("/once")?.status == 200, "\(sluice.log)") }
        #expect(sluice.tlsFailures("unknown_ca") == 3)
        #expect(sluice.metric("sluice_backend_ejections_total") == 1)
        #expect(
            sluice.metric("sluice_backend_connect_failures_total", "cause=\"failed\"") == 3)
        #expect(sluice.log.contains("error=unknown_ca"), "\(sluice.log)")
        client.close()
        bad.stop()
        good.stop()
        try sluice.stop()
    }

    @Test("a handshake counts into the time of a connect")
    func timeout() throws {
        let origin = TLSOrigin(.mute, Self.authority.server(["127.0.0.1"]))
        let sluice = SluiceProcess(
            tlsTo: [origin.port], Self.ca, upstream: "connect: { timeout: 200ms, retries: 0 }")
        let client = try sluice.client()
        #expect(client.ask("/")?.status == 504)
        #expect(sluice.tlsFailures("timeout") == 1)
        #expect(eventually { sluice.exchanges("connect_timeout") == 1 })
        client.close()
        origin.stop()
        try sluice.stop()
    }

    @Test("a process does not start with files that cannot be used, and says which")
    func files() throws {
        let folder = TemporaryDirectory()
        let own = Self.authority.client(subject: "/CN=sluice")
        let other = Self.authority.client(subject: "/CN=other")
        for (tls, reason) in [
            ("ca: \(folder.file("missing.pem"))", "cannot open \(folder.file("missing.pem"))"),
            ("ca: \(own.keyFile)", "\(own.keyFile): has no certificate"),
            (
                "cert: \(own.certificateFile), key: \(other.keyFile)",
                "\(other.keyFile): the private key is not that of the certificate"
            ),
        ] {
            let path = folder.write(
                "admin: { socket: \"\(folder.file("s"))\" }\n" + SluiceProcess.tls(to: [9], tls),
                to: "sluice.yaml")
            let run = Command.run(SluiceProcess.binary, ["run", path])
            #expect(run.status != 0 && run.errors.contains(reason), "\(tls): \(run.errors)")
        }
    }
}
