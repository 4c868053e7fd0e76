import Balancing
import Health
import Linux
import Synchronization
import Testing

@testable import Proxy

@Suite("Backends as workers see them")
struct BackendTests {
    @Test("failures rest a backend, longer each time; a success forgets them")
    func rests() {
        let state = BackendState(number: 1, workerCount: 1)
        #expect(state.noteSuccess() == 0)
        var now: UInt64 = 1000
        for failures in 1...8 as ClosedRange<UInt32> {
            let rest = state.noteFailure(at: now)
            #expect(rest == FailureBackoff.delayMs(consecutiveFailures: failures))
            #expect(state.retryAtMs.load(ordering: .relaxed) == now + (rest ?? 0))
            #expect(state.consecutiveFailures.load(ordering: .relaxed) == failures)
            now += rest ?? 0
        }
        #expect(state.noteSuccess() == 8)
        #expect(state.retryAtMs.load(ordering: .relaxed) == 0)
        #expect(state.noteFailure(at: now) == FailureBackoff.initialMs)
    }

    @Test("connects that fail while it rests already count as the same failure")
    func together() {
        let state = BackendState(number: 1, workerCount: 1)
        let rest = state.noteFailure(at: 1000) ?? 0
        #expect(state.noteFailure(at: 1000) == nil)
        #expect(state.noteFailure(at: 1000 + rest - 1) == nil)
        #expect(state.consecutiveFailures.load(ordering: .relaxed) == 1)
        #expect(state.noteFailure(at: 1000 + rest) != nil)
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

    @Test(
        "usable is what is resolved, not tried and not resting; resting when nothing else is left")
    func usable() {
        let states = UnsafeMutablePointer<BackendState>.allocate(capacity: 4)
        for index in 0..<4 {
            (states + index).initialize(to: BackendState(number: UInt32(index), workerCount: 1))
        }
        defer {
            states.deinitialize(count: 4)
            states.deallocate()
        }
        let address = SocketAddress(ipv4: 0x7f00_0001, port: 9)
        var unknown = SocketAddress()
        unknown.storage.ss_family = 0
        var backends = (0..<4).map { BackendPlan(address: address, state: states + $0) }
        backends[3].address = unknown
        _ = states[2].noteFailure(at: 1000)
        states[0].active.store(5, ordering: .relaxed)
        var tried = TriedBackends()
        tried.append(1)
        backends.withUnsafeBufferPointer { backends in
            withPlan(backends.baseAddress!, count: 4) { plan in
                func usable(_ now: UInt64, _ includesResting: Bool) -> [Int32] {
                    let view = UsableBackends(
                        plan: plan, tried: tried, now: now, includesResting: includesResting)
                    return (0..<4).filter { view.isUsable($0) }
                }
                #expect(usable(1001, false) == [0])
                #expect(usable(1001, true) == [0, 2])
                #expect(usable(1000 + FailureBackoff.initialMs, false) == [0, 2])
                let view = UsableBackends(
                    plan: plan, tried: tried, now: 0, includesResting: false)
                #expect(view.load(0) == 5 && view.load(1) == 0)
            }
        }
    }
}

/// Calls `body` with an upstream's plan that holds these backends.
private func withPlan(
    _ backends: UnsafePointer<BackendPlan>, count: Int32,
    _ body: (UnsafePointer<UpstreamPlan>) -> Void
) {
    let candidates = (0..<count).map { BalancingCandidate(identity: "\($0)") }
    let balancer = Balancer.build(policy: BalancingPolicy(), candidates: candidates)
    defer { balancer.deallocate() }
    let state = UnsafeMutablePointer<UpstreamState>.allocate(capacity: 1)
    state.initialize(to: UpstreamState(number: 1, workerCount: 1, seed: 1))
    defer {
        state.deinitialize(count: 1)
        state.deallocate()
    }
    let plan = UpstreamPlan(
        balancer: balancer, key: .sourceAddress, backends: backends, backendCount: count,
        connectTimeoutMs: 1, attempts: 1, drainTimeoutMs: 300_000, source: SocketAddress(),
        options: SocketOptions(),
        state: state)
    withUnsafePointer(to: plan, body)
}
