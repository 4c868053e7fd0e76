// Clients that show certificates: good ones, bad ones and none.

import COpenSSL
import Support
import Testing

@testable import TLS

@Suite("Certificates of clients")
struct ClientAuthenticationTests {
    private func contexts(
        _ mode: ClientAuthentication.Mode, _ authorities: TrustedAuthorities = Fixture.authorities,
        depthMax: Int = 4
    ) -> TLSServerContexts {
        Fixture.server {
            $0.clientAuthentication = ClientAuthentication(
                mode: mode, authorities: authorities, depthMax: depthMax)
        }
    }

    private func peers(
        _ contexts: TLSServerContexts, _ certificate: TestAuthority.Issued?,
        version: TLSVersion = .tls13
    ) -> Peers {
        let chain = certificate.map { Fixture.load($0) }
        return Peers(
            contexts,
            Fixture.client {
                $0.certificate = chain
                $0.tls.maximumVersion = version
            })
    }

    private func text(
        _ write: (UnsafeMutableBufferPointer<UInt8>) -> Int?, capacity: Int = 512
    ) -> String? {
        var buffer = [UInt8](repeating: 0, count: capacity)
        return buffer.withUnsafeMutableBufferPointer { write($0) }
            .map { String(decoding: buffer[..<$0], as: UTF8.self) }
    }

    @Test("a good certificate is told of", arguments: TLSVersion.allCases)
    func good(version: TLSVersion) {
        let issued = Fixture.issuer.client(
            subject: "/C=DE/O=Some\\, Org/CN=alice",
            alternatives: "email:a@example.com,URI:spiffe://x/y,DNS:al.example.com,IP:10.1.2.3")
        for mode in [ClientAuthentication.Mode.request, .require] {
            let peers = peers(contexts(mode), issued, version: version)
            #expect(peers.shake().server == .done)
            #expect(peers.server.peerWord == "ok" && peers.server.hasPeerCertificate)
            let session = peers.server
            #expect(text { session.writePeerSubject(into: $0) } == "CN=alice,O=Some\\, Org,C=DE")
            #expect(
                text { session.writePeerNames(into: $0) }
                    == "email:a@example.com,URI:spiffe://x/y,DNS:al.example.com,IP:10.1.2.3")
            let facts = Fixture.load(issued).facts
            #expect(text { session.writePeerSerial(into: $0) } == facts.serial)
            #expect(text { session.writePeerFingerprint(into: $0) } == facts.fingerprint)
            // What does not fit is not cut: half a name is another's.
            #expect(text({ session.writePeerSubject(into: $0) }, capacity: 10) == nil)
            #expect(text({ session.writePeerNames(into: $0) }, capacity: 10) == nil)
            #expect(text({ session.writePeerFingerprint(into: $0) }, capacity: 63) == nil)
        }
    }

    @Test(
        "a client without one is served where it is asked, and not where it must",
        arguments: TLSVersion.allCases)
    func none(version: TLSVersion) {
        let asked = peers(contexts(.request), nil, version: version)
        #expect(asked.shake().server == .done)
        let session = asked.server
        #expect(session.peerWord == "none" && session.peerProblem == nil)
        #expect(text { session.writePeerSubject(into: $0) } == "")
        let refused = peers(contexts(.require), nil, version: version)
        let result = refused.shake()
        #expect(result.server == .failed(.certificateRequired))
        if version == .tls13 {
            #expect(refused.settle() == .failed(.alertCertificateRequired))
        } else {
            #expect(result.client == .failed(.alertHandshakeFailure))
        }
    }

    @Test("a bad certificate fails where one must be, and else is told of by its fault alone")
    func bad() {
        let expired = Fixture.issuer.client(subject: "/CN=old", days: -30 ... -2)
        let stranger = TestAuthority(name: "Strange Root").client(subject: "/CN=root of all")
        let server = Fixture.ecdsa
        let table: [(TestAuthority.Issued, TLSFailure, TLSFailure)] = [
            (expired, .certificateExpired, .alertCertificateExpired),
            (stranger, .unknownAuthority, .alertUnknownAuthority),
            (server, .badCertificate, .alertBadCertificate),
        ]
        for (issued, failure, alert) in table {
            let refused = peers(contexts(.require), issued)
            #expect(refused.shake().server == .failed(failure))
            #expect(refused.settle() == .failed(alert))
            let served = peers(contexts(.request), issued)
            #expect(served.shake().server == .done)
            let session = served.server
            #expect(session.peerProblem == failure && session.peerWord == "\(failure.word)")
            #expect(text { session.writePeerSubject(into: $0) } == "")
            #expect(text { session.writePeerNames(into: $0) } == "")
            #expect(text { session.writePeerSerial(into: $0) } == "")
            #expect(text { session.writePeerFingerprint(into: $0) } == "")
        }
    }

    @Test("a resumed session keeps what became of the certificate", arguments: TLSVersion.allCases)
    func resumed(version: TLSVersion) {
        let keys = TicketKeys(TicketKeySet(.random()))
        let expired = Fixture.issuer.client(subject: "/CN=old", days: -30 ... -2)
        let good = Fixture.issuer.client(subject: "/CN=new")
        for (issued, word, subject) in [
            (expired, "certificate_expired", ""), (good, "ok", "CN=new"),
        ] {
            let contexts = Fixture.server {
                $0.tickets = keys
                $0.clientAuthentication = ClientAuthentication(
                    mode: .request, authorities: Fixture.authorities)
            }
            let context = Fixture.client {
                $0.certificate = Fixture.load(issued)
                $0.tls.maximumVersion = version
            }
            let slot = TLSSessionSlot()
            for round in 0..<2 {
                let peers = Peers(contexts, context, slot: slot)
                #expect(peers.shake().server == .done && peers.settle() == .wouldRead)
                let session = peers.server
                #expect(session.isResumed == (round == 1))
                #expect(session.peerWord == word)
                #expect(text { session.writePeerSubject(into: $0) } == subject)
            }
            slot.deallocate()
            contexts.free()
        }
        keys.deallocate()
    }

    @Test("revocation lists are heeded, and have to be there and up to date")
    func revocations() throws {
        let root = TestAuthority(name: "Root With Lists")
        let issuer = root.intermediate(name: "Issuer With Lists")
        let (kept, revoked) = (
            issuer.client(subject: "/CN=kept"), issuer.client(subject: "/CN=gone")
        )
        issuer.revoke(revoked)
        let lists = root.revocations() + issuer.revocations()
        func found(_ issued: TestAuthority.Issued, _ lists: [UInt8]) throws -> TLSProgress {
            let authorities = try TrustedAuthorities.load(
                certificates: root.own.certificate, revocations: lists
            ).get()
            defer { authorities.free() }
            return peers(contexts(.require, authorities), issued).shake().server
        }
        #expect(try found(kept, lists) == .done)
        #expect(try found(revoked, lists) == .failed(.certificateRevoked))
        #expect(try found(kept, root.revocations()) == .failed(.revocationUnknown))
        let outdated = root.revocations() + issuer.revocations(days: -1)
        #expect(try found(kept, outdated) == .failed(.revocationUnknown))
        for bad in [[], Array("no list".utf8), root.own.certificate] {
            let loaded = TrustedAuthorities.load(
                certificates: root.own.certificate, revocations: bad)
            guard case .failure(.unreadableRevocations) = loaded else {
                Issue.record("a list was read of \(bad.count) bytes")
                continue
            }
        }
        #expect(ERR_peek_error() == 0)
    }

    @Test("a chain may not be longer than the listener takes")
    func depth() {
        let issued = Fixture.issuer.client(subject: "/CN=deep")
        #expect(peers(contexts(.require, depthMax: 1), issued).shake().server == .done)
        let refused = peers(contexts(.require, depthMax: 0), issued).shake().server
        #expect(refused == .failed(.badCertificate) || refused == .failed(.unknownAuthority))
    }

    @Test("clients are told whose certificates are good")
    func names() {
        let peers = peers(contexts(.request), nil)
        #expect(peers.shake().client == .done)
        let names = SSL_get0_peer_CA_list(peers.client.ssl)
        #expect(OPENSSL_sk_num(names) == 1)
        let name = OPENSSL_sk_value(names, 0).map { CertificateFacts.text(OpaquePointer($0)) }
        #expect(name == "CN=Test Root")
    }
}
