// The cookie of an upstream's affinity: what it is made of, and what changes it and what does not.

import Linux
import Support
import Testing

@testable import Config
@testable import Control
@testable import Proxy

@Suite("The cookie of affinity")
struct AffinityCookieTests {
    private let registry = StateRegistry(workerCount: 1)
    private static let secret = "correct horse battery staple"

    private func upstream(
        _ addresses: [String], secret: String? = secret, named name: String = "site"
    ) -> UpstreamConfiguration {
        var upstream = UpstreamConfiguration()
        upstream.name = name
        upstream.affinity = AffinityConfiguration()
        upstream.affinity?.secret = secret
        upstream.backends = addresses.map { BackendConfiguration(address: .unix(path: $0)) }
        return upstream
    }

    /// The values by address, of a plan that is built of an upstream.
    private func values(
        _ upstream: UpstreamConfiguration, in registry: StateRegistry? = nil
    ) throws -> [String: AffinityValue] {
        let storage = UpstreamStorage(
            upstream, addresses: upstream.backends.map { SocketAddress($0.address)! },
            isHTTP: true, registry: registry ?? self.registry, sharing: nil)
        let plan = try #require(storage.plan.pointee.affinity).pointee
        var values: [String: AffinityValue] = [:]
        for (place, backend) in upstream.backends.enumerated() {
            let value = plan.value(of: Int32(place))
            #expect(plan.place(of: value) == place)
            values[backend.identity] = value
        }
        return values
    }

    @Test(
        "a value is the first half of an HMAC-SHA256, as Python's hmac makes it",
        arguments: [
            (secret, "site", "10.0.0.1:80", 0x1413_2f32_2d88_43d1, 0x2710_a119_045e_0105),
            (secret, "site", "web-2", 0x6206_e717_ccfe_8b99, 0x8844_0b43_22a8_09c7),
            ("0123456789abcdef", "shop", "web-2", 0x337c_4371_bea9_48d7, 0x70de_a55a_5c2b_b279),
            (
                String(repeating: "k", count: 256), "site", "web-2",
                0x5426_dbcb_c122_6807, 0xf33e_70c9_7b17_2466
            ),
        ] as [(String, String, String, UInt64, UInt64)])
    func knownValues(
        secret: String, upstream: String, identity: String, high: UInt64, low: UInt64
    ) {
        var affinity = AffinityConfiguration()
        affinity.secret = secret
        let cookie = AffinityCookie(affinity, processSecret: [])
        let value = cookie.value(upstream: upstream, identity: identity)
        #expect(value == AffinityValue(high: high, low: low))
    }

    @Test("every node with the same secret has the same values, another secret others")
    func nodes() throws {
        let here = try values(upstream(["/a", "/b", "/c"]))
        let there = try values(
            upstream(["/a", "/b", "/c"]), in: StateRegistry(workerCount: 4, lastNumber: 99))
        #expect(here == there && Set(here.values.map(\.high)).count == 3)
        let other = try values(upstream(["/a", "/b", "/c"], secret: "another secret!!"))
        #expect(here.allSatisfy { other[$0.key] != $0.value })
        // Records keep a value for as long as the secret stays.
        #expect(try values(upstream(["/c", "/b", "/a"])) == here)
        let named = try values(upstream(["/a", "/b", "/c"], named: "shop"))
        #expect(here.allSatisfy { named[$0.key] != $0.value })
    }

    @Test("order and membership change no value of a backend that stays")
    func membership() throws {
        var random = SeededGenerator()
        let all = (0..<500).map { "/backend-\($0)" }
        let first = try values(upstream(all))
        for _ in 0..<5 {
            let some = Array(all.shuffled(using: &random).prefix(300)) + ["/new"]
            let next = try values(upstream(some))
            #expect(next.count == 301 && next.keys.filter { first[$0] == nil }.count == 1)
            for (identity, value) in next {
                #expect(first[identity] ?? value == value, "seed \(random.seed)")
            }
        }
    }

    @Test("without a secret the process has one, as long as it runs, and no other has it")
    func ownSecret() throws {
        let first = try values(upstream(["/a", "/b"], secret: nil))
        #expect(try values(upstream(["/b", "/a"], secret: nil)) == first)
        let other = StateRegistry(workerCount: 1)
        let elsewhere = try values(upstream(["/a", "/b"], secret: nil), in: other)
        #expect(first.allSatisfy { elsewhere[$0.key] != $0.value })
        #expect(registry.affinitySecret.count == 32)
        #expect(registry.affinitySecret != other.affinitySecret)
    }

    @Test("only an upstream that has it and takes exchanges has a plan for it")
    func absence() {
        for (hasAffinity, isHTTP) in [(false, true), (true, false)] {
            var upstream = upstream(["/a"])
            if !hasAffinity { upstream.affinity = nil }
            let storage = UpstreamStorage(
                upstream, addresses: [SocketAddress(unix: "/a")!], isHTTP: isHTTP,
                registry: registry, sharing: nil)
            #expect(storage.plan.pointee.affinity == nil)
        }
    }

    @Test("an upstream without backends has a cookie that binds to nobody")
    func nobody() throws { #expect(try values(upstream([])).isEmpty) }

    @Test("the attributes are those of the configuration")
    func attributes() {
        var affinity = AffinityConfiguration()
        func text() -> String {
            let cookie = AffinityCookie(affinity, processSecret: [1])
            return cookie.opening + "V" + cookie.ending
        }
        #expect(text() == "Set-Cookie: SLUICE=V; Path=/; HttpOnly; SameSite=Lax\r\n")
        affinity.cookie = "SHOP"
        affinity.path = "/shop"
        affinity.sameSite = .strict
        affinity.maxAge = .seconds(8 * 3600)
        #expect(
            text()
                == "Set-Cookie: SHOP=V; Path=/shop; HttpOnly; SameSite=Strict; Max-Age=28800\r\n")
        affinity.sameSite = .none
        affinity.secure = true
        affinity.maxAge = nil
        #expect(
            text() == "Set-Cookie: SHOP=V; Path=/shop; HttpOnly; Secure; SameSite=None\r\n")
    }
}
