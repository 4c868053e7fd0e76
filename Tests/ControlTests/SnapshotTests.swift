// The memory behind snapshots: what stays the same is shared, what nobody needs is forgotten.

import Linux
import Proxy
import Support
import Synchronization
import Testing

@testable import Config
@testable import Control

@Suite("Snapshots' memory")
struct SnapshotTests {
    private let registry = StateRegistry(workerCount: 2)

    private func upstream(_ name: String, _ backends: [String: Int]) -> UpstreamConfiguration {
        var upstream = UpstreamConfiguration()
        upstream.name = name
        for (address, weight) in backends.sorted(by: { $0.key < $1.key }) {
            var backend = BackendConfiguration(address: .unix(path: address))
            backend.weight = weight
            upstream.backends.append(backend)
        }
        return upstream
    }

    private func storage(
        _ configuration: UpstreamConfiguration, sharing previous: UpstreamStorage? = nil
    ) -> UpstreamStorage {
        UpstreamStorage(
            configuration, addresses: configuration.backends.map { SocketAddress($0.address)! },
            registry: registry, sharing: previous)
    }

    private func snapshot(_ upstreams: [UpstreamStorage], generation: UInt64) -> SnapshotStorage {
        var listener = ListenerConfiguration()
        listener.name = "web"
        listener.upstream = upstreams[0].configuration.name
        var configuration = Configuration()
        configuration.listeners = [listener]
        configuration.upstreams = upstreams.map(\.configuration)
        return SnapshotStorage(
            configuration, upstreams: upstreams,
            listeners: [
                ListenerEntry(
                    configuration: listener, record: registry.listener("web"), bound: [])
            ], pages: PageFiles(), registry: registry, generation: generation, connectionsMax: 10,
            workerCount: 2)
    }

    @Test("a file may bind as many addresses as a snapshot may have")
    func binds() { #expect(Limits.boundAddresses == ProxyLimits.bindsMax) }

    @Test("a plan says what the configuration says")
    func plan() {
        var configuration = upstream("site", ["/a": 1, "/b": 3])
        configuration.connect.timeout = .microseconds(1)
        configuration.connect.retries = 1000
        configuration.balance.key = .listener
        let storage = storage(configuration)
        let plan = storage.plan.pointee
        #expect(plan.backendCount == 2 && plan.key == .listener)
        #expect(plan.connectTimeoutMs == 1)
        #expect(plan.attempts == ProxyLimits.attemptsMax)
        #expect(plan.backends[0].address == SocketAddress(unix: "/a"))
        #expect(plan.backends[1].address == SocketAddress(unix: "/b"))
        #expect(plan.backends[1].state == storage.backends[1].state)
    }

    @Test("another plan of the same backends shares the balancer and the states")
    func sharesBalancer() {
        let configuration = upstream("site", ["/a": 1, "/b": 3])
        let first = storage(configuration)
        var slower = configuration
        slower.connect.timeout = .seconds(9)
        let second = storage(slower, sharing: first)
        #expect(second.shared === first.shared)
        #expect(second.record === first.record && second.plan != first.plan)
        #expect(zip(first.backends, second.backends).allSatisfy { $0 === $1 })
        let third = storage(upstream("site", ["/a": 1, "/b": 4]), sharing: second)
        #expect(third.shared !== second.shared)
        #expect(zip(third.backends, second.backends).allSatisfy { $0 === $1 })
        #expect(third.checksum.utf8.count == 16)
    }

    @Test("tables that one plan needs no more stay for another that has them too")
    func freesBalancers() {
        let configuration = upstream("site", ["/a": 1, "/b": 3])
        let first = storage(configuration)
        var slower = configuration
        slower.connect.timeout = .seconds(9)
        let second = storage(slower, sharing: first)
        let checksum = second.checksum
        weak let tables = first.shared
        first.freeBalancers()
        #expect(first.shared == nil && tables != nil && second.checksum == checksum)
        let third = storage(configuration, sharing: first)
        #expect(third.shared !== second.shared && third.checksum == checksum)
        second.freeBalancers()
        #expect(tables == nil)
    }

    @Test("other weights make another balancer of the same backends, and the file's the first one")
    func weights() {
        let configuration = upstream("site", ["/a": 1, "/b": 3])
        func build(_ weights: [Int]?, _ previous: UpstreamStorage?) -> UpstreamStorage {
            UpstreamStorage(
                configuration, addresses: configuration.backends.map { SocketAddress($0.address)! },
                weights: weights, registry: registry, sharing: previous)
        }
        let first = build(nil, nil)
        #expect(first.weights == [1, 3])
        let second = build([0, 0], first)
        #expect(second.shared !== first.shared && second.checksum != first.checksum)
        #expect(build([0, 0], second).shared === second.shared)
        #expect(build([1, 3], second).checksum == first.checksum)
        #expect(zip(first.backends, second.backends).allSatisfy { $0 === $1 })
    }

    @Test("a state outlives the snapshot that had it for as long as another one has it")
    func states() {
        var first: SnapshotStorage? = snapshot(
            [storage(upstream("site", ["/a": 1]))], generation: 1)
        let state = first!.upstreams[0].backends[0].state
        state.pointee.consecutiveFailures.store(5, ordering: .relaxed)
        let second = snapshot([storage(upstream("site", ["/a": 1, "/b": 1]))], generation: 2)
        first = nil
        registry.sweep()
        #expect(second.upstreams[0].backends[0].state == state)
        #expect(state.pointee.consecutiveFailures.load(ordering: .relaxed) == 5)
    }

    @Test("what is configured again has no end any more")
    func endsNoMore() {
        let first = snapshot([storage(upstream("site", ["/a": 1]))], generation: 1)
        let backend = first.upstreams[0].backends[0]
        let listener = first.listeners[0].record
        backend.state.pointee.endsAtMs.store(99, ordering: .relaxed)
        listener.state.pointee.endsAtMs.store(99, ordering: .relaxed)
        let second = snapshot([storage(upstream("site", ["/a": 1]))], generation: 2)
        #expect(second.listeners[0].record === listener)
        #expect(backend.state.pointee.endsAtMs.load(ordering: .relaxed) == 0)
        #expect(listener.state.pointee.endsAtMs.load(ordering: .relaxed) == 0)
    }

    @Test("what nobody needs is forgotten, and its number is never another's")
    func forgets() {
        var first: SnapshotStorage? = snapshot(
            [storage(upstream("site", ["/a": 1, "/b": 1]))], generation: 1)
        let gone = first!.upstreams[0].backends[1].number
        let kept = first!.upstreams[0].backends[0].number
        #expect(registry.named(gone)?.name == "unix:/b")
        let second = snapshot([storage(upstream("site", ["/a": 1]))], generation: 2)
        first = nil
        #expect(registry.named(gone) == nil)
        registry.sweep()
        #expect(registry.named(kept)?.name == "unix:/a")
        let third = snapshot([storage(upstream("site", ["/b": 1]))], generation: 3)
        #expect(third.upstreams[0].backends[0].number > gone)
        _ = second
    }

    @Test("numbers that are used up begin anew, and none is given twice at one time")
    func usedUp() {
        let registry = StateRegistry(workerCount: 1, lastNumber: .max - 1)
        let upstream = registry.upstream("site")
        #expect(upstream.number == .max)
        let first = registry.backend("a", of: upstream)
        #expect(first.number == 1, "0 is nobody's")
        let listener = registry.listener("web")
        #expect(listener.number == 2)
        let again = StateRegistry(workerCount: 1, lastNumber: .max - 1)
        let kept = (again.upstream("one"), again.upstream("two"))
        #expect((kept.0.number, kept.1.number) == (.max, 1))
        for name in ["three", "four"] { #expect(again.upstream(name).number > 1) }
    }

    @Test("numbers are of one kind: a record's number names it and nothing else")
    func numbers() {
        let storage = snapshot(
            [storage(upstream("a", ["/x": 1])), storage(upstream("b", ["/x": 1]))], generation: 1)
        let records: [NamedRecord] =
            storage.upstreams.map(\.record) + storage.upstreams.flatMap(\.backends)
            + storage.listeners.map(\.record)
        #expect(Set(records.map(\.number)).count == 5)
        for record in records { #expect(registry.named(record.number) === record) }
    }

    @Test("a snapshot is unused when no worker and no session holds it")
    func holders() {
        let storage = snapshot([storage(upstream("site", ["/a": 1]))], generation: 7)
        #expect(storage.snapshot.pointee.generation == 7)
        #expect(!storage.isUnused, "two workers are about to take it")
        storage.snapshot.pointee.holders.subtract(2, ordering: .relaxed)
        #expect(storage.isUnused)
    }

    @Test("a backend without an address is unresolved, an ejected one is out until its time")
    func conditions() {
        let configuration = upstream("site", ["/a": 1])
        let unresolved = UpstreamStorage(
            configuration, addresses: [SocketAddress()], registry: registry, sharing: nil)
        #expect(unresolved.condition(of: 0, at: 100).word == "unresolved")
        let storage = storage(configuration)
        storage.backends[0].state.pointee.ejectedUntilMs.store(150, ordering: .relaxed)
        #expect(storage.condition(of: 0, at: 100).word == "ejected")
        #expect(storage.condition(of: 0, at: 100).ejectedMs == 50)
        #expect(storage.condition(of: 0, at: 150).word == "up")
        #expect(storage.condition(of: 0, at: 150).ejectedMs == nil)
        for state in [OperatorState.drain, .disabled] {
            storage.backends[0].state.pointee.operatorState.store(
                state.rawValue, ordering: .relaxed)
            #expect(storage.condition(of: 0, at: 100).word == state.word)
        }
    }
}
