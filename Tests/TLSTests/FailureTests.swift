// Each way in which handshakes fail, by real ones: what each end calls it.

import COpenSSL
import Glibc
import Support
import Testing

@testable import TLS

@Suite("Failures of handshakes")
struct FailureTests {
    /// What both ends say of a handshake.
    private func outcome(
        _ contexts: TLSServerContexts, _ context: TLSClientContext, name: String? = "a.example.com"
    ) -> (server: TLSFailure?, client: TLSFailure?) {
        let peers = Peers(contexts, context, name: name)
        let result = peers.shake()
        // In TLS 1.3 a client is done before the server has seen its certificate.
        var client = result.client
        if client == .done, case .failed(let failure) = peers.settle() { client = .failed(failure) }
        #expect(ERR_peek_error() == 0)
        func failure(_ progress: TLSProgress) -> TLSFailure? {
            if case .failed(let failure) = progress { failure } else { nil }
        }
        return (failure(result.server), failure(client))
    }

    @Test("no cipher in common")
    func ciphers() {
        let found = outcome(
            Fixture.server { $0.tls.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384" },
            Fixture.client {
                $0.tls.maximumVersion = .tls12
                $0.tls.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256"
            })
        #expect(found == (.noSharedCipher, .alertHandshakeFailure))
    }

    @Test("no cipher suite of TLS 1.3 in common")
    func suites() {
        let found = outcome(
            Fixture.server(of: .modern) { $0.tls.cipherSuites = "TLS_AES_256_GCM_SHA384" },
            Fixture.client { $0.tls.cipherSuites = "TLS_CHACHA20_POLY1305_SHA256" })
        #expect(found == (.noSharedCipher, .alertHandshakeFailure))
    }

    @Test("no group in common")
    func groups() {
        let found = outcome(
            Fixture.server { $0.tls.groups = "X25519" },
            Fixture.client { $0.tls.groups = "secp384r1" })
        #expect(found == (.noSharedCipher, .alertHandshakeFailure))
    }

    @Test("no certificate that the client can check")
    func signatures() {
        let found = outcome(
            Fixture.server([Fixture.rsaChain]),
            Fixture.client {
                $0.tls.maximumVersion = .tls12
                $0.tls.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256"
            })
        #expect(found == (.noSharedCipher, .alertHandshakeFailure))
    }

    @Test("no version in common")
    func versions() {
        let found = outcome(
            Fixture.server(of: .modern), Fixture.client { $0.tls.maximumVersion = .tls12 })
        #expect(found == (.protocolVersion, .alertProtocolVersion))
    }

    @Test("no application protocol in common")
    func applicationProtocols() {
        let found = outcome(
            Fixture.server { $0.tls.applicationProtocols = ["h2"] },
            Fixture.client { $0.tls.applicationProtocols = ["http/1.1"] })
        #expect(found == (.noApplicationProtocol, .alertNoApplicationProtocol))
    }

    @Test(
        "a name that no certificate is for, or none, where names are strict",
        arguments: ["x.org", nil])
    func names(name: String?) {
        let context = Fixture.client { if name == nil { $0.authorities = nil } }
        let found = outcome(Fixture.server { $0.isStrict = true }, context, name: name)
        #expect(found == (.unknownServerName, .alertUnrecognizedName))
    }

    @Test("a backend of another authority")
    func authority() {
        let other = TestAuthority(name: "Other Root").server(["a.example.com"])
        let found = outcome(Fixture.server([Fixture.load(other)]), Fixture.client())
        #expect(found == (.alertUnknownAuthority, .unknownAuthority))
    }

    @Test(
        "a backend whose certificate is out of its time",
        arguments: [
            (-30 ... -2, TLSFailure.certificateExpired, TLSFailure.alertCertificateExpired),
            (2...30, .certificateNotYetValid, .alertBadCertificate),
        ])
    func time(days: ClosedRange<Int>, own: TLSFailure, alert: TLSFailure) {
        let issued = Fixture.issuer.server(["a.example.com"], days: days)
        let found = outcome(Fixture.server([Fixture.load(issued)]), Fixture.client())
        #expect(found == (alert, own))
    }

    @Test("a backend of another name or address", arguments: ["z.example.com", "10.0.0.2"])
    func mismatch(name: String) {
        let found = outcome(Fixture.server(), Fixture.client(), name: name)
        #expect(found == (.alertBadCertificate, .nameMismatch))
    }

    @Test("a backend of the right address is asked for no name")
    func address() {
        let peers = Peers(Fixture.server(), Fixture.client(), name: "10.0.0.1")
        let result = peers.shake()
        #expect(result.server == .done && result.client == .done)
        #expect(peers.server.serverName.isEmpty)
    }

    @Test("a chain without its middle")
    func chain() throws {
        let bare = try CertificateChain.load(
            certificates: Fixture.ecdsa.certificate, key: Fixture.ecdsa.key
        ).get()
        #expect(outcome(Fixture.server([bare]), Fixture.client()).client == .unknownAuthority)
    }

    @Test(
        "plain HTTP is told apart from what is no TLS",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", TLSFailure.plainHTTP),
            ("POST /x HTTP/1.0\r\n\r\n", .plainHTTP), ("HEAD / HTTP/1.1\r\n\r\n", .plainHTTP),
            ("PUT / HTTP/1.1\r\n\r\n", .plainHTTP), ("CONNECT a:443 HTTP/1.1\r\n\r\n", .plainHTTP),
            ("SSH-2.0-OpenSSH_9.2\r\n", .notTLS), ("\u{16}\u{3}\u{1}", .handshakeCutShort),
            ("PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n", .notTLS), ("aaaaaaaaaaaaaaaaaaaaaa", .notTLS),
            ("\0\0\0\0\0\0\0\0\0\0\0\0", .notTLS), ("", .handshakeCutShort),
        ])
    func notTLS(text: String, expected: TLSFailure) {
        let (far, near) = Sockets.pair()
        let server = Fixture.server().session(socket: near)!
        Sockets.write(text.utf8, to: far)
        shutdown(far, Int32(SHUT_WR))
        #expect(server.handshake() == .failed(expected), "\(text)")
        // A plain answer may follow, so nothing was sent before it.
        if expected == .plainHTTP { #expect(Sockets.read(far).isEmpty) }
        server.free()
        close(far)
        close(near)
    }

    @Test("random bytes fail and nothing worse")
    func garbage() {
        var generator = SeededGenerator()
        let contexts = Fixture.server()
        for round in 0..<300 {
            let (far, near) = Sockets.pair()
            let server = contexts.session(socket: near)!
            var bytes = (0..<Int.random(in: 1...600, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            // Half of them begin as a record of a handshake does.
            if round % 2 == 0 { bytes = [22, 3, 1, 0, UInt8.random(in: 1...200)] + bytes }
            Sockets.write(bytes, to: far)
            shutdown(far, Int32(SHUT_WR))
            guard case .failed(let failure) = server.handshake() else {
                Issue.record("round \(round), seed \(generator.seed)")
                return
            }
            #expect(failure != .internalError, "round \(round), seed \(generator.seed)")
            #expect(ERR_peek_error() == 0)
            server.free()
            close(far)
            close(near)
        }
        contexts.free()
    }

    @Test("words are all different, and are words")
    func words() {
        let words = TLSFailure.allCases.map { "\($0.word)" }
        #expect(Set(words).count == words.count)
        #expect(words.allSatisfy { $0.allSatisfy { ("a"..."z").contains($0) || $0 == "_" } })
    }
}

extension Fixture {
    /// Contexts of a listener that has a preset.
    static func server(
        of preset: TLSPreset, _ change: (inout TLSServerSettings) -> Void = { _ in }
    ) -> TLSServerContexts {
        server {
            $0.tls = TLSSettings(preset)
            change(&$0)
        }
    }
}

/// Static strings are compared as text.
func == (first: StaticString, second: String) -> Bool { "\(first)" == second }
