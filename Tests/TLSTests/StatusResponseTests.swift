// OCSP responses: what is stapled to handshakes, and what is not fit to be.

import COpenSSL
import Glibc
import Support
import Testing

@testable import TLS

@Suite("Stapled responses")
struct StatusResponseTests {
    private static let issuer = TestAuthority(name: "Root Of Responses").intermediate(
        name: "Issuer Of Responses")
    private static let issued = issuer.server(["s.example.com"])
    private static let revoked = issuer.server(["r.example.com"])

    private func problem(
        _ bytes: [UInt8], _ issued: TestAuthority.Issued = issued
    ) -> StatusResponse.Problem? {
        let chain = Fixture.load(issued)
        defer { chain.free() }
        switch StatusResponse.check(bytes, for: chain) {
        case .success: return nil
        case .failure(let problem): return problem
        }
    }

    @Test("a response is stapled for clients that ask", arguments: TLSVersion.allCases)
    func stapling(version: TLSVersion) throws {
        let chain = Fixture.load(Self.issued)
        let response = try StatusResponse.check(
            Self.issuer.status(of: Self.issued), for: chain
        ).get()
        chain.stapled = response.bytes
        let contexts = Fixture.server([Fixture.ecdsaChain, chain])
        for (name, asks, expected) in [
            ("s.example.com", true, response.bytes), ("s.example.com", false, []),
            ("a.example.com", true, []),
        ] {
            let context = Fixture.client {
                $0.authorities = nil
                $0.asksForStatus = asks
                $0.tls.maximumVersion = version
            }
            let peers = Peers(contexts, context, name: name)
            #expect(peers.shake().client == .done)
            var bytes: UnsafePointer<UInt8>?
            let count = copenssl_status_response(peers.client.ssl, &bytes)
            let stapled = Array(UnsafeBufferPointer(start: bytes, count: max(0, count)))
            #expect(stapled == expected, "\(name)")
        }
        contexts.free()
        chain.free()
    }

    @Test("a response says for how long it holds")
    func times() throws {
        let now = Int64(time(nil))
        let chain = Fixture.load(Self.issued)
        let response = try StatusResponse.check(
            Self.issuer.status(of: Self.issued, days: 3), for: chain
        ).get()
        let next = try #require(response.nextUpdate)
        #expect(abs(response.thisUpdate - now) < 600 && abs(next - now - 3 * 86400) < 600)
        #expect(response.problem(at: now + 600) == nil)
        #expect(response.problem(at: next + 1) == .outdated(since: next))
        #expect(
            response.problem(at: response.thisUpdate - 1) == .notYetValid(from: response.thisUpdate)
        )
        chain.free()
    }

    @Test("responses that are not fit are told with their reason")
    func problems() throws {
        let good = Self.issuer.status(of: Self.issued)
        #expect(problem(good) == nil)
        #expect(problem([]) == .unreadable)
        #expect(problem(Array("no response".utf8)) == .unreadable)
        #expect(problem(Array(good.dropLast(5))) == .unreadable)
        #expect(problem([0x30, 3, 0x0a, 1, 3]) == .unsuccessful(3))
        #expect(problem(good, Self.revoked) == .otherCertificate)
        Self.issuer.revoke(Self.revoked)
        #expect(problem(Self.issuer.status(of: Self.revoked), Self.revoked) == .revoked)
        // What is signed begins before, and is longer.
        var changed = good
        changed[60] ^= 1
        #expect(problem(changed) != nil)
        let bare = try CertificateChain.load(
            certificates: Self.issued.certificate, key: Self.issued.key
        ).get()
        guard case .failure(.noIssuer) = StatusResponse.check(good, for: bare) else {
            Issue.record("a response was checked without an issuer")
            return
        }
        bare.free()
        #expect(ERR_peek_error() == 0)
    }
}
