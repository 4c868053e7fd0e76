// Certificates that are loaded, and what is said of those that cannot be.

import COpenSSL
import Glibc
import Support
import Testing

@testable import TLS

@Suite("Certificates")
struct CertificateTests {
    private func problem(
        _ certificates: [UInt8], _ key: [UInt8], password: String? = nil
    ) -> CertificateProblem? {
        defer { #expect(ERR_peek_error() == 0) }
        let loaded = CertificateChain.load(
            certificates: certificates, key: key, password: password.map { Array($0.utf8) })
        switch loaded {
        case .success(let chain):
            chain.free()
            return nil
        case .failure(let problem): return problem
        }
    }

    private var now: Int64 { Int64(time(nil)) }

    @Test("what cannot be loaded is told with its reason")
    func problems() {
        let (good, other) = (Fixture.ecdsa, Fixture.rsa)
        let text = Array("some text\n".utf8)
        let broken = Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8)
        let brokenKey = Array("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".utf8)
        #expect(problem(good.chain, good.key) == nil)
        #expect(problem(good.key + good.chain, good.chain + good.key) == nil)
        #expect(problem(text, good.key) == .notPEM)
        #expect(problem([], good.key) == .notPEM)
        #expect(problem(good.key, good.key) == .noCertificate)
        #expect(problem(broken, good.key) == .unreadableCertificate(1))
        #expect(problem(good.certificate + broken, good.key) == .unreadableCertificate(2))
        #expect(problem(good.chain, good.certificate) == .noKey)
        #expect(problem(good.chain, text) == .notPEM)
        #expect(problem(good.chain, brokenKey) == .unreadableKey)
        #expect(problem(good.chain, other.key) == .keyMismatch)
        #expect(problem(good.chain, Fixture.wildcard.key) == .keyMismatch)
        let disordered = good.certificate + other.certificate + Fixture.issuer.own.certificate
        #expect(problem(disordered, good.key) == .chainOutOfOrder(2))
        let root = good.chain + other.certificate
        #expect(problem(root, good.key) == .chainOutOfOrder(3))
        #expect(
            problem(Fixture.issuer.own.certificate + good.certificate, good.key) == .keyMismatch)
    }

    @Test("an encrypted key takes its password and no other")
    func passwords() {
        let good = Fixture.ecdsa
        let key = TestAuthority.encrypted(good.key, password: "open sesame")
        #expect(problem(good.chain, key, password: "open sesame") == nil)
        #expect(problem(good.chain, key, password: "open") == .wrongPassword)
        #expect(problem(good.chain, key, password: "") == .wrongPassword)
        #expect(problem(good.chain, key) == .passwordRequired)
        #expect(problem(good.chain, good.key, password: "not needed") == nil)
    }

    @Test("facts are those of the certificate")
    func facts() {
        let facts = Fixture.ecdsaChain.facts
        #expect(
            facts.names == ["a.example.com", "b.example.com"] && facts.addresses == ["10.0.0.1"])
        #expect(facts.subject == "CN=a.example.com" && facts.issuer == "CN=Test Intermediate")
        #expect(facts.keyKind == .ecdsa && facts.keyBits == 256)
        #expect(abs(facts.notBefore - (now - 86400)) < 600)
        #expect(abs(facts.notAfter - (now + 90 * 86400)) < 600)
        #expect(Fixture.rsaChain.facts.keyKind == .rsa && Fixture.rsaChain.facts.keyBits == 2048)
        let printed = Command.run(
            "openssl",
            ["x509", "-noout", "-fingerprint", "-sha256", "-serial", "-in"]
                + [Fixture.ecdsa.certificateFile]
        ).output.replacing(":", with: "")
        #expect(printed.lowercased().contains("=\(facts.fingerprint)\n"))
        #expect(printed.contains("serial=\(facts.serial)\n"))
        #expect(
            Fixture.ecdsaChain.chainFacts.map(\.issuer) == ["CN=Test Intermediate", "CN=Test Root"])
    }

    @Test("a certificate without alternative names is for its common name")
    func commonName() {
        let issued = Fixture.issuer.client(subject: "/O=Sluice/CN=Old.example.com")
        #expect(Fixture.load(issued).facts.names == ["old.example.com"])
        let person = Fixture.issuer.client(subject: "/CN=Some Body")
        #expect(Fixture.load(person).facts.names == [])
    }

    @Test("every kind of key serves", arguments: TestAuthority.KeyKind.allCases)
    func keys(kind: TestAuthority.KeyKind) {
        let chain = Fixture.load(Fixture.issuer.server(["k.example.com"], key: kind))
        let peers = Peers(Fixture.server([chain]), Fixture.client(), name: "k.example.com")
        #expect(peers.shake().client == .done)
        chain.free()
    }

    @Test("a certificate out of its time says since when")
    func times() {
        let chain = Fixture.ecdsaChain
        #expect(chain.problem(at: now) == nil)
        let facts = chain.facts
        #expect(
            chain.problem(at: facts.notBefore) == nil && chain.problem(at: facts.notAfter) == nil)
        #expect(chain.problem(at: facts.notBefore - 1) == .notYetValid(from: facts.notBefore))
        #expect(chain.problem(at: facts.notAfter + 1) == .expired(since: facts.notAfter))
    }

    @Test("a chain whose last issuer is nowhere is incomplete")
    func gaps() throws {
        let bare = try CertificateChain.load(
            certificates: Fixture.ecdsa.certificate, key: Fixture.ecdsa.key
        ).get()
        let gap = bare.gap(trusting: Fixture.authorities)
        #expect(gap == .chainIncomplete(issuer: "CN=Test Intermediate"))
        #expect(Fixture.ecdsaChain.gap(trusting: Fixture.authorities) == nil)
        let system = TrustedAuthorities.system()
        let unknown = Fixture.ecdsaChain.gap(trusting: system)
        #expect(unknown == .chainIncomplete(issuer: "CN=Test Root"))
        let whole = try CertificateChain.load(
            certificates: Fixture.ecdsa.chain + Fixture.root.own.certificate, key: Fixture.ecdsa.key
        ).get()
        #expect(whole.gap(trusting: system) == nil)
        system.free()
    }

    @Test("random changes to certificates and keys are problems and nothing worse")
    func changes() {
        var generator = SeededGenerator()
        let good = Fixture.ecdsa
        for _ in 0..<300 {
            var (chain, key) = (good.chain, good.key)
            chain[Int.random(in: chain.indices, using: &generator)] = UInt8.random(
                in: 32...126, using: &generator)
            if Bool.random(using: &generator) {
                key.removeSubrange(Int.random(in: key.indices, using: &generator)...)
            }
            _ = problem(chain, key)
        }
    }
}
