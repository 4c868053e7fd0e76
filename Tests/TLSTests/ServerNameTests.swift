// Which certificate a name gets: exact, wildcard, default or none, and of which kind of key.

import COpenSSL
import Glibc
import Support
import Testing

@testable import TLS

@Suite("Certificates by name")
struct ServerNameTests {
    /// The fingerprint of the certificate that a client gets.
    private func served(
        _ contexts: TLSServerContexts, name: String?,
        _ change: (inout TLSClientSettings) -> Void = { _ in }
    ) -> String? {
        let context = Fixture.client {
            // What it is for is looked at here.
            $0.authorities = nil
            change(&$0)
        }
        let peers = Peers(contexts, context, name: name)
        guard peers.shake().client == .done else { return nil }
        return SSL_get0_peer_certificate(peers.client.ssl).map { CertificateFacts.fingerprint($0) }
    }

    @Test(
        "names are found exact, then by wildcard, else the default serves",
        arguments: [false, true])
    func names(isStrict: Bool) {
        let exact = Fixture.issuer.server(["one.wild.example.com"])
        let chains = [Fixture.ecdsaChain, Fixture.wildcardChain, Fixture.load(exact)]
        let contexts = Fixture.server(chains) { $0.isStrict = isStrict }
        let (first, wild, one) = (
            chains[0].facts.fingerprint, chains[1].facts.fingerprint, chains[2].facts.fingerprint
        )
        let other = isStrict ? nil : first
        let table: [(String?, String?)] = [
            ("a.example.com", first), ("A.Example.COM", first), ("a.example.com.", first),
            ("two.wild.example.com", wild), ("TWO.WILD.example.com", wild),
            ("one.wild.example.com", one), ("x.example.net", wild), ("example.net", other),
            ("x.y.example.net", other), ("wild.example.com", other), ("unknown.org", other),
            ("a.example.co", other), ("a.example.comm", other), (nil, other),
        ]
        for (name, expected) in table {
            #expect(served(contexts, name: name) == expected, "\(name ?? "no name")")
        }
        contexts.free()
    }

    @Test("of two kinds of keys the client gets what it can check", arguments: TLSVersion.allCases)
    func kinds(version: TLSVersion) {
        let contexts = Fixture.server([Fixture.rsaChain, Fixture.ecdsaChain])
        let (rsa, ecdsa) = (
            Fixture.rsaChain.facts.fingerprint, Fixture.ecdsaChain.facts.fingerprint
        )
        func served(_ name: String, signatures: String) -> String? {
            let context = Fixture.client { $0.tls.maximumVersion = version }
            let peers = Peers(contexts, context, name: name)
            _ = signatures.withCString {
                SSL_ctrl(
                    peers.client.ssl, SSL_CTRL_SET_SIGALGS_LIST, 0,
                    UnsafeMutableRawPointer(mutating: $0))
            }
            guard peers.shake().client == .done else { return nil }
            return SSL_get0_peer_certificate(peers.client.ssl).map {
                CertificateFacts.fingerprint($0)
            }
        }
        let onlyRSA = "RSA-PSS+SHA256:RSA+SHA256"
        let onlyECDSA = "ECDSA+SHA256"
        #expect(served("a.example.com", signatures: onlyRSA) == rsa)
        #expect(served("a.example.com", signatures: onlyECDSA) == ecdsa)
        // These names have one kind each.
        #expect(served("c.example.com", signatures: onlyRSA + ":" + onlyECDSA) == rsa)
        #expect(served("b.example.com", signatures: onlyRSA + ":" + onlyECDSA) == ecdsa)
        contexts.free()
    }

    @Test("as many contexts are made as there are sets of certificates")
    func sets() {
        let facts = [Fixture.rsaChain, Fixture.ecdsaChain, Fixture.wildcardChain].map(\.facts)
        let plan = ServerNamePlan(facts)
        #expect(plan.sets.first == [0, 1] && Set(plan.sets) == [[0, 1], [0], [1], [2]])
        #expect(plan.names["a.example.com"] == 0)
        #expect(plan.names["*.example.net"].map { plan.sets[$0] } == [2])
        // The first of two for the same name and of the same kind serves.
        let twice = ServerNamePlan([facts[1], facts[1]])
        #expect(twice.sets == [[0]])
    }

    @Test("a look-up finds what a plain one finds, whatever the case")
    func table() {
        var generator = SeededGenerator()
        func label() -> String {
            String(
                (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                    Character(["a", "b", "c"].randomElement(using: &generator)!)
                })
        }
        var names: [String: Int] = [:]
        for index in 0..<400 {
            let name = "\(label()).\(label()).\(label())"
            names[Bool.random(using: &generator) ? name : "*.\(name)"] = index
        }
        let table = ServerNameTable(names)
        for _ in 0..<5000 {
            let name = (0..<Int.random(in: 1...4, using: &generator)).map { _ in label() }
                .joined(separator: ".")
            let parent = name.drop { $0 != "." }
            let expected = names[name] ?? (parent.isEmpty ? nil : names["*\(parent)"])
            let asked = Array((Bool.random(using: &generator) ? name.uppercased() : name).utf8)
            let found = table.context(for: asked, count: asked.count)
            #expect(found == expected, "\(name), seed \(generator.seed)")
        }
        for odd in ["", ".", "..", ".b.c", String(repeating: "a", count: 256)] {
            let bytes = Array(odd.utf8) + [0]
            #expect(table.context(for: bytes, count: bytes.count - 1) == nil, "\(odd)")
        }
        table.deallocate()
    }

    @Test("contexts may be freed while sessions of theirs are in the middle of a handshake")
    func freeing() {
        let contexts = Fixture.server([Fixture.ecdsaChain, Fixture.wildcardChain]) {
            $0.tls.applicationProtocols = ["h2"]
        }
        let context = Fixture.client { $0.tls.applicationProtocols = ["h2"] }
        let peers = Peers(contexts, context, name: "x.example.net")
        #expect(peers.server.handshake() == .wantsRead)
        contexts.free()
        context.free()
        let result = peers.shake()
        #expect(result.server == .done && result.client == .done)
        #expect(Fixture.text(peers.server.applicationProtocol) == "h2")
    }

    @Test("settings that OpenSSL does not know are refused with a reason")
    func settings() {
        func problem(_ change: (inout TLSSettings) -> Void) -> TLSSettingsProblem? {
            var settings = TLSServerSettings()
            change(&settings.tls)
            switch TLSServerContexts.make([Fixture.ecdsaChain], settings) {
            case .success(let contexts):
                contexts.free()
                return nil
            case .failure(let problem): return problem
            }
        }
        #expect(problem { _ in } == nil)
        #expect(problem { $0.ciphers = "NONE-SUCH" } == .ciphers("NONE-SUCH"))
        #expect(problem { $0.cipherSuites = "TLS_X" } == .cipherSuites("TLS_X"))
        #expect(problem { $0.groups = "X25519:nope" } == .groups("X25519:nope"))
        #expect(problem { ($0.minimumVersion, $0.maximumVersion) = (.tls13, .tls12) } == .versions)
        #expect(problem { $0.applicationProtocols = ["h2", ""] } == .applicationProtocols)
        guard case .failure(.noCertificate) = TLSServerContexts.make([], TLSServerSettings()) else {
            Issue.record("contexts were made without a certificate")
            return
        }
        #expect(ERR_peek_error() == 0)
    }
}
