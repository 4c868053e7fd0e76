// An upstream under load whose backends come and go, looked after by the policies as the product
// does it. Everything follows from the scenario and the seed.

import Health
import Support

/// Runs from event to event: outages, probes, ejections' ends and sessions. Before each event it
/// checks what must hold at any time.
struct SimulatedUpstream {
    let scenario: Scenario
    var clock: ManualClock
    var random: SeededGenerator
    var backends: [SimulatedBackend] = []
    var budget: RetryBudget
    var record = SimulationRecord()
    private var sessionAtMs: UInt64
    private var retryBound: RetryBound

    init(_ scenario: Scenario, seed: UInt64? = nil) {
        self.scenario = scenario
        random = seed.map { SeededGenerator(seed: $0) } ?? SeededGenerator()
        let startMs = random.next() >> 20
        clock = ManualClock(nowMs: startMs)
        budget = RetryBudget(perSecond: scenario.budgetPerSecond, nowMs: startMs)
        retryBound = RetryBound(scenario, startMs: startMs)
        sessionAtMs = startMs
        for index in 0..<scenario.backendCount {
            var backend = SimulatedBackend(sinceMs: startMs)
            if index < scenario.unsteadyCount {
                backend.changesAtMs = startMs + upTo(2 * scenario.steadyMs)
            }
            if scenario.isProbed {
                backend.probeAtMs = startMs + upTo(scenario.intervalMs)
            } else {
                backend.verdict = ProbeVerdict(state: .unprobed)
            }
            backends.append(backend)
        }
    }

    /// Lets so much time pass.
    mutating func run(forMs durationMs: UInt64) {
        let endMs = clock.nowMs + durationMs
        while true {
            var nextMs = sessionAtMs
            for index in 0..<backends.count where backends[index].nextMs < nextMs {
                nextMs = backends[index].nextMs
            }
            if nextMs > endMs { break }
            clock.advance(to: nextMs)
            checkInvariants()
            for index in 0..<backends.count where backends[index].nextMs == nextMs { turn(index) }
            if sessionAtMs == nextMs { beginSession() }
        }
        clock.advance(to: endMs)
        checkInvariants()
    }

    /// What must hold whenever one looks. It comes before the event of the time, so that what it
    /// sees held until now.
    private mutating func checkInvariants() {
        let nowMs = clock.nowMs
        var ejectedCount = 0
        for index in 0..<backends.count {
            let backend = backends[index]
            if backend.isEjected { ejectedCount += 1 }
            if backend.isEjected, backend.returnsAtMs < nowMs { violate("does not return", index) }
            guard scenario.isProbed else { continue }
            let knownMs = nowMs - backend.sinceMs
            if backend.isOut, knownMs > scenario.detectionMs, backend.verdict.state != .down {
                violate("is out for \(knownMs) ms and \(backend.verdict)", index)
            }
            if !backend.isOut, knownMs > scenario.recoveryMs, backend.verdict.state != .up {
                violate("is back for \(knownMs) ms and \(backend.verdict)", index)
            }
        }
        record.ejectedMax = max(record.ejectedMax, ejectedCount)
        let percentage = scenario.ejection.maxPercent * backends.count / 100
        if ejectedCount > max(percentage, 1) { violate("\(ejectedCount) are ejected") }
        if ejectedCount == backends.count { violate("all are ejected") }
        if !retryBound.holds(record, nowMs: nowMs) { violate("\(record.retries) retries") }
    }

    private mutating func violate(_ what: String, _ index: Int? = nil) {
        // The first few tell enough.
        guard record.violations.count < 5 else { return }
        let who = index.map { "backend \($0) " } ?? ""
        record.violations.append("at \(clock.nowMs) ms \(who)\(what)")
    }

    /// Does what is due at a backend. A result comes before the next probe, an outage before both.
    private mutating func turn(_ index: Int) {
        let nowMs = clock.nowMs
        if backends[index].changesAtMs == nowMs { changeTruth(index) }
        if backends[index].resultAtMs == nowMs { noteResult(index) }
        if backends[index].probeAtMs == nowMs { startProbe(index) }
        if backends[index].returnsAtMs == nowMs { endEjection(index) }
    }

    private mutating func changeTruth(_ index: Int) {
        let nowMs = clock.nowMs
        let meanMs = backends[index].isOut ? scenario.steadyMs : scenario.outageMs
        if backends[index].isOut, nowMs - backends[index].sinceMs > scenario.detectionMs {
            record.detections += 1
        }
        backends[index].isOut.toggle()
        backends[index].sinceMs = nowMs
        backends[index].changesAtMs = nowMs + 1 + upTo(2 * meanMs)
    }

    /// A backend that is out refuses at once or says nothing until the time is over; another one
    /// takes its time to answer.
    private mutating func startProbe(_ index: Int) {
        let nowMs = clock.nowMs
        let isOut = backends[index].isOut
        let isSilent = isOut && Bool.random(using: &random)
        backends[index].resultIsSuccess = !isOut
        backends[index].resultAtMs =
            nowMs + 1 + (isSilent ? scenario.timeoutMs - 1 : upTo(scenario.timeoutMs - 1))
        let reachMs = scenario.intervalMs * scenario.jitterPercent / 100
        backends[index].probeAtMs = nowMs + scenario.intervalMs - reachMs + upTo(2 * reachMs)
    }

    private mutating func noteResult(_ index: Int) {
        let before = backends[index].verdict.state
        backends[index].resultAtMs = .max
        let changed = backends[index].verdict.note(
            success: backends[index].resultIsSuccess, rise: scenario.rise, fall: scenario.fall)
        guard changed, backends[index].verdict.state == .up, before == .down else { return }
        record.recoveries += 1
        backends[index].consecutiveFailures = 0
        backends[index].rampFromMs = clock.nowMs
    }

    private mutating func noteFailure(_ index: Int) {
        let policy = scenario.ejection
        backends[index].consecutiveFailures += 1
        guard policy.isDue(consecutiveFailures: backends[index].consecutiveFailures),
            backends.count(where: \.isEjected) < policy.ejectedMax(of: backends.count)
        else { return }
        let nowMs = clock.nowMs
        let sinceReturnMs = nowMs - backends[index].returnedAtMs
        if policy.isForgotten(
            sinceReturnMs: sinceReturnMs, ejections: backends[index].ejections)
        {
            backends[index].ejections = 0
        }
        backends[index].ejections += 1
        backends[index].consecutiveFailures = 0
        backends[index].returnsAtMs =
            nowMs + policy.durationMs(ejections: backends[index].ejections)
        record.ejections.append(.init(backend: index, startMs: nowMs, endMs: .max))
    }

    private mutating func endEjection(_ index: Int) {
        backends[index].returnsAtMs = .max
        backends[index].returnedAtMs = clock.nowMs
        backends[index].rampFromMs = clock.nowMs
        guard let open = record.ejections.lastIndex(where: { $0.backend == index }) else {
            return violate("returns without an ejection", index)
        }
        record.ejections[open].endMs = clock.nowMs
    }

    private mutating func beginSession() {
        record.sessions += 1
        budget = budget.deposited(
            percent: scenario.budgetPercent, perSecond: scenario.budgetPerSecond,
            nowMs: clock.nowMs)
        if !serve() { record.failedSessions += 1 }
        sessionAtMs = clock.nowMs + 1 + upTo(2000 / scenario.sessionsPerSecond - 2)
    }

    /// Tries backends until one answers or nothing may be tried. Returns whether one did.
    private mutating func serve() -> Bool {
        var tried: [Int] = []
        while let index = pick(except: tried) {
            record.attempts += 1
            if !backends[index].isOut {
                backends[index].consecutiveFailures = 0
                return true
            }
            noteFailure(index)
            tried.append(index)
            guard tried.count <= scenario.retriesMax,
                let rest = budget.withdrawn(
                    perSecond: scenario.budgetPerSecond, nowMs: clock.nowMs)
            else { return false }
            budget = rest
            record.retries += 1
        }
        return false
    }

    /// A backend by chance. One that is still ramping up passes on what it does not admit, unless
    /// there is nobody else.
    mutating func pick(except tried: [Int]) -> Int? {
        var candidates: [Int] = []
        for index in 0..<backends.count where backends[index].isUsable {
            if tried.isEmpty || !tried.contains(index) { candidates.append(index) }
        }
        var fallback: Int?
        while !candidates.isEmpty {
            let place = Int(upTo(UInt64(candidates.count - 1)))
            let index = candidates[place]
            guard let rampFromMs = backends[index].rampFromMs else { return index }
            let draw = UInt32(truncatingIfNeeded: random.next())
            if SlowStart.admits(
                draw: draw, elapsedMs: clock.nowMs - rampFromMs, durationMs: scenario.slowStartMs)
            {
                return index
            }
            fallback = fallback ?? index
            candidates.remove(at: place)
        }
        return fallback
    }

    /// A time from zero to `maxMs`, by the high half of a product: as even as anyone could see.
    private mutating func upTo(_ maxMs: UInt64) -> UInt64 {
        random.next().multipliedFullWidth(by: maxMs + 1).high
    }
}
