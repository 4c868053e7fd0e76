import Balancing
import Glibc
import Linux
import Support
import Synchronization
import Telemetry
import Testing

@testable import Proxy

/// Workers with their real queues on one thread, with the clock in the test's hands: sessions come,
/// are served, leave and are given up in random order.
@Suite("Queues of several workers")
struct QueueSimulationTests {
    @Test(
        "nobody is forgotten, nobody overtakes, no backend has more than it may",
        arguments: [1, 2, 5])
    func simulate(workers: Int) throws {
        var random = SeededGenerator()
        let seed = random.seed
        let upstream = try QueuedUpstream(workers: workers, limits: [2, 1, 3], queueMax: 20)
        for step in 0..<4000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0...3: upstream.arrive(at: Int.random(in: 0..<workers, using: &random))
            case 4...6: upstream.endOne(of: .connecting, using: &random)
            case 7: upstream.endOne(of: .queued, using: &random)
            case 8: upstream.pass(UInt64.random(in: 0...2000, using: &random))
            default: upstream.toggleBackend(using: &random)
            }
            let problems = upstream.problems()
            guard problems.isEmpty else {
                Issue.record("step \(step), SLUICE_SEED=\(seed): \(problems)")
                return
            }
        }
        #expect(upstream.served > 100 && upstream.refused > 10, "\(upstream.served)")
        #expect(upstream.timedOut > 10 && upstream.left > 10)
        upstream.finish()
    }
}

/// An upstream with limits, and workers that have sessions for it. Its backends take connections
/// and say nothing, so a session that has one stays in `connecting`.
private final class QueuedUpstream {
    private(set) var served = 0
    private(set) var refused = 0
    private(set) var timedOut = 0
    private(set) var left = 0

    private let count: Int
    private let limits: [Int]
    private let listening: TestSocket
    private let process: UnsafeMutablePointer<ProcessState>
    private let handles: UnsafeMutablePointer<WorkerHandle>
    private let workers: UnsafeMutablePointer<Worker>
    private let state: UnsafeMutablePointer<UpstreamState>
    private let backendStates: UnsafeMutablePointer<BackendState>
    private let backends: UnsafeMutablePointer<BackendPlan>
    private let levels: UnsafeMutablePointer<Balancer>
    private let plan: UnsafeMutablePointer<UpstreamPlan>
    private let listenerState: UnsafeMutablePointer<ListenerState>
    private let listener: UnsafeMutablePointer<ListenerPlan>
    private let binds: UnsafeMutablePointer<BindPlan>
    private let upstreams: UnsafeMutablePointer<UnsafePointer<UpstreamPlan>>
    private let snapshot: UnsafeMutablePointer<Snapshot>
    private var now: UInt64
    private var lastServed: UInt64?
    private var broken: [String] = []

    init(workers count: Int, limits: [Int], queueMax: Int) throws {
        self.count = count
        self.limits = limits
        listening = TestSocket.listen()
        process = .allocate(capacity: 1)
        process.initialize(to: ProcessState(workerCount: count))
        state = .allocate(capacity: 1)
        state.initialize(to: UpstreamState(number: 1, workerCount: count, seed: 1))
        backendStates = .allocate(capacity: limits.count)
        backends = .allocate(capacity: limits.count)
        let address = SocketAddress(ipv4: 0x7f00_0001, port: listening.port)
        for (index, limit) in limits.enumerated() {
            (backendStates + index).initialize(
                to: BackendState(number: UInt32(index), workerCount: count))
            (backends + index).initialize(
                to: BackendPlan(
                    address: address, connectionsMax: limit, state: backendStates + index))
        }
        levels = .allocate(capacity: 1)
        levels.initialize(
            to: Balancer.build(
                policy: BalancingPolicy(),
                candidates: limits.indices.map { BalancingCandidate(identity: "\($0)") }))
        plan = .allocate(capacity: 1)
        plan.initialize(
            to: UpstreamPlan(
                levels: levels, levelCount: 1, key: .listener, backends: backends,
                backendCount: Int32(limits.count), connectTimeoutMs: 1 << 40, attempts: 3,
                drainTimeoutMs: 0, source: SocketAddress(), options: SocketOptions(), state: state))
        plan.pointee.queueMax = queueMax
        plan.pointee.queueTimeoutMs = 5000
        listenerState = .allocate(capacity: 1)
        listenerState.initialize(to: ListenerState(number: 1, workerCount: count))
        listener = .allocate(capacity: 1)
        listener.initialize(
            to: ListenerPlan(
                upstream: plan, key: 1, connectionsMax: 0, idleTimeoutMs: 0,
                halfClosedTimeoutMs: 0, lifetimeMs: 0, options: SocketOptions(),
                state: listenerState))
        binds = .allocate(capacity: 1)
        upstreams = .allocate(capacity: 1)
        upstreams.initialize(to: UnsafePointer(plan))
        snapshot = .allocate(capacity: 1)
        snapshot.initialize(
            to: Snapshot(
                generation: 1, binds: binds, bindCount: 0, upstreams: upstreams, upstreamCount: 1,
                connectionsMax: 1000, workerCount: count))
        handles = .allocate(capacity: count)
        workers = .allocate(capacity: count)
        now = Clock.monotonicMilliseconds
        for index in 0..<count {
            (handles + index).initialize(
                to: try WorkerHandle(index: index, workerCount: count, controlWake: -1))
            process.pointee.add(handles + index)
            (workers + index).initialize(
                to: try Worker.make(handle: handles + index, process: process, sessionsMax: 200))
            workers[index].snapshot = snapshot
        }
    }

    /// A client comes to a worker.
    func arrive(at worker: Int) {
        let before = sessions(.queued).count
        var ends: (Int32, Int32) = (-1, -1)
        withUnsafeMutablePointer(to: &ends) { pointer in
            pointer.withMemoryRebound(to: Int32.self, capacity: 2) {
                _ = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, $0)
            }
        }
        close(ends.1)
        let all = total()
        workers[worker].now = now
        workers[worker].begin(ends.0, listener: listener, client: NetworkAddress(), port: 0)
        if total() == all { refused += 1 }
        if before > 0, sessions(.queued).count == before, total() > all {
            broken.append("one that came later was served first")
        }
        settle()
    }

    /// Ends a random session that has come so far, if there is one.
    func endOne(of stage: Session.Stage, using random: inout SeededGenerator) {
        guard let (worker, index) = sessions(stage).randomElement(using: &random) else { return }
        let session = workers[worker].sessions.pointer(index)
        if stage == .queued { left += 1 }
        workers[worker].end(
            &session.pointee, index, stage == .queued ? .abandoned : .completed)
        settle()
    }

    /// Time goes by; who has waited too long is given up.
    func pass(_ milliseconds: UInt64) {
        now += milliseconds
        for worker in 0..<count {
            workers[worker].now = now
            while case let index = workers[worker].timers.nextExpired(at: now), index >= 0 {
                let session = workers[worker].sessions.pointer(index)
                if session.pointee.stage == .queued { timedOut += 1 }
                workers[worker].sessionTimer(&session.pointee, index)
            }
        }
        settle()
    }

    /// An operator takes a backend out, or back.
    func toggleBackend(using random: inout SeededGenerator) {
        let place = Int.random(in: 0..<limits.count, using: &random)
        let word = backendStates[place].operatorState.load(ordering: .relaxed)
        backendStates[place].operatorState.store(word == 0 ? 1 : 0, ordering: .relaxed)
        for worker in 0..<count { handles[worker].callToLines() }
        settle()
    }

    /// What is not as it should be.
    func problems() -> [String] {
        defer { broken = [] }
        var found = broken
        let waiting = sessions(.queued)
        if state.pointee.waiting.load(ordering: .relaxed) != waiting.count {
            found.append("the count of those who wait is wrong")
        }
        var active = 0
        var hasRoom = false
        for (place, limit) in limits.enumerated() {
            let count = backendStates[place].active.load(ordering: .relaxed)
            active += count
            if count > limit { found.append("backend \(place) has \(count) of \(limit)") }
            let isReady = backendStates[place].operatorState.load(ordering: .relaxed) == 0
            if isReady, count < limit { hasRoom = true }
        }
        if active != sessions(.connecting).count { found.append("\(active) are counted as served") }
        if hasRoom, !waiting.isEmpty { found.append("\(waiting.count) wait beside room") }
        return found
    }

    /// Ends all and frees it.
    func finish() {
        for (worker, index) in sessions(.connecting) + sessions(.queued) {
            let session = workers[worker].sessions.pointer(index)
            workers[worker].end(&session.pointee, index, .stopped)
        }
        #expect(state.pointee.waiting.load(ordering: .relaxed) == 0)
        #expect(state.pointee.active.load(ordering: .relaxed) == 0)
        for worker in 0..<count {
            #expect(workers[worker].firstLine == nil, "a line is still listed")
            workers[worker].snapshot = nil
        }
        workers.deinitialize(count: count)
        workers.deallocate()
        handles.deinitialize(count: count)
        handles.deallocate()
        snapshot.deinitialize(count: 1)
        snapshot.deallocate()
        listenerState.deinitialize(count: 1)
        listenerState.deallocate()
        listener.deallocate()
        binds.deallocate()
        upstreams.deallocate()
        plan.deallocate()
        levels.pointee.deallocate()
        levels.deallocate()
        backends.deallocate()
        backendStates.deinitialize(count: limits.count)
        backendStates.deallocate()
        state.deinitialize(count: 1)
        state.deallocate()
        process.deinitialize(count: 1)
        process.deallocate()
    }

    /// Workers do what they were called to, until there is nothing more to do.
    private func settle() {
        var isQuiet = false
        while !isQuiet {
            isQuiet = true
            for worker in 0..<count {
                workers[worker].now = now
                if handles[worker].isCalledToLines.exchange(false, ordering: .relaxed) {
                    workers[worker].linesAreDue = true
                }
                guard workers[worker].linesAreDue else { continue }
                isQuiet = false
                let before = Set(sessions(.queued).map { ticket($0) })
                workers[worker].serveLines()
                let after = Set(sessions(.queued).map { ticket($0) })
                note(before.subtracting(after).sorted(), waiting: after)
            }
        }
    }

    private func note(_ tickets: [UInt64], waiting: Set<UInt64>) {
        served += tickets.count
        guard let last = tickets.last, let next = waiting.min() else { return }
        if last > next { broken.append("ticket \(last) was served before \(next)") }
    }

    private func ticket(_ session: (worker: Int, index: Int32)) -> UInt64 {
        workers[session.worker].sessions.pointer(session.index).pointee.ticket
    }

    private func total() -> Int { (0..<count).reduce(0) { $0 + Int(workers[$1].sessions.count) } }

    private func sessions(_ stage: Session.Stage) -> [(worker: Int, index: Int32)] {
        var found: [(worker: Int, index: Int32)] = []
        for worker in 0..<count {
            for index in 0..<workers[worker].sessions.touchedCount()
            where workers[worker].sessions.isUsed(index)
                && workers[worker].sessions.pointer(index).pointee.stage == stage
            {
                found.append((worker, index))
            }
        }
        return found
    }
}
