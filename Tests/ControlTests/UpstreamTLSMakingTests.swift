// What upstreams' TLS is made of, and when it stays the same.

import Linux
import Proxy
import Support
import Testing

@testable import Config
@testable import Control

@Suite("Making upstreams' TLS")
struct UpstreamTLSMakingTests {
    private static let authority = TestAuthority()
    private let folder = TemporaryDirectory()
    private var path: String { folder.file("sluice.yaml") }

    private func configuration(
        _ change: (inout UpstreamTLSConfiguration) -> Void = { _ in }
    ) -> Configuration {
        var tls = UpstreamTLSConfiguration()
        tls.ca = "ca.pem"
        change(&tls)
        var upstream = UpstreamConfiguration()
        upstream.name = "site"
        upstream.tls = tls
        upstream.backends = [BackendConfiguration(address: .ipv4(0x7f00_0001, port: 443))]
        var configuration = Configuration()
        configuration.upstreams = [upstream]
        return configuration
    }

    private func write(_ bytes: [UInt8], to name: String = "ca.pem") {
        folder.write(String(decoding: bytes, as: UTF8.self), to: name)
    }

    private func make(
        _ configuration: Configuration, keeping known: UpstreamTLS? = nil, keepsKnown: Bool = false
    ) throws -> UpstreamTLS {
        let set = try UpstreamTLSSet(
            configuration, beside: path, keeping: known.map { ["site": $0] } ?? [:],
            keepsKnown: keepsKnown, workerCount: 2)
        return try #require(set.byUpstream["site"])
    }

    private func storage(
        _ configuration: Configuration, _ tls: UpstreamTLS, _ registry: StateRegistry,
        sharing previous: UpstreamStorage? = nil
    ) throws -> UpstreamStorage {
        let upstream = configuration.upstreams[0]
        let address = try #require(SocketAddress(upstream.backends[0].address))
        return UpstreamStorage(
            upstream, addresses: [address], tls: tls, registry: registry, sharing: previous)
    }

    @Test("a backend is called by the configured name, its host, or its address")
    func names() throws {
        write(Self.authority.own.certificate)
        let plain = try make(configuration())
        let named = try make(configuration { $0.serverName = "shop.test" })
        let addresses: [(BackendAddress, String)] = [
            (.host(name: "a.test", port: 1), "a.test"), (.ipv4(0x0a00_0102, port: 1), "10.0.1.2"),
            (.unix(path: "/run/a.sock"), ""),
        ]
        for (address, name) in addresses {
            #expect(plain.serverName(of: address) == name)
            #expect(named.serverName(of: address) == "shop.test")
        }
        #expect(plain.probe(socket: 0, name: "") == nil, "a backend without a name is believed")
    }

    @Test("it stays the same while neither configuration nor files change, and with it sessions")
    func keeping() throws {
        write(Self.authority.own.certificate)
        let registry = StateRegistry(workerCount: 2)
        let first = try make(configuration())
        let before = try storage(configuration(), first, registry)
        let mark = before.plan.pointee.tls?.pointee.mark
        #expect(before.plan.pointee.backends[0].state.pointee.handshakes != nil)
        let slots = before.plan.pointee.backends[0].sessionSlots
        #expect(slots != nil)

        let same = try make(configuration(), keeping: first)
        #expect(same === first)
        let after = try storage(configuration(), same, registry, sharing: before)
        #expect(after.plan.pointee.backends[0].sessionSlots == slots)

        write(TestAuthority(name: "Other").own.certificate)
        let changed = try make(configuration(), keeping: first)
        #expect(changed !== first)
        let later = try storage(configuration(), changed, registry, sharing: after)
        #expect(later.plan.pointee.backends[0].sessionSlots != slots)
        #expect(later.plan.pointee.tls?.pointee.mark != mark)

        let off = configuration { $0.sessionReuse = false }
        let none = try storage(off, try make(off), registry)
        #expect(none.plan.pointee.backends[0].sessionSlots == nil)
    }

    @Test("a file that is no good is told of by its name, and changes nothing that is in force")
    func problems() throws {
        write(Self.authority.own.certificate)
        let known = try make(configuration())
        write(Array("nothing".utf8))
        let wanted = UpstreamTLS.Problem(
            text: "upstream 'site': ca.pem: is not PEM: no -----BEGIN line", file: "ca.pem")
        #expect(throws: wanted) { try make(configuration(), keeping: known) }
        #expect(try make(configuration(), keeping: known, keepsKnown: true) === known)
        let found = UpstreamTLSSet.problems(configuration(), beside: path)
        #expect(found.errors.map(\.file) == ["ca.pem"] && found.warnings.isEmpty)

        let expired = Self.authority.client(subject: "/CN=old", days: -9 ... -1)
        let old = configuration {
            $0.ca = Self.authority.own.certificateFile
            $0.certificate = CertificateConfiguration(cert: expired.certificateFile)
            $0.certificate?.key = expired.keyFile
        }
        let doubtful = UpstreamTLSSet.problems(old, beside: path)
        #expect(doubtful.errors.isEmpty)
        #expect(doubtful.warnings.map(\.file) == [expired.certificateFile])
    }

    @Test("targets are probed as one when their TLS is made of the same and asks for one name")
    func targets() throws {
        write(Self.authority.own.certificate)
        let (one, other) = (try make(configuration()), try make(configuration()))
        let strict = try make(configuration { $0.minVersion = .tls13 })
        func target(_ tls: UpstreamTLS?, _ name: String = "a.test") -> ProbeTarget {
            ProbeTarget(
                address: SocketAddress(ipv4: 0x7f00_0001, port: 1), kind: .connect,
                tls: tls.map { ProbeTLS(upstream: $0, name: name) }, intervalMs: 1, timeoutMs: 1,
                rise: 1, fall: 1)
        }
        #expect(one !== other && target(one) == target(other))
        #expect(Set([target(one), target(other)]).count == 1)
        #expect(target(one) != target(strict) && target(one) != target(nil))
        #expect(target(one) != target(one, "b.test"))
    }

    @Test("a probe asks for its host without port and brackets")
    func hosts() {
        for (host, name) in [
            ("A.test", "a.test"), ("a.test:80", "a.test"), ("[2001:db8::1]:80", "2001:db8::1"),
        ] {
            #expect(ProbeTLS.name(ofHost: host) == name)
        }
    }
}
