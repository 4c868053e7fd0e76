// Members of upstreams by DNS: they follow the records, and outlive what the records' servers do.

import Config
import Glibc
import Linux
import Support
import Testing

@testable import Control

@Suite("Members by DNS", .serialized)
struct DiscoveryTests {
    /// What a test looks at.
    private final class Fixture {
        let loop: ControlLoop
        let resolver: Resolver
        let discovery: Discovery
        var changes = 0

        init(_ settings: ResolverConfiguration) throws {
            loop = try ControlLoop()
            resolver = Resolver(loop: loop, settings: settings)
            discovery = Discovery(loop: loop, resolver: resolver)
            discovery.onChange = { [unowned self] in changes += 1 }
        }

        deinit {
            discovery.finish()
            resolver.finish()
        }

        func set(_ name: String, _ type: DNSRecordType, port: UInt16? = 80) {
            discovery.setSources([
                "one": DiscoveryTests.source(name, type, port: port, maxConnections: 9)
            ])
        }

        var members: [String]? { discovery.members("one")?.map(\.identity) }

        var lastError: String? { discovery.knowledge("one")?.lastError }
    }

    /// A source of records.
    private static func source(
        _ name: String, _ type: DNSRecordType = .a, port: UInt16?, maxConnections: Int? = nil
    ) -> DiscoverySource {
        var source = DNSSourceConfiguration(name: name)
        source.type = type
        source.port = port
        source.maxConnections = maxConnections
        return .dns(source)
    }

    @Test("address records are members with the port of the source, sorted, and follow the records")
    func addresses() throws {
        let server = DNSMasq(hosts: "10.0.0.2 a.test\n10.0.0.10 a.test\n")
        let test = try Fixture(.local(server.port))
        test.set("a.test", .a)
        #expect(test.members == nil && !test.discovery.hasAnswered)
        #expect(test.loop.run { test.members == ["10.0.0.10:80", "10.0.0.2:80"] })
        #expect(test.discovery.members("one")?.map(\.maxConnections) == [9, 9])
        server.setHosts("10.0.0.3 a.test\n10.0.0.10 a.test\n")
        #expect(test.loop.run { test.members == ["10.0.0.10:80", "10.0.0.3:80"] })
        #expect(test.changes == 2 && test.discovery.hasAnswered)
        server.setHosts("")
        #expect(test.loop.run { test.lastError == "a.test: the name does not exist" })
        #expect(test.members == ["10.0.0.10:80", "10.0.0.3:80"] && test.changes == 2)
        server.setHosts("fd00::1 a.test\n")
        #expect(test.loop.run { test.lastError == "a.test: the name has no such records" })
        #expect(test.members == ["10.0.0.10:80", "10.0.0.3:80"] && test.changes == 2)
        test.set("a.test", .aaaa)
        #expect(test.members == nil)
        #expect(test.loop.run { test.members == ["[fd00::1]:80"] })
    }

    @Test("the same records in another order are no change")
    func order() throws {
        let server = FakeNameServer { _ in .records([.a(1), .a(2), .a(1)]) }
        defer { server.stop() }
        let test = try Fixture(.local(server.port))
        test.set("a.test", .a)
        #expect(test.loop.run { test.members == ["10.0.0.1:80", "10.0.0.2:80"] })
        server.set { _ in .records([.a(2), .a(1)]) }
        let before = server.questions.count
        #expect(test.loop.run { server.questions.count >= before + 3 })
        #expect(test.changes == 1)
    }

    @Test("addresses that are no server's are left out, IPv4 in IPv6 clothes is IPv4")
    func strange() throws {
        let mapped = [UInt8](repeating: 0, count: 10) + [255, 255, 10, 0, 0, 8]
        let server = FakeNameServer { question in
            switch question.name {
            case "null.test": .records([.init(type: 1, data: [0, 0, 0, 0])])
            case "mixed.test": .records([.init(type: 1, data: [0, 0, 0, 0]), .a(4)])
            default:
                .records([
                    .init(type: 28, data: mapped),
                    .init(type: 28, data: [UInt8](repeating: 0, count: 16)),
                    .init(type: 28, data: mapped.prefix(12) + [0, 0, 0, 0]),
                ])
            }
        }
        defer { server.stop() }
        let test = try Fixture(.local(server.port))
        test.set("null.test", .a)
        #expect(test.loop.run { test.lastError == "null.test: its addresses are no server's" })
        #expect(test.members == nil)
        test.set("mixed.test", .a)
        #expect(test.loop.run { test.members == ["10.0.0.4:80"] })
        test.set("mapped.test", .aaaa)
        #expect(test.loop.run { test.members == ["10.0.0.8:80"] })
    }

    @Test("services are members by target and port, with weight and rank, once they have addresses")
    func services() throws {
        let server = DNSMasq(
            hosts: "10.0.0.1 one.test\n10.0.0.2 two.test\n",
            "--srv-host=_redis._tcp.test,one.test,6379,10,5",
            "--srv-host=_redis._tcp.test,two.test,6380,20,0",
            "--srv-host=_redis._tcp.test,three.test,6381,20,65000")
        let test = try Fixture(.local(server.port))
        var knownAtChange: [Bool] = []
        test.discovery.onChange = { [unowned test] in
            test.changes += 1
            let targets = ["one.test", "two.test", "three.test"]
            knownAtChange.append(test.resolver.hasAnswered(targets))
        }
        test.set("_redis._tcp.test", .srv, port: nil)
        #expect(test.loop.run { test.members != nil })
        #expect(knownAtChange == [true])
        let members = try #require(test.discovery.members("one"))
        #expect(members.map(\.identity) == ["one.test:6379", "three.test:6381", "two.test:6380"])
        #expect(members.map(\.weight) == [5, 1000, 1] && members.map(\.priority) == [0, 1, 1])
        #expect(test.resolver.answers["one.test"]?.addresses.map(\.numericHost) == ["10.0.0.1"])
        #expect(test.resolver.answers["three.test"]?.failure == "the name does not exist")
        #expect(test.changes == 1)
        server.setHosts("10.0.0.7 one.test\n10.0.0.2 two.test\n")
        #expect(
            test.loop.run {
                test.resolver.answers["one.test"]?.addresses.map(\.numericHost) == ["10.0.0.7"]
            })
        #expect(test.changes == 1, "a member is who it was when its address is another")
    }

    @Test("new services wait for their addresses; when none has one the old ones stay")
    func resolvedFirst() throws {
        let reply: @Sendable (String) -> @Sendable (FakeNameServer.Question) -> FakeNameServer.Reply
        reply = { target in
            { question in
                switch (question.type, question.name) {
                case (33, _): .records([.srv(target)])
                case (1, "old.test"): .records([.a(1)])
                case (28, "old.test"): .records([])
                case (_, "lost.test"): .code(3)
                case (1, "new.test"): .records([.a(2)])
                default: .records([])
                }
            }
        }
        let server = FakeNameServer(reply("old.test"))
        defer { server.stop() }
        let test = try Fixture(.local(server.port))
        test.set("_x._tcp.test", .srv)
        #expect(test.loop.run { test.members == ["old.test:80"] })
        server.set(reply("lost.test"))
        #expect(
            test.loop.run { test.lastError == "_x._tcp.test: none of its targets has an address" })
        #expect(test.members == ["old.test:80"] && test.changes == 1)
        // The old target is still kept resolved.
        let asked = server.questions.count
        #expect(test.loop.run { server.questions[asked...].contains { $0.name == "old.test" } })
        var resolvedAtChange: [String]?
        test.discovery.onChange = {
            resolvedAtChange = test.resolver.answers["new.test"]?.addresses.map(\.numericHost)
        }
        server.set(reply("new.test"))
        #expect(test.loop.run { test.members == ["new.test:80"] })
        #expect(resolvedAtChange == ["10.0.0.2"] && test.lastError == nil)
        #expect(test.loop.run { test.resolver.answers["old.test"] == nil })
        server.set(reply(""))
        #expect(test.loop.run { test.lastError == "_x._tcp.test: the name has no such records" })
        #expect(test.members == ["new.test:80"])
    }

    @Test("a server that falls silent leaves the members and is told of, with how old they are")
    func silence() throws {
        let server = FakeNameServer { _ in .records([.a(1)]) }
        defer { server.stop() }
        let test = try Fixture(.local(server.port, timeoutMs: 30, attempts: 1))
        test.set("a.test", .a)
        #expect(test.loop.run { test.members == ["10.0.0.1:80"] })
        let good = try #require(test.discovery.knowledge("one"))
        #expect(good.memberCount == 1 && good.lastError == nil && (good.ageMs ?? 99) < 90)
        #expect(good.nextRefreshMs.map { $0 <= 44 } == true)
        server.set { _ in .silence }
        #expect(test.loop.run { test.lastError == "a.test: no name server answered in time" })
        let bad = try #require(test.discovery.knowledge("one"))
        #expect(bad.memberCount == 1 && (bad.ageMs ?? 0) >= 30)
        #expect(bad.nextRefreshMs.map { (500...1000).contains($0) } == true)
        #expect(test.members == ["10.0.0.1:80"] && test.changes == 1)
    }

    @Test("a source that stays keeps its members, one that goes takes them along")
    func sources() throws {
        let server = FakeNameServer { _ in .records([.a(1)]) }
        defer { server.stop() }
        let test = try Fixture(.local(server.port))
        let source = Self.source("a.test", port: 80)
        let other = Self.source("a.test", port: 81)
        test.discovery.setSources(["one": source])
        #expect(test.loop.run { test.members == ["10.0.0.1:80"] })
        test.discovery.setSources(["one": source, "two": other])
        #expect(test.members == ["10.0.0.1:80"])
        // What the resolver knows is taken at once.
        #expect(test.discovery.members("two")?.map(\.identity) == ["10.0.0.1:81"])
        test.discovery.setSources(["two": other])
        #expect(test.members == nil && test.discovery.knowledge("one") == nil)
        test.discovery.setSources([:])
        #expect(test.resolver.answers[.a("a.test")] == nil && test.discovery.hasAnswered)
        #expect(test.changes == 1)
    }

    @Test(
        "weights of services keep their proportions within a priority, and none is nothing",
        arguments: [
            ([5, 0, 1000], [5, 1, 1000]), ([65_535, 32_768, 0], [1000, 500, 1]),
            ([60_000, 20_000, 30], [1000, 333, 1]), ([0, 0, 0], [1, 1, 1]),
        ] as [([UInt16], [Int])])
    func weights(given: [UInt16], taken: [Int]) {
        var services = given.enumerated().map {
            ServiceRecord(target: "h\($0.offset)", port: 80, priority: 1, weight: $0.element)
        }
        services.append(ServiceRecord(target: "other", port: 80, priority: 2, weight: 7))
        let backends = DiscoveredList.backends(of: services, maxConnections: nil)
        let weights = Dictionary(
            uniqueKeysWithValues: backends.map { ($0.identity, $0.weight) })
        #expect((0..<given.count).map { weights["h\($0):80"] } == taken)
        #expect(weights["other:80"] == 7)
    }

    @Test("priorities become ranks in their order, the last of which is shared")
    func ranks() {
        let services = (0..<10).map {
            ServiceRecord(target: "h\($0)", port: 80, priority: UInt16($0 * 100), weight: 7)
        }
        let backends = DiscoveredList.backends(of: services.reversed(), maxConnections: nil)
        #expect(backends.map(\.priority) == [0, 1, 2, 3, 4, 5, 6, 7, 7, 7])
        let twice = DiscoveredList(
            DiscoveredList.backends(
                of: [
                    ServiceRecord(target: "a", port: 80, priority: 5, weight: 1),
                    ServiceRecord(target: "a", port: 80, priority: 2, weight: 3),
                ], maxConnections: nil))
        #expect(twice.members?.count == 1 && twice.members?.first?.weight == 3)
    }
}
