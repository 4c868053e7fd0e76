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
        #expect(configuration.log.file == "/var/log/sluice.log")
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
        #expect(upstream.connect.timeout == .milliseconds(250) && upstream.connect.retries == 0)
        #expect(!upstream.tcp.nodelay && upstream.tcp.keepalive == nil)
        #expect(upstream.tcp.userTimeout == .seconds(60))
        #expect(upstream.drainTimeout == .zero)
        #expect(
            upstream.backends.map(\.identity) == [
                "10.0.0.1:80", "[2001:db8::2]:8080", "unix:/run/app.sock", "host.example:443",
                "two",
            ])
        #expect(upstream.backends.map(\.weight) == [1, 1, 1, 1, 0])
        #expect(upstream.backends[4].name == "two")
        #expect(upstream.backends[4].address == .ipv4(0x0a00_0002, port: 80))
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
