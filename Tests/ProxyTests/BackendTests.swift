import Balancing
import Health
import Linux
import Synchronization
import Testing

@testable import Proxy

@Suite("Backends as workers see them")
struct BackendTests {
    private let policy = EjectionPolicy(
        failuresMax: 5, baseMs: 10_000, maxMs: 300_000, maxPercent: 50)

    @Test("an ejection lasts twice as long each time, until it is forgotten")
    func ejections() {
        let state = BackendState(number: 1, workerCount: 1)
        #expect(state.isFit(at: 1) == true)
        #expect(state.eject(at: 1000, by: policy) == 10_000)
        #expect(state.isFit(at: 10_999) == false)
        #expect(state.isFit(at: 11_000) == true)
        state.takeBack(at: 12_000)
        #expect(state.isFit(at: 12_000) == true)
        #expect(state.recoveredAtMs.load(ordering: .relaxed) == 12_000)
        #expect(state.eject(at: 13_000, by: policy) == 20_000)
        #expect(state.eject(at: 40_000, by: policy) == 40_000)
        state.takeBack(at: 80_000)
        #expect(state.eject(at: 80_000 + 300_000, by: policy) == 10_000)
    }

    @Test("of all that see an ejection end, one has the trial")
    func trial() {
        let state = BackendState(number: 1, workerCount: 1)
        #expect(state.claimTrial(at: 1000, until: 2000) == false, "it is not ejected")
        _ = state.eject(at: 1000, by: policy)
        #expect(state.claimTrial(at: 10_999, until: 12_000) == false, "its time has not come")
        #expect(state.claimTrial(at: 11_000, until: 12_000) == true)
        #expect(state.claimTrial(at: 11_000, until: 12_000) == false)
        #expect(state.isFit(at: 11_999) == false, "a trial is under way")
        #expect(state.claimTrial(at: 12_000, until: 13_000) == true, "the first was given up")
    }

    @Test("no more sessions enter than may")
    func limit() {
        let state = BackendState(number: 1, workerCount: 1)
        for _ in 0..<3 { #expect(state.enter(connectionsMax: 3) == true) }
        #expect(state.enter(connectionsMax: 3) == false)
        state.leave()
        #expect(state.enter(connectionsMax: 3) == true)
        #expect(state.enter(connectionsMax: 0) == true, "0 is no limit")
        #expect(state.active.load(ordering: .relaxed) == 4)
    }

    @Test("a session remembers all that it tried, and room for more traps")
    func tried() async {
        var tried = TriedBackends()
        for place in 0..<Int32(ProxyLimits.attemptsMax) {
            #expect(!tried.contains(place * 3))
            tried.append(place * 3)
            #expect(tried.contains(place * 3) && tried.count == Int(place) + 1)
        }
        #expect(!tried.contains(1))
        await #expect(processExitsWith: .failure) {
            var tried = TriedBackends()
            for place in 0...Int32(ProxyLimits.attemptsMax) { tried.append(place) }
        }
    }

    @Test("each leniency overlooks more, and what was refused is told")
    func leniency() {
        let backends = TestBackends(count: 8)
        backends.plans[0].address = SocketAddress()
        backends[1].health.store(ProbeVerdict.State.down.rawValue, ordering: .relaxed)
        backends[2].health.store(ProbeVerdict.State.unknown.rawValue, ordering: .relaxed)
        backends[3].recoveredAtMs.store(900, ordering: .relaxed)
        _ = backends[4].eject(at: 900, by: policy)
        backends[5].operatorState.store(1, ordering: .relaxed)
        backends.plans[6].connectionsMax = 2
        backends[6].active.store(2, ordering: .relaxed)
        backends.plan { plan in
            #expect(backends.usable(plan, .fit, at: 1000).places == [7])
            #expect(
                backends.usable(plan, .fit, at: 1000).refusals
                    == [.full, .ramping, .unverified, .unfit])
            #expect(backends.usable(plan, .ramping, at: 1000).places == [3, 7])
            #expect(backends.usable(plan, .unverified, at: 1000).places == [2, 3, 7])
            #expect(backends.usable(plan, .all, at: 1000).places == [1, 2, 3, 4, 7])
            // The ramp and the ejection are over.
            #expect(backends.usable(plan, .fit, at: 10_900).places == [3, 4, 7])
            var tried = TriedBackends()
            tried.append(7)
            #expect(backends.usable(plan, .all, at: 1000, tried: tried).places == [1, 2, 3, 4])
        }
    }

    @Test("who is bound to a backend goes to it while it drains or starts slowly, else as others")
    func bound() {
        let backends = TestBackends(count: 8)
        backends.plans[0].address = SocketAddress()
        backends[1].health.store(ProbeVerdict.State.down.rawValue, ordering: .relaxed)
        backends[2].health.store(ProbeVerdict.State.unknown.rawValue, ordering: .relaxed)
        backends[3].recoveredAtMs.store(900, ordering: .relaxed)
        _ = backends[4].eject(at: 900, by: policy)
        backends[5].operatorState.store(BackendState.draining, ordering: .relaxed)
        backends[6].operatorState.store(2, ordering: .relaxed)
        backends.plans[7].connectionsMax = 2
        backends[7].active.store(2, ordering: .relaxed)
        backends.plan { plan in
            func places(_ leniency: Leniency, at now: UInt64 = 1000) -> [Int32] {
                backends.usable(plan, leniency, at: now, isBound: true).places
            }
            #expect(places(.fit) == [3, 5])
            #expect(places(.unverified) == [2, 3, 5])
            #expect(places(.all) == [1, 2, 3, 4, 5])
            #expect(places(.fit, at: 10_900) == [3, 4, 5], "the ejection is over")
            backends[5].health.store(ProbeVerdict.State.down.rawValue, ordering: .relaxed)
            #expect(places(.fit) == [3], "one that drains can be down")
        }
    }

    @Test("a backend in slow start takes its share of draws, and no draw once it is over")
    func slowStart() {
        let backends = TestBackends(count: 1)
        backends[0].recoveredAtMs.store(1000, ordering: .relaxed)
        backends.plan { plan in
            func share(at now: UInt64) -> Int {
                (0..<1000).count {
                    let draw = UInt32(UInt64($0) * UInt64(UInt32.max) / 1000)
                    return !backends.usable(plan, .fit, at: now, draw: draw).places.isEmpty
                }
            }
            #expect(abs(share(at: 1000) - 100) <= 1)
            #expect(abs(share(at: 6000) - 550) <= 1)
            #expect(share(at: 11_000) == 1000)
        }
    }
}

/// Backends of one upstream, with their states.
private final class TestBackends {
    let states: UnsafeMutablePointer<BackendState>
    let plans: UnsafeMutablePointer<BackendPlan>
    let count: Int

    init(count: Int) {
        self.count = count
        states = .allocate(capacity: count)
        plans = .allocate(capacity: count)
        for index in 0..<count {
            (states + index).initialize(to: BackendState(number: UInt32(index), workerCount: 1))
            (plans + index).initialize(
                to: BackendPlan(
                    address: SocketAddress(ipv4: 0x7f00_0001, port: 9), connectionsMax: 0,
                    state: states + index))
        }
    }

    deinit {
        states.deinitialize(count: count)
        states.deallocate()
        plans.deallocate()
    }

    subscript(index: Int) -> BackendState {
        _read { yield states[index] }
    }

    /// Calls `body` with a plan that holds them.
    func plan(_ body: (UnsafePointer<UpstreamPlan>) -> Void) {
        let candidates = (0..<count).map { BalancingCandidate(identity: "\($0)") }
        var balancer = Balancer.build(policy: BalancingPolicy(), candidates: candidates)
        defer { balancer.deallocate() }
        let state = UnsafeMutablePointer<UpstreamState>.allocate(capacity: 1)
        state.initialize(to: UpstreamState(number: 1, workerCount: 1, seed: 1))
        defer {
            state.deinitialize(count: 1)
            state.deallocate()
        }
        withUnsafePointer(to: &balancer) { levels in
            var plan = UpstreamPlan(
                levels: levels, levelCount: 1, key: .sourceAddress, backends: plans,
                backendCount: Int32(count), connectTimeoutMs: 1, attempts: 1,
                drainTimeoutMs: 300_000, source: SocketAddress(), options: SocketOptions(),
                state: state)
            plan.slowStartMs = 10_000
            plan.ejection = EjectionPolicy(
                failuresMax: 5, baseMs: 10_000, maxMs: 300_000, maxPercent: 50)
            withUnsafePointer(to: plan, body)
        }
    }

    /// The places that a session may try, and why others were refused.
    func usable(
        _ plan: UnsafePointer<UpstreamPlan>, _ leniency: Leniency, at now: UInt64,
        tried: TriedBackends = TriedBackends(), draw: UInt32 = .max, isBound: Bool = false
    ) -> (places: [Int32], refusals: Refusals) {
        var refusals: Refusals = []
        let places = withUnsafeMutablePointer(to: &refusals) { refusals in
            let view = UsableBackends(
                plan: plan, tried: tried, now: now, leniency: leniency, draw: draw,
                refusals: refusals)
            return (0..<Int32(count)).filter {
                isBound ? view.isUsableByBound($0) : view.isUsable($0)
            }
        }
        return (places, refusals)
    }
}
