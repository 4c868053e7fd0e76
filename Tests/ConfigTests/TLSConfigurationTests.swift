// What the keys of TLS in a good file come to.

import Config
import Testing

@Suite struct TLSConfigurationTests {
    private func configuration() throws -> Configuration {
        let result = parse(completeTLS)
        #expect(report(result) == [])
        return try #require(result.configuration)
    }

    @Test func theDefaultsAreThoseOfTheReference() {
        let listener = ListenerConfiguration()
        #expect(listener.tls == nil && listener.helloRoutes == [])
        #expect(listener.helloTimeout == .seconds(5) && listener.http.hsts == nil)
        let tls = ListenerTLSConfiguration()
        #expect(tls.certificates == [] && tls.directory == nil && tls.preset == .intermediate)
        #expect(tls.minVersion == nil && tls.maxVersion == nil && tls.versions == .tls12 ... .tls13)
        #expect(tls.ciphers == nil && tls.ciphersuites == nil && tls.groups == nil)
        #expect(tls.alpn == nil && tls.protocols(of: .http) == ["http/1.1"])
        #expect(tls.protocols(of: .tcp) == [] && !tls.strictSNI && !tls.earlyData)
        #expect(tls.tickets?.file == nil && tls.tickets?.rotate == .seconds(8 * 3600))
        #expect(tls.sessionCache == nil && tls.clientAuth == nil)
        #expect(tls.handshakeTimeout == .seconds(10))
        let clientAuth = ClientAuthConfiguration(ca: "a")
        #expect(clientAuth.mode == .require && clientAuth.crl == nil && clientAuth.depth == 3)
        #expect(HSTSConfiguration().description == "max-age=31536000")
        let upstream = UpstreamTLSConfiguration()
        #expect(UpstreamConfiguration().tls == nil && HealthConfiguration().tls)
        #expect(upstream.serverName == nil && !upstream.serverNameFromHost && upstream.verify)
        #expect(upstream.ca == nil && upstream.certificate == nil && upstream.alpn == [])
        #expect(upstream.minVersion == .tls12 && upstream.sessionReuse)
    }

    @Test func everyKeyOfAListenersTLSReachesItsField() throws {
        let listener = try configuration().listeners[0]
        let tls = try #require(listener.tls)
        #expect(tls.certificates.map(\.cert) == ["/etc/sluice/a.pem", "b.pem"])
        #expect(tls.certificates[0].key == "a.key" && tls.certificates[0].keyFile == "a.key")
        #expect(tls.certificates[0].passwordFile == "a.password")
        #expect(tls.certificates[0].ocsp == "a.ocsp")
        #expect(tls.certificates[1] == CertificateConfiguration(cert: "b.pem"))
        #expect(tls.certificates[1].keyFile == "b.pem" && tls.directory == "certificates")
        #expect(tls.minVersion == .tls12 && tls.maxVersion == .tls13)
        #expect(tls.ciphers == "ECDHE+AESGCM:!aNULL:@SECLEVEL=2")
        #expect(tls.ciphersuites == "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256")
        #expect(tls.groups == "X25519:P-256")
        #expect(tls.protocols(of: listener.protocol) == ["http/1.1", "http/1.0"])
        #expect(tls.strictSNI && tls.tickets?.file == "/etc/sluice/tickets.key")
        #expect(tls.sessionCache == 20_000 && !tls.earlyData)
        var clientAuth = ClientAuthConfiguration(ca: "clients.pem")
        clientAuth.mode = .request
        clientAuth.crl = "clients.crl"
        clientAuth.depth = 1
        #expect(tls.clientAuth == clientAuth && tls.handshakeTimeout == .seconds(5))
        #expect(
            listener.http.hsts?.description == "max-age=63072000; includeSubDomains; preload")
        #expect(
            listener.http.requestHeaders.set[0].value.parts == [
                .variable(.word(.clientCertSubject)), .literal(" "),
                .variable(.word(.clientCertVerify)),
            ])
    }

    @Test func presetsHaveVersionsAndWhatIsOffIsNil() throws {
        let listeners = try configuration().listeners
        let modern = try #require(listeners[1].tls)
        #expect(modern.preset == .modern && modern.versions == .tls13 ... .tls13)
        #expect(modern.tickets?.rotate == .seconds(3600))
        #expect(listeners[1].http.hsts?.description == "max-age=7776000")
        let ended = try #require(listeners[2].tls)
        #expect(ended.certificates == [] && ended.directory == "/etc/certificates")
        #expect(ended.tickets == nil && ended.protocols(of: .tcp) == ["h2", "postgresql"])
    }

    @Test func everyKeyOfARouteByHelloReachesItsField() throws {
        let listener = try configuration().listeners[3]
        #expect(listener.helloTimeout == .seconds(2) && listener.routes == [])
        #expect(listener.upstream.isEmpty && listener.upstreams == ["named", "other"])
        let routes = listener.helloRoutes
        #expect(routes[0].serverNames == [.exact("a.example"), .below("a.example")])
        #expect(routes[0].protocols == [] && routes[0].upstream == "named")
        #expect(routes[1].serverNames == [.exact("b.example")])
        #expect(routes[1].protocols == ["h2", "acme-tls/1"] && routes[1].upstream == "other")
        #expect(routes[2].serverNames == [] && routes[2].protocols == ["http/1.1"])
    }

    @Test func everyKeyOfAnUpstreamsTLSReachesItsField() throws {
        let configuration = try configuration()
        let site = try #require(configuration.upstream(named: "site"))
        let tls = try #require(site.tls)
        #expect(tls.serverName == "shop.internal" && tls.ca == "backends.pem" && tls.verify)
        var certificate = CertificateConfiguration(cert: "sluice.pem")
        certificate.key = "/etc/sluice/sluice.key"
        certificate.passwordFile = "sluice.password"
        #expect(tls.certificate == certificate && tls.alpn == ["http/1.1"])
        #expect(tls.minVersion == .tls13 && !tls.sessionReuse && site.health?.tls == false)
        #expect(configuration.upstream(named: "hosts")?.tls?.serverNameFromHost == true)
        let named = try #require(configuration.upstream(named: "named"))
        #expect(named.tls == UpstreamTLSConfiguration() && named.health?.tls == true)
        #expect(named.balance.key == .serverName && !named.balance.key.needsRequest)
        #expect(configuration.upstream(named: "other")?.tls == nil)
    }

    @Test func clientsAreSentOverToTLSInOneLine() {
        let line = "routes: [{ redirect: \"https://{host}{path}{query}\" }]"
        #expect(ConfigurationReference.markdown().contains("`\(line)`"))
        let result = parse("listeners: { l: { bind: /a, protocol: http, \(line) } }")
        #expect(result.diagnostics == [])
        #expect(result.configuration?.listeners[0].routes[0].match == RouteMatch())
    }

    @Test func aVersionIsANumberOrTextInTheSchema() {
        let schema = ConfigurationSchema.jsonSchema().filter { !$0.isWhitespace }
        #expect(schema.contains("\"enum\":[1.2,\"1.2\",1.3,\"1.3\"]"))
        for version in ["1.2", "\"1.2\"", "'1.2'"] {
            let text = completeTLS.replacing("version: \"1.2\"", with: "version: \(version)")
            #expect(parse(text).configuration?.listeners[0].tls?.minVersion == .tls12)
        }
    }

    @Test func configurationsAreComparable() throws {
        let first = try configuration()
        for (old, new) in [
            ("b.pem", "c.pem"), ("depth: 1", "depth: 2"), ("max_age: 730d", "max_age: 731d"),
            ("rotate: 1h", "rotate: 2h"), ("hello_timeout: 2s", "hello_timeout: 3s"),
            ("sni: b.example", "sni: c.example"), ("Shop.Internal", "shop.external"),
            ("health: { http: {}, tls: false }", "health: { http: {}, tls: true }"),
            ("tls: true", "tls: false"),
        ] {
            let second = parse(completeTLS.replacing(old, with: new)).configuration
            #expect(second != nil && second != first, "\(old)")
        }
        #expect(
            parse(completeTLS.replacing("Shop.Internal", with: "shop.internal")).configuration
                == first)
    }
}
