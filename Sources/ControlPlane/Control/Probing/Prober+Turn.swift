// One turn of the prober: what has happened, whose time is over, who is due. Here probes begin and
// end; a failure of this process is never held against a backend.

internal import Containers
internal import Health
internal import Linux

extension Prober {
    /// Does all that is to be done now. The loop calls it for events and at the next wake-up.
    func turn() {
        // Answers first: one that is here in time is not late because this thread was.
        takeEvents()
        expireTimers()
        startQueued()
        arm()
        deliver()
    }

    private func takeEvents() {
        let count = epoll.wait(timeout: 0)
        for index in 0..<count {
            let event = epoll.event(index)
            let token = Token(rawValue: event.token)
            let place = Int(token.index)
            // What is told of an earlier probe is not this one's; see `Probe.token`.
            guard place < probes.count, probes[place]?.token == token,
                probes[place]?.isUnderWay == true,
                let step = probes[place]?.proceed(event.readiness, &space), step != .waiting
            else { continue }
            finish(token.index, step)
        }
    }

    private func expireTimers() {
        let nowMs = nowNs / 1_000_000
        while case let place = wheel.nextExpired(at: nowMs), place >= 0 {
            if probes[Int(place)]?.isUnderWay == true, let step = probes[Int(place)]?.timedOut() {
                finish(place, step)
            } else {
                queue.append(place)
            }
        }
    }

    private func startQueued() {
        var begun = 0
        while counters.inFlight < concurrentMax, begun < ControlLimits.probeBurst {
            let place = queue.popFirst()
            guard place >= 0 else { return }
            begun += 1
            start(place)
        }
    }

    private func start(_ place: Int32) {
        let nowNs = nowNs
        let nowMs = nowNs / 1_000_000
        guard let dueMs = probes[Int(place)]?.dueMs,
            let timeoutMs = probes[Int(place)]?.target.timeoutMs
        else { preconditionFailure("a place in the queue has no target") }
        counters.addLag(nowMs - min(nowMs, dueMs))
        counters.started += 1
        counters.inFlight += 1
        wheel.set(place, deadline: nowMs + timeoutMs)
        let token = makeToken(place)
        if let step = probes[Int(place)]?.start(epoll, token: token, at: nowNs), step != .waiting {
            finish(place, step)
        }
    }

    /// Ends a probe with its result, and sets when the next one is due.
    private func finish(_ place: Int32, _ step: Probe.Step) {
        guard let target = probes[Int(place)]?.target,
            let startedNs = probes[Int(place)]?.startedNs,
            let outcome = probes[Int(place)]?.outcome(step, at: nowNs)
        else { preconditionFailure("a probe without a target has ended") }
        probes[Int(place)]?.end()
        counters.inFlight -= 1
        let nowMs = nowNs / 1_000_000
        if outcome.failure == .exhausted {
            counters.addFailure(.exhausted)
            let waitMs = min(target.intervalMs, ControlLimits.probeRetryMs)
            return schedule(place, nowMs + waitMs)
        }
        if let failure = outcome.failure {
            counters.addFailure(failure)
        } else {
            counters.succeeded += 1
        }
        counters.durations.add(outcome.durationNs)
        // Many begin at one time, as after a start: the second round parts them for good.
        let isFirst = probes[Int(place)]?.last == nil
        judge(place, target, outcome)
        let waitMs = isFirst ? spread(target.intervalMs) : jittered(target.intervalMs)
        schedule(place, max(nowMs, startedNs / 1_000_000 + waitMs))
    }

    private func judge(_ place: Int32, _ target: ProbeTarget, _ outcome: ProbeOutcome) {
        guard let previous = probes[Int(place)]?.verdict.state else { return }
        probes[Int(place)]?.last = outcome
        let isChange = probes[Int(place)]?.verdict.note(
            success: outcome.isSuccess, rise: target.rise, fall: target.fall)
        guard isChange == true, let probe = probes[Int(place)] else { return }
        reports.append(
            ProbeReport(
                target: target, subscription: probe.subscription, outcome: outcome,
                previous: previous, state: probe.verdict.state))
    }

    private func schedule(_ place: Int32, _ dueMs: UInt64) {
        probes[Int(place)]?.dueMs = dueMs
        wheel.set(place, deadline: dueMs)
    }

    /// Tells what has changed. Whoever hears of it may change the targets: what went with that is
    /// not told any more.
    private func deliver() {
        guard !reports.isEmpty else { return }
        let told = reports
        reports = []
        for report in told where status(of: report.target) != nil { onResult(report) }
    }
}
