// Names and what becomes of them over time: asked for again by their TTL, and never forgotten for a
// failure.

import Glibc
import Linux
import Support
import Testing

@testable import Control

@Suite("Resolving names", .serialized)
struct ResolverTests {
    private func words(_ answer: Resolver.Answer?) -> [String] {
        (answer?.addresses ?? []).map(\.numericHost)
    }

    /// A resolver that asks a fake server, which is stopped at the end.
    private func withFake(
        _ reply: @escaping @Sendable (FakeNameServer.Question) -> FakeNameServer.Reply,
        timeoutMs: UInt64 = 2000, attempts: Int = 2, minTTLMs: UInt64 = 20, maxTTLMs: UInt64 = 40,
        _ body: (ControlLoop, Resolver, FakeNameServer) throws -> Void
    ) throws {
        let server = FakeNameServer(reply)
        defer { server.stop() }
        let loop = try ControlLoop()
        let resolver = Resolver(
            loop: loop,
            settings: .local(
                server.port, timeoutMs: timeoutMs, attempts: attempts, minTTLMs: minTTLMs,
                maxTTLMs: maxTTLMs))
        try body(loop, resolver, server)
        resolver.finish()
        #expect(server.clientCount == 0, "sockets are left")
    }

    @Test("localhost is an address of this machine, without a port and without a server")
    func localhost() throws {
        let loop = try ControlLoop()
        let resolver = Resolver(loop: loop, settings: .local(1))
        var calls = 0
        resolver.onAnswers = { calls += 1 }
        resolver.request(["localhost"])
        #expect(calls == 0, "answers are told of by the loop")
        #expect(loop.run { resolver.hasAnswered(["localhost"]) && calls == 1 })
        let answer = try #require(resolver.answers["localhost"])
        #expect(answer.failure == nil)
        let loopback = [
            SocketAddress(ipv4: 0x7f00_0001, port: 0), SocketAddress(ipv6: 0, 1, port: 0),
        ]
        #expect(!answer.addresses.isEmpty && answer.addresses.allSatisfy(loopback.contains))
        let wait = answer.refreshAt - (answer.answeredAt ?? 0)
        #expect(wait <= 44, "the longest TTL holds for files too: \(wait)")
        resolver.finish()
    }

    @Test("names that cannot be are answered with why, beside more than are asked for at one time")
    func invalid() throws {
        let hosts = (1...150).map { "10.0.0.\($0) h\($0).test\n" }.joined()
        let server = DNSMasq(hosts: hosts)
        let loop = try ControlLoop()
        let resolver = Resolver(loop: loop, settings: .local(server.port, minTTLMs: 60_000))
        // A label beyond 63 bytes is refused before anybody is asked (RFC 1035, section 2.3.4).
        let bad = (0..<10).map { String(repeating: "a", count: 64 + $0) + ".test" }
        let good = (1...150).map { "h\($0).test" }
        resolver.request(bad + good)
        #expect(loop.run { resolver.hasAnswered(bad + good) })
        for name in bad {
            let answer = try #require(resolver.answers[name])
            #expect(answer.addresses.isEmpty && answer.failure == "the name is not a host name")
        }
        let wrong = (1...150).filter {
            words(resolver.answers["h\($0).test"]) != ["10.0.0.\($0)"]
        }
        #expect(wrong.isEmpty)
        #expect(resolver.queryCount == 160 && resolver.failureCounts == [.badName: 10])
        resolver.finish()
    }

    @Test("addresses follow records, and stay when the records are gone")
    func following() throws {
        let server = DNSMasq(hosts: "10.0.0.1 a.test\n")
        let loop = try ControlLoop()
        let resolver = Resolver(loop: loop, settings: .local(server.port))
        resolver.request(["a.test"])
        #expect(loop.run { words(resolver.answers["a.test"]) == ["10.0.0.1"] })
        server.setHosts("10.0.0.2 a.test\nfd00::3 a.test\n")
        #expect(loop.run { words(resolver.answers["a.test"]) == ["10.0.0.2", "fd00::3"] })
        server.setHosts("10.0.0.9 b.test\n")
        #expect(loop.run { resolver.answers["a.test"]?.failure == "the name does not exist" })
        #expect(words(resolver.answers["a.test"]) == ["10.0.0.2", "fd00::3"])
        #expect(resolver.answers["a.test"]?.failureCounts == [.noName: 1])
        server.setHosts("10.0.0.4 a.test\n")
        #expect(loop.run { words(resolver.answers["a.test"]) == ["10.0.0.4"] })
        #expect(resolver.answers["a.test"]?.failure == nil)
        resolver.finish()
    }

    @Test("A and AAAA records are asked for as such; a name without them has no data")
    func records() throws {
        let server = DNSMasq(hosts: "10.0.0.1 a.test\n10.0.0.2 a.test\nfd00::1 b.test\n")
        let loop = try ControlLoop()
        let resolver = Resolver(loop: loop, settings: .local(server.port))
        let queries: Set<ResolverQuery> = [.a("a.test"), .aaaa("a.test"), .aaaa("b.test")]
        resolver.want(queries, by: .discovery)
        #expect(loop.run { queries.allSatisfy { resolver.answers[$0] != nil } })
        #expect(Set(words(resolver.answers[.a("a.test")])) == ["10.0.0.1", "10.0.0.2"])
        #expect(words(resolver.answers[.aaaa("b.test")]) == ["fd00::1"])
        let empty = try #require(resolver.answers[.aaaa("a.test")])
        #expect(empty.addresses.isEmpty && empty.answeredAt == nil)
        #expect(empty.failure == "the name has no such records")
        resolver.finish()
    }

    @Test("services come with target, port, priority and weight")
    func services() throws {
        let server = DNSMasq(
            "--srv-host=_redis._tcp.test,One.test,6379,10,5",
            "--srv-host=_redis._tcp.test,two.test,6380,20,0")
        let loop = try ControlLoop()
        let resolver = Resolver(loop: loop, settings: .local(server.port))
        let query = ResolverQuery.srv("_redis._tcp.test")
        resolver.want([query], by: .discovery)
        #expect(loop.run { resolver.answers[query] != nil })
        #expect(
            Set(resolver.answers[query]?.services ?? []) == [
                ServiceRecord(target: "one.test", port: 6379, priority: 10, weight: 5),
                ServiceRecord(target: "two.test", port: 6380, priority: 20, weight: 0),
            ])
        resolver.finish()
    }

    @Test("an answer that is too long for a datagram is fetched over TCP")
    func truncation() throws {
        let server = DNSMasq(hosts: (1...200).map { "10.0.1.\($0) many.test\n" }.joined())
        let loop = try ControlLoop()
        let resolver = Resolver(loop: loop, settings: .local(server.port))
        resolver.request(["many.test"])
        resolver.want([.a("many.test")], by: .discovery)
        #expect(
            loop.run {
                resolver.hasAnswered(["many.test"]) && resolver.answers[.a("many.test")] != nil
            })
        let all = Set((1...200).map { "10.0.1.\($0)" })
        #expect(Set(words(resolver.answers["many.test"])) == all)
        #expect(Set(words(resolver.answers[.a("many.test")])) == all)
        resolver.finish()
        try withFake({ $0.isTCP ? .records([.a(1)]) : .truncated }) { loop, resolver, server in
            resolver.want([.a("a.test")], by: .discovery)
            #expect(loop.run { words(resolver.answers[.a("a.test")]) == ["10.0.0.1"] })
            #expect(server.questions.prefix(2).map(\.isTCP) == [false, true])
        }
    }

    @Test(
        "a server that fails is told of, and takes nothing away",
        arguments: [
            (FakeNameServer.Reply.code(2), ResolverFailure.Kind.serverFailure),
            (.code(5), .refused), (.code(3), .noName), (.records([]), .noData),
            (.silence, .timeout), (.noise([1, 2, 3]), .timeout),
            (.records([.init(type: 1, data: [10, 0, 0])]), .malformed),
        ])
    func failing(reply: FakeNameServer.Reply, kind: ResolverFailure.Kind) throws {
        try withFake({ _ in .records([.a(1)]) }, timeoutMs: 40) { loop, resolver, server in
            let query = ResolverQuery.a("a.test")
            resolver.want([query], by: .discovery)
            #expect(loop.run { resolver.answers[query]?.answeredAt != nil })
            server.set { _ in reply }
            #expect(loop.run { resolver.answers[query]?.failure != nil })
            let answer = try #require(resolver.answers[query])
            #expect(answer.failureCounts == [kind: 1] && resolver.failureCounts == [kind: 1])
            #expect(words(answer) == ["10.0.0.1"])
            let wait = answer.refreshAt - loop.now
            #expect((900...1000).contains(wait), "it is tried again in \(wait) ms")
            guard kind == .serverFailure else { return }
            server.set { _ in .records([.a(2)]) }
            #expect(loop.run { words(resolver.answers[query]) == ["10.0.0.2"] })
            #expect(resolver.answers[query]?.failure == nil)
        }
    }

    @Test("a silent server is asked as often as it should be, and then that is told")
    func silence() throws {
        try withFake({ _ in .silence }, timeoutMs: 20, attempts: 3) { loop, resolver, server in
            resolver.want([.a("a.test")], by: .discovery)
            #expect(loop.run { resolver.answers[.a("a.test")] != nil })
            #expect(server.questions.count == 3)
            #expect(
                resolver.answers[.a("a.test")]?.failure == "no name server answered in time")
        }
    }

    @Test("a port that nobody listens on is a failure at once")
    func closedPort() throws {
        let loop = try ControlLoop()
        let resolver = Resolver(loop: loop, settings: .local(1, timeoutMs: 60_000))
        resolver.want([.a("a.test")], by: .discovery)
        #expect(loop.run { resolver.answers[.a("a.test")] != nil })
        #expect(resolver.answers[.a("a.test")]?.failureCounts == [.unreachable: 1])
        resolver.finish()
    }

    @Test("when one server fails the next one is asked")
    func failover() throws {
        let bad = FakeNameServer { _ in .code(2) }
        let good = FakeNameServer { _ in .records([.a(7)]) }
        defer { for server in [bad, good] { server.stop() } }
        let loop = try ControlLoop()
        let resolver = Resolver(loop: loop, settings: .local(bad.port, good.port))
        resolver.want([.a("a.test")], by: .discovery)
        #expect(loop.run { words(resolver.answers[.a("a.test")]) == ["10.0.0.7"] })
        #expect(bad.questions.count == 1)
        resolver.finish()
    }

    @Test("a query that fails again waits twice as long, to a limit, until it succeeds")
    func backoff() throws {
        try withFake({ _ in .code(3) }) { loop, resolver, server in
            var waits: [UInt64] = []
            for count in 1...7 {
                // A host without addresses is asked for now when it is requested.
                resolver.request(["a.test."])
                #expect(
                    loop.run { resolver.answers["a.test."]?.queryCount == UInt64(count) })
                let answer = try #require(resolver.answers["a.test."])
                waits.append((answer.refreshAt - loop.now + 500) / 1000)
            }
            #expect(waits == [1, 2, 4, 8, 16, 30, 30])
            server.set { $0.type == 1 ? .records([.a(1)]) : .records([]) }
            resolver.request(["a.test."])
            #expect(loop.run { words(resolver.answers["a.test."]) == ["10.0.0.1"] })
            server.set { _ in .code(2) }
            #expect(loop.run { resolver.answers["a.test."]?.failure != nil })
            let answer = try #require(resolver.answers["a.test."])
            #expect((answer.refreshAt - loop.now + 500) / 1000 == 1)
            #expect(words(answer) == ["10.0.0.1"])
        }
    }

    @Test("answers live as long as their TTL, give or take a tenth, within the limits")
    func lifetimes() throws {
        let reply: @Sendable (FakeNameServer.Question) -> FakeNameServer.Reply = { question in
            let ttl = UInt32(question.name.prefix { $0.isNumber }) ?? 0
            return question.type == 1
                ? .records([.a(1, ttl: ttl), .a(2, ttl: ttl + 5)])
                : .records([.srv("x.test", ttl: ttl + 5), .srv("y.test", ttl: ttl)])
        }
        try withFake(reply, minTTLMs: 2000, maxTTLMs: 50_000) { loop, resolver, _ in
            let expected: [(ttl: UInt32, ClosedRange<UInt64>)] = [
                (0, 2000...2200), (1, 2000...2200), (10, 9000...11_000),
                (100_000, 45_000...55_000),
            ]
            var queries: Set<ResolverQuery> = []
            for (ttl, _) in expected {
                for index in 0..<20 {
                    queries.insert(.a("\(ttl).n\(index).test"))
                    queries.insert(.srv("\(ttl).n\(index).test"))
                }
            }
            resolver.want(queries, by: .discovery)
            #expect(loop.run { queries.allSatisfy { resolver.answers[$0] != nil } })
            for (ttl, range) in expected {
                let lives = queries.filter { $0.name.hasPrefix("\(ttl).") }.compactMap {
                    resolver.answers[$0].map { $0.refreshAt - ($0.answeredAt ?? 0) }
                }
                #expect(lives.count == 40 && lives.allSatisfy(range.contains), "\(ttl): \(lives)")
                #expect(Set(lives).count > 1, "they are not all asked for at once again")
            }
        }
    }

    @Test("a name is not asked for before its shortest time is over")
    func shortest() throws {
        try withFake({ _ in .records([.a(1, ttl: 0)]) }, minTTLMs: 100, maxTTLMs: 200) {
            loop, resolver, server in
            resolver.want([.a("a.test")], by: .discovery)
            let start = loop.now
            #expect(loop.run { server.questions.count >= 4 })
            #expect(loop.now - start >= 300)
        }
    }

    @Test("a host's answer lives as long as the shortest-lived alias that leads to it")
    func aliases() throws {
        let reply: @Sendable (FakeNameServer.Question) -> FakeNameServer.Reply = {
            $0.type == 1
                ? .records([
                    .init(type: 5, ttl: 3, data: FakeNameServer.Record.encoded("real.test")),
                    .init(type: 1, ttl: 3600, data: [10, 0, 0, 1], owner: "real.test"),
                ]) : .records([])
        }
        try withFake(reply, minTTLMs: 1000, maxTTLMs: 3_600_000) { loop, resolver, _ in
            resolver.request(["alias.test."])
            #expect(loop.run { words(resolver.answers["alias.test."]) == ["10.0.0.1"] })
            let answer = try #require(resolver.answers["alias.test."])
            let life = answer.refreshAt - (answer.answeredAt ?? 0)
            #expect((2700...3300).contains(life), "it lives for \(life) ms")
        }
    }

    @Test("an address that stands for all is nowhere to connect to")
    func addressOfAll() throws {
        let all = FakeNameServer.Record(type: 1, data: [0, 0, 0, 0])
        try withFake({ $0.type == 1 ? .records([all, .a(1)]) : .records([]) }) {
            loop, resolver, server in
            resolver.request(["a.test."])
            #expect(loop.run { words(resolver.answers["a.test."]) == ["10.0.0.1"] })
            server.set { $0.type == 1 ? .records([all]) : .records([]) }
            #expect(loop.run { resolver.answers["a.test."]?.failure != nil })
            #expect(words(resolver.answers["a.test."]) == ["10.0.0.1"])
            #expect(
                resolver.answers["a.test."]?.failure == "the name's addresses are no server's")
        }
    }

    @Test("an answer that says what was known is told to nobody, in whatever order it says it")
    func news() throws {
        try withFake({ $0.type == 1 ? .records([.a(1), .a(2)]) : .records([]) }) {
            loop, resolver, server in
            var (records, answers) = (0, 0)
            resolver.onRecords = { records += 1 }
            resolver.onAnswers = { answers += 1 }
            let query = ResolverQuery.a("a.test")
            resolver.want([query], by: .discovery)
            func hasCount(_ count: UInt64) -> Bool {
                (resolver.answers[query]?.queryCount ?? 0) >= count
            }
            #expect(loop.run { hasCount(3) })
            server.set { _ in .records([.a(2), .a(1)]) }
            #expect(loop.run { hasCount(6) })
            #expect(records == 1 && answers == 1)
            server.set { _ in .records([.a(2), .a(3)]) }
            #expect(loop.run { words(resolver.answers[query]) == ["10.0.0.2", "10.0.0.3"] })
            #expect(loop.run { records == 2 && answers == 2 })
            server.set { _ in .code(2) }
            #expect(loop.run { answers == 3 }, "a failure is news")
        }
    }

    @Test("one family that fails does not take its addresses away; one that is gone does")
    func families() throws {
        let both: @Sendable (FakeNameServer.Question) -> FakeNameServer.Reply = {
            $0.type == 1 ? .records([.a(1)]) : .records([.aaaa(1)])
        }
        try withFake(both) { loop, resolver, server in
            resolver.request(["a.test."])
            #expect(loop.run { words(resolver.answers["a.test."]) == ["10.0.0.1", "fd00::1"] })
            server.set { $0.type == 1 ? .code(2) : .records([.aaaa(2)]) }
            #expect(loop.run { resolver.answers["a.test."]?.failure != nil })
            #expect(words(resolver.answers["a.test."]) == ["10.0.0.1", "fd00::1"])
            server.set { $0.type == 1 ? .records([]) : .records([.aaaa(3)]) }
            #expect(loop.run { words(resolver.answers["a.test."]) == ["fd00::3"] })
            #expect(resolver.answers["a.test."]?.failure == nil)
            server.set(both)
            #expect(loop.run { words(resolver.answers["a.test."]) == ["10.0.0.1", "fd00::1"] })
        }
    }

    @Test("what nobody wants any more is forgotten, and not asked for")
    func owners() throws {
        try withFake({ _ in .records([.a(1)]) }) { loop, resolver, server in
            resolver.want([.a("a.test"), .a("b.test")], by: .discovery)
            resolver.want([.a("b.test")], by: .configuration)
            #expect(
                loop.run {
                    resolver.answers[.a("a.test")] != nil && resolver.answers[.a("b.test")] != nil
                })
            resolver.want([], by: .discovery)
            #expect(resolver.answers[.a("a.test")] == nil)
            #expect(resolver.answers[.a("b.test")] != nil)
            let before = server.questions.count
            #expect(loop.run { server.questions.count >= before + 4 })
            #expect(server.questions.dropFirst(before + 1).allSatisfy { $0.name == "b.test" })
        }
    }

    @Test("queries on their way are sent anew by other settings, and lost at the end")
    func settings() throws {
        let silent = FakeNameServer { _ in .silence }
        defer { silent.stop() }
        try withFake({ _ in .records([.a(1)]) }) { loop, resolver, server in
            let other = Resolver(
                loop: loop, settings: .local(silent.port, timeoutMs: 60_000))
            other.want([.a("a.test")], by: .discovery)
            #expect(loop.run { !silent.questions.isEmpty })
            #expect(silent.clientCount == 1)
            var isTold = false
            other.onAnswers = { isTold = true }
            other.configure(.local(server.port))
            #expect(silent.clientCount == 0)
            #expect(loop.run { isTold && words(other.answers[.a("a.test")]) == ["10.0.0.1"] })
            var calls = 0
            other.onAnswers = { calls += 1 }
            let before = silent.questions.count
            other.configure(.local(silent.port, timeoutMs: 60_000))
            #expect(loop.run { silent.questions.count > before })
            other.finish()
            #expect(silent.clientCount == 0 && calls == 0)
            #expect(words(other.answers[.a("a.test")]) == ["10.0.0.1"])
            resolver.finish()
        }
    }

    @Test("a resolver leaves no descriptor behind")
    func descriptors() async {
        await #expect(processExitsWith: .exitCode(7)) {
            func socketCount() -> Int {
                ProcessResources(of: getpid()).names.count { $0.contains("socket:") }
            }
            let server = FakeNameServer { $0.isTCP ? .records([.a(1)]) : .truncated }
            do {
                let loop = try ControlLoop()
                let before = socketCount()
                let resolver = Resolver(loop: loop, settings: .local(server.port))
                let names = (0..<100).map { "h\($0).test" }
                resolver.request(names)
                guard loop.run(until: { resolver.hasAnswered(names) }) else { exit(1) }
                resolver.finish()
                // The server's ends of connections close when it sees that ours are.
                guard eventually({ socketCount() <= before }) else { exit(2) }
            } catch { exit(3) }
            exit(7)
        }
    }
}

@Suite("When queries are due")
struct RefreshQueueTests {
    @Test("queries come out in order of their times, however they went in")
    func order() {
        var generator = SeededGenerator()
        var queue = RefreshQueue()
        #expect(queue.first == nil)
        var waiting: [UInt64] = []
        for round in 0..<2000 {
            // More go in than out at first, and the other way round later.
            if waiting.isEmpty || UInt64.random(in: 0..<2000, using: &generator) > round {
                let dueMs = UInt64.random(in: 0..<500, using: &generator)
                queue.insert(.host("h\(dueMs)"), dueMs: dueMs)
                waiting.append(dueMs)
            } else {
                let least = waiting.min()
                #expect(queue.first?.dueMs == least, "seed \(generator.seed)")
                #expect(queue.first?.query == least.map { .host("h\($0)") })
                queue.removeFirst()
                if let index = waiting.firstIndex(where: { $0 == least }) {
                    waiting.remove(at: index)
                }
            }
            #expect(queue.count == waiting.count)
        }
    }
}
