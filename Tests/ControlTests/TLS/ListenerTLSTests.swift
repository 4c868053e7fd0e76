// A listener's contexts: made of its files, shared for as long as these stay what they are, and gone
// with the last snapshot that has them.

import Config
import Glibc
import Proxy
import Support
import Testing

@testable import Control
@testable import TLS

@Suite("A listener's TLS")
struct ListenerTLSTests {
    private static let root = TestAuthority()
    private static let issuer = root.intermediate()
    private static let keys = "{ certificates: [{ cert: a.pem, key: a.key }] }"

    private static func folder() -> CertificateFolder {
        let folder = CertificateFolder()
        folder.write(root.server(["a.example.com"]), to: "a")
        return folder
    }

    @Test("a plan has the contexts of each worker, and what the configuration says")
    func plan() throws {
        let folder = Self.folder()
        let prepared = folder.prepare(
            folder.load(
                "{ certificates: [{ cert: a.pem, key: a.key }], handshake_timeout: 3s }"))
        let tls = try #require(prepared.listeners["web"])
        let plan = tls.plan.pointee
        #expect(plan.handshakeTimeoutMs == 3000 && !plan.takesEarlyData)
        for worker in 0..<2 {
            var sockets: [Int32] = [-1, -1]
            #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &sockets) == 0)
            let session = try #require(plan.contexts[worker].session(socket: sockets[0]))
            session.free()
            for socket in sockets { close(socket) }
        }
    }

    @Test("what has not changed is not made anew, and what has changed is")
    func sharing() throws {
        let folder = Self.folder()
        let resumption = ListenerResumption(now: 0)
        let loaded = folder.load(Self.keys)
        let first = folder.prepare(loaded, resumption: resumption).listeners
        func again(_ loaded: LoadResult) -> [String: ListenerTLS] {
            folder.prepare(loaded, known: first, resumption: resumption).listeners
        }
        #expect(again(loaded)["web"] === first["web"])
        let other = folder.load(
            "{ certificates: [{ cert: a.pem, key: a.key }], handshake_timeout: 3s }")
        #expect(again(other)["web"] !== first["web"])
        folder.write(Self.root.server(["a.example.com"]), to: "a")
        let renewed = try #require(again(loaded)["web"])
        #expect(renewed !== first["web"])
        let fingerprints = [first["web"], renewed].map {
            $0?.certificates.certificates[0].chain.facts.fingerprint
        }
        #expect(fingerprints[0] != fingerprints[1])
    }

    @Test("what is stapled is made anew when its time has come, of what is loaded")
    func stapling() throws {
        let folder = CertificateFolder()
        let issued = Self.issuer.server(["a.example.com"])
        folder.write(issued, to: "a")
        folder.write(Self.issuer.status(of: issued, days: 3), to: "a.ocsp")
        let loaded = folder.load("{ certificates: [{ cert: a.pem, key: a.key, ocsp: a.ocsp }] }")
        let first = folder.prepare(loaded).listeners
        #expect(first["web"]?.stapled == [0])
        let registry = StateRegistry(workerCount: 2)
        let record = registry.listener("web")
        func restapled(after days: Int64) -> ListenerTLS? {
            let prepared = TLSPreparation(
                restapling: first, { _ in record }, workerCount: 2,
                at: folder.now + days * 86_400, now: 0)
            return prepared.listeners["web"]
        }
        #expect(restapled(after: 2) === first["web"])
        let later = try #require(restapled(after: 4))
        #expect(later !== first["web"] && later.stapled == [])
        #expect(later.certificates === first["web"]?.certificates)
        folder.now += 4 * 86_400
        let reloaded = folder.prepare(loaded, known: first).listeners["web"]
        #expect(reloaded !== first["web"] && reloaded?.stapled == [])
    }

    @Test("sessions are not taken up where clients are checked by something else")
    func scope() {
        let folder = Self.folder()
        folder.write(Self.root.own.certificate, to: "one.pem")
        folder.write(Self.issuer.own.certificate, to: "two.pem")
        func scope(_ more: String) -> [UInt8]? {
            folder.prepare(folder.load("{ certificates: [{ cert: a.pem, key: a.key }]\(more) }"))
                .listeners["web"]?.certificates.scope
        }
        let scopes = [
            "", ", client_auth: { ca: one.pem }", ", client_auth: { ca: two.pem }",
            ", client_auth: { ca: one.pem, mode: request }",
            ", client_auth: { ca: one.pem, depth: 1 }",
        ].map(scope)
        #expect(Set(scopes).count == scopes.count && !scopes.contains(nil))
        #expect(scope(", handshake_timeout: 1s") == scopes[0])
    }

    @Test("the end of a certificate is told of once a day, as long as it is in force")
    func warnings() throws {
        let folder = CertificateFolder()
        folder.write(Self.root.server(["a.example.com"], days: -1...5), to: "a")
        let prepared = folder.prepare(folder.load(Self.keys))
        let certificate = try #require(
            prepared.listeners["web"]?.certificates.certificates.first)
        var state = CertificateState()
        let all = [(listener: "web", certificate: certificate)]
        let start = folder.now + 60
        let first = state.warnings(all, at: start)
        let soon = state.warnings(all, at: start + 86_399)
        #expect(first.count == 1 && soon.isEmpty)
        let next = state.warnings(all, at: start + 86_400)
        #expect(next.count == 1 && next[0].words.hasPrefix("expires in 3 days, on "), "\(next)")
        let gone = state.warnings([], at: start + 86_401)
        let back = state.warnings(all, at: start + 86_402)
        #expect(gone.isEmpty && back.count == 1)
    }

    @Test("what cannot be used is news once, until it can be used or is something else")
    func refusals() {
        var state = CertificateState()
        var news = [state.recover()]
        for problem in ["a", "a", "b", "a"] { news.append(state.refuse(problem)) }
        news += [state.recover(), state.recover(), state.refuse("a")]
        #expect(news == [false, true, false, true, true, true, false, true])
        #expect(state.renewals.refused == 5)
    }
}
