// What a good file comes to.

import Config
import Testing

@Suite struct ConfigurationTests {
    @Test func leftOutKeysHaveTheirDefaults() {
        var listener = ListenerConfiguration()
        listener.name = "web"
        listener.bind = [.ipv4(0x7f00_0001, port: 80)]
        listener.upstream = "site"
        var upstream = UpstreamConfiguration()
        upstream.name = "site"
        upstream.backends = [BackendConfiguration(address: .ipv4(0x0a00_0001, port: 80))]
        var expected = Configuration()
        expected.listeners = [listener]
        expected.upstreams = [upstream]
        #expect(parse(small).configuration == expected)
        #expect(parse(small).diagnostics == [])
        #expect(expected.upstream(named: "site") == upstream)
        #expect(expected.upstream(named: "other") == nil)
    }

    @Test func theDefaultsAreThoseOfTheReference() {
        let configuration = Configuration()
        #expect(configuration.workers == nil && configuration.maxConnections == nil)
        #expect(configuration.drainTimeout == .seconds(30))
        #expect(configuration.admin.socket == "/run/sluice/admin.sock")
        #expect(configuration.admin.mode.description == "0600")
        #expect(configuration.log == LogConfiguration())
        #expect(configuration.resolver.servers == [] && configuration.resolver.attempts == 3)
        #expect(configuration.resolver.timeout == .seconds(1))
        #expect(configuration.resolver.minTTL == .seconds(1))
        #expect(configuration.resolver.maxTTL == .seconds(60))
        let listener = ListenerConfiguration()
        #expect(listener.backlog == 4096 && !listener.ipv6Only && listener.protocol == .tcp)
        #expect(listener.tcp.nodelay && listener.tcp.userTimeout == nil)
        #expect(listener.tcp.keepalive?.idle == .seconds(60))
        #expect(listener.tcp.keepalive?.interval == .seconds(10))
        #expect(listener.tcp.keepalive?.count == 6)
        #expect(listener.timeouts.idle == .seconds(3600))
        #expect(listener.timeouts.halfClosed == .seconds(30) && listener.timeouts.lifetime == nil)
        let upstream = UpstreamConfiguration()
        #expect(upstream.balance.algorithm == .randomTwo && upstream.balance.key == .sourceIP)
        #expect(upstream.balance.tableSize == 65_537 && upstream.balance.boundedLoad == nil)
        #expect(upstream.connect.timeout == .seconds(3) && upstream.connect.retries == 2)
        #expect(upstream.drainTimeout == .seconds(300))
    }

    @Test func whatGuardsAnUpstreamIsOnUnlessItCostsTheBackendsSomething() {
        let upstream = UpstreamConfiguration()
        #expect(upstream.health == nil && upstream.pool == nil)
        #expect(upstream.dns == nil && upstream.file == nil)
        #expect(upstream.eject?.failures == 5 && upstream.eject?.maxPercent == 50)
        #expect(upstream.eject?.base == .seconds(10) && upstream.eject?.max == .seconds(300))
        #expect(upstream.eject != nil && upstream.eject?.successRate == nil)
        #expect(upstream.slowStart == .seconds(10) && upstream.failOpen == 0)
        #expect(upstream.queue != nil && upstream.queue?.size == nil)
        #expect(upstream.queue?.timeout == .seconds(5))
        #expect(upstream.connect.retryBudget?.percent == 20)
        #expect(upstream.connect.retryBudget?.perSecond == 3)
        let health = HealthConfiguration()
        #expect(health.probe == .tcp(send: [], expect: []))
        #expect(health.interval == .seconds(5) && health.timeout == .seconds(2))
        #expect(health.rise == 2 && health.fall == 3 && health.port == nil)
        let http = HTTPProbeConfiguration()
        #expect(http.method == "GET" && http.path == "/" && http.host == nil && http.body == nil)
        #expect(http.statuses == [200...399])
        let rate = SuccessRateConfiguration()
        #expect(rate.minimumConnections == 100 && rate.minimumBackends == 5)
        #expect(rate.deviations == 1.9 && rate.interval == .seconds(10))
        #expect(PoolConfiguration().maxIdle == .seconds(30))
        #expect(PoolConfiguration().maxAge == .seconds(3600))
        let backend = BackendConfiguration(address: .unix(path: "/a"))
        #expect(backend.weight == 1 && backend.priority == 0 && backend.maxConnections == nil)
    }

    @Test func everyKeyReachesItsField() throws {
        let result = parse(complete)
        #expect(report(result) == [])
        let configuration = try #require(result.configuration)
        #expect(configuration.workers == 3)
        #expect(configuration.maxConnections == 5000)
        #expect(configuration.drainTimeout == .seconds(45))
        #expect(configuration.admin.socket == "/tmp/admin.sock")
        #expect(configuration.admin.mode.bits == 0o660)
        #expect(configuration.log.format == .json && configuration.log.level == .debug)
        #expect(configuration.log.file == "/var/log/sluice/sluice.log")
    }

    @Test func everyKeyOfAListenerReachesItsField() throws {
        let listener = try #require(parse(complete).configuration?.listeners.first)
        #expect(listener.name == "web" && listener.protocol == .tcp && listener.upstream == "site")
        #expect(
            listener.bind.map(\.description) == [
                "0.0.0.0:80", "[2001:db8::1]:80", "unix:/run/web.sock", "unix:/run/web2.sock",
            ])
        #expect(listener.maxConnections == 1000 && listener.backlog == 128 && listener.ipv6Only)
        #expect(listener.mode?.bits == 0o666)
        #expect(listener.owner == "www-data" && listener.group == "33")
        #expect(!listener.tcp.nodelay)
        var keepalive = KeepaliveConfiguration()
        keepalive.idle = .seconds(30)
        keepalive.interval = .seconds(5)
        keepalive.count = 3
        #expect(listener.tcp.keepalive == keepalive)
        #expect(listener.tcp.userTimeout == .seconds(20))
        #expect(listener.tcp.deferAccept == .seconds(5) && listener.tcp.fastOpen == 256)
        #expect(listener.timeouts.idle == nil)
        #expect(listener.timeouts.halfClosed == .milliseconds(500))
        #expect(listener.timeouts.lifetime == .seconds(86_400))
    }

    @Test func everyKeyOfAnUpstreamReachesItsField() throws {
        let upstream = try #require(parse(complete).configuration?.upstreams.first)
        #expect(upstream.name == "site")
        #expect(upstream.balance.algorithm == .maglev && upstream.balance.key == .sourceIPPort)
        #expect(upstream.balance.tableSize == 4099 && upstream.balance.boundedLoad == 1.25)
        #expect(upstream.connect.timeout == .milliseconds(250) && upstream.connect.retries == 1)
        #expect(upstream.connect.source == .ipv4(0x0a00_0009))
        #expect(!upstream.tcp.nodelay && upstream.tcp.keepalive == nil)
        #expect(upstream.tcp.userTimeout == .seconds(60))
        #expect(upstream.drainTimeout == .zero)
        #expect(
            upstream.backends.map(\.identity) == [
                "10.0.0.1:80", "[2001:db8::2]:8080", "unix:/run/app.sock", "host.example:443",
                "two", "10.0.0.3:80", "10.0.0.4:80",
            ])
        #expect(upstream.backends.map(\.weight) == [1, 1, 1, 1, 0, 1, 1])
        #expect(upstream.backends.map(\.priority) == [0, 0, 0, 0, 0, 3, 1])
        #expect(upstream.backends.map(\.maxConnections) == [nil, nil, nil, nil, nil, 500, nil])
        #expect(upstream.backends[4].name == "two")
        #expect(upstream.backends[4].address == .ipv4(0x0a00_0002, port: 80))
    }

    @Test func everyKeyOfTheResolverReachesItsField() throws {
        let resolver = try #require(parse(complete).configuration?.resolver)
        #expect(
            resolver.servers == [
                ResolverServer(host: "127.0.0.1", port: 5353), ResolverServer(host: "::1"),
                ResolverServer(host: "10.0.0.53"), ResolverServer(host: "2001:db8::53"),
            ])
        #expect(
            resolver.servers.map(\.description) == [
                "127.0.0.1:5353", "[::1]:53", "10.0.0.53:53", "[2001:db8::53]:53",
            ])
        #expect(resolver.timeout == .milliseconds(500) && resolver.attempts == 2)
        #expect(resolver.minTTL == .seconds(5) && resolver.maxTTL == .seconds(300))
    }

    @Test func everyKeyThatGuardsAnUpstreamReachesItsField() throws {
        let upstream = try #require(parse(complete).configuration?.upstreams.first)
        let health = try #require(upstream.health)
        #expect(health.probe == .tcp(send: Array("PING\r\n".utf8), expect: Array("+PONG".utf8)))
        #expect(health.interval == .seconds(2) && health.timeout == .seconds(1))
        #expect(health.rise == 1 && health.fall == 2 && health.port == 9000)
        let eject = try #require(upstream.eject)
        #expect(eject.failures == 3 && eject.base == .seconds(5) && eject.max == .seconds(60))
        #expect(eject.maxPercent == 25)
        let rate = try #require(eject.successRate)
        #expect(rate.deviations == 2.5 && rate.interval == .seconds(60))
        #expect(rate.minimumConnections == 10 && rate.minimumBackends == 3)
        #expect(upstream.slowStart == .zero && upstream.failOpen == 20)
        #expect(upstream.queue?.size == 64 && upstream.queue?.timeout == .seconds(1))
        let pool = try #require(upstream.pool)
        #expect(pool.warm == 4 && pool.maxIdle == .seconds(10) && pool.maxAge == .seconds(600))
        let budget = try #require(upstream.connect.retryBudget)
        #expect(budget.percent == 10 && budget.perSecond == 7)
    }

    @Test func backendsMayComeFromANameOrAFile() throws {
        let configuration = try #require(parse(complete).configuration)
        let named = try #require(configuration.upstream(named: "named"))
        #expect(named.backends == [] && named.file == nil)
        let dns = try #require(named.dns)
        #expect(dns.name == "_redis._tcp.cache.example" && dns.type == .srv && dns.port == nil)
        #expect(dns.maxConnections == 100)
        let listed = try #require(configuration.upstream(named: "listed"))
        #expect(listed.backends == [] && listed.dns == nil && listed.file == "cache.backends")
        #expect(listed.health?.probe == .tcp(send: [10, 11], expect: [0, 255]))
    }

    @Test func whatIsOffIsNil() throws {
        let configuration = try #require(parse(complete).configuration)
        let upstream = try #require(configuration.upstream(named: "named"))
        #expect(upstream.eject == nil && upstream.failOpen == nil && upstream.queue == nil)
        #expect(upstream.connect.retryBudget == nil)
        let plain = parse(
            small + "    health: off\n    pool: off\n    eject: { success_rate: off }\n")
        #expect(plain.configuration == parse(small).configuration)
    }

    @Test func everyKeyOfAnHTTPProbeReachesItsField() throws {
        let configuration = try #require(parse(complete).configuration)
        var http = HTTPProbeConfiguration()
        http.method = "POST"
        http.path = "/healthz?full=1"
        http.host = "a.example:8080"
        http.statuses = [200...299, 304...304]
        http.body = "ok"
        #expect(configuration.upstream(named: "named")?.health?.probe == .http(http))
    }

    @Test(
        arguments: [
            ("{}", []), ("{ send: 'a' }", [0x61]), ("{ send: \"\\x00\\t\\e\" }", [0, 9, 27]),
            ("{ send: \"\\\\r\" }", [0x5c, 0x72]), ("{ send: 12 }", [0x31, 0x32]),
            ("{ send: off }", [0x6f, 0x66, 0x66]),
            ("{ send_hex: 00 }", [0]), ("{ send_hex: \"DEADbeef\" }", [0xde, 0xad, 0xbe, 0xef]),
        ] as [(String, [UInt8])])
    func bytesOfAProbeAreExact(_ probe: String, _ bytes: [UInt8]) {
        let result = parse(small + "    health: { tcp: \(probe) }\n")
        let found = result.configuration?.upstreams.first?.health?.probe
        #expect(found == .tcp(send: bytes, expect: []), "\(report(result))")
    }

    @Test func textOfAProbeMayBeABlock() {
        let block = "    health:\n      tcp:\n        send: |\n          a\n          b\n"
        #expect(
            parse(small + block).configuration?.upstreams.first?.health?.probe
                == .tcp(send: Array("a\nb\n".utf8), expect: []))
    }

    @Test(
        arguments: [
            ("304", [304...304]), ("200-299", [200...299]), ("[100, 599]", [100...100, 599...599]),
            ("[\"200-204\", 301-301]", [200...204, 301...301]),
        ] as [(String, [ClosedRange<Int>])])
    func statusesAreNumbersAndRanges(_ text: String, _ statuses: [ClosedRange<Int>]) {
        let result = parse(small + "    health: { http: { expect: \(text) } }\n")
        var http = HTTPProbeConfiguration()
        http.statuses = statuses
        #expect(
            result.configuration?.upstreams.first?.health?.probe == .http(http),
            "\(report(result))")
    }

    @Test(arguments: BalanceAlgorithm.allCases)
    func theShortFormOfBalanceIsAnAlgorithm(_ algorithm: BalanceAlgorithm) {
        let short = parse(small + "    balance: \(algorithm.rawValue)\n").configuration
        let long = parse(small + "    balance: { algorithm: \(algorithm.rawValue) }\n")
            .configuration
        #expect(short?.upstreams.first?.balance.algorithm == algorithm)
        #expect(short == long)
    }

    @Test func orderIsThatOfTheFile() {
        let text = """
            upstreams:
              z: { backends: ["b:2", "a:1"] }
              a: { backends: ["c:1"] }
            listeners:
              two: { bind: "127.0.0.1:2", upstream: z }
              one: { bind: ["127.0.0.1:1", "127.0.0.1:3"], upstream: a }
            """
        let configuration = parse(text).configuration
        #expect(configuration?.listeners.map(\.name) == ["two", "one"])
        #expect(configuration?.upstreams.map(\.name) == ["z", "a"])
        #expect(configuration?.upstreams.first?.backends.map(\.identity) == ["b:2", "a:1"])
    }

    @Test func tenThousandBackendsAreOneFile() {
        var text = "listeners: { l: { bind: /l, upstream: u0 } }\nupstreams:\n"
        for upstream in 0..<10 {
            text += "  u\(upstream):\n    backends:\n"
            for backend in 0..<1000 {
                text += "      - address: 10.\(upstream).\(backend / 250).\(backend % 250):8080\n"
                text += "        name: backend-\(upstream)-\(backend)\n        weight: 10\n"
            }
        }
        let result = parse(text)
        #expect(
            result.configuration?.upstreams.map(\.backends.count)
                == [Int](repeating: 1000, count: 10))
        #expect(result.diagnostics.count == 9)  // upstreams that are not used
    }
}
