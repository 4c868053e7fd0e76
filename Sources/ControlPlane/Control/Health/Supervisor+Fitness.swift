// How many backends of each upstream are fit, and what follows when they are few: health is
// overlooked, loudly. Backends that fail more often than their fellows are ejected here, since only
// the control thread sees the counters of all workers.

internal import Config
internal import Health
internal import Linux
internal import Logging
internal import Proxy
internal import Synchronization
internal import Telemetry

extension Supervisor {
    /// Looks at all upstreams: about once a second, and when a backend's fitness has changed.
    func assessUpstreams() {
        for upstream in current?.upstreams ?? [] { assess(upstream) }
    }

    private func assess(_ upstream: UpstreamStorage) {
        let state = unsafe upstream.record.state
        let fit = upstream.fitCount(at: loop.now)
        let total = upstream.servingCount
        // Those that no probe has told of yet are chosen before health is overlooked, and of each
        // upstream that is new it would be said that too few are fit.
        let hopeful = fit + upstream.unknownCount(at: loop.now)
        let metadata: Logger.Metadata = [
            "subject": "\(upstream.record.number)", "upstream": "\(upstream.record.name)",
            "fit": "\(fit)", "backends": "\(total)",
        ]
        var ignores = false
        if let percent = upstream.configuration.failOpen, percent > 0 {
            ignores = hopeful * 100 <= percent * total
            if unsafe state.pointee.ignoresHealth.exchange(ignores, ordering: .relaxed) != ignores {
                if ignores {
                    log.error("too few backends are fit: health is overlooked", metadata: metadata)
                } else {
                    log.info("enough backends are fit: health counts again", metadata: metadata)
                }
            }
        } else {
            unsafe state.pointee.ignoresHealth.store(false, ordering: .relaxed)
        }
        if fit > 0, !ignores, unsafe state.pointee.failedOpenAtMs.load(ordering: .relaxed) != 0 {
            unsafe state.pointee.failedOpenAtMs.store(0, ordering: .relaxed)
            log.info("a backend is fit again", metadata: metadata)
        }
    }

    /// Looks at what the limits of upstreams keep back. Called about once a second.
    func sampleBreakers() {
        for upstream in current?.upstreams ?? [] {
            unsafe upstream.record.breakers.sample(upstream.record.state, at: loop.now)
        }
    }

    /// Backends that are no longer configured and have sessions still, by upstream and name.
    func leavingBackends() -> [BackendRecord] {
        removed.values.compactMap(\.record).filter {
            unsafe $0.state.pointee.active.load(ordering: .relaxed) > 0
        }.sorted { $0.key < $1.key }
    }

    /// Ejects backends that failed more often than their fellows, where that is asked for. Called
    /// about once a second.
    func ejectOutliers() {
        for upstream in current?.upstreams ?? [] {
            guard let policy = upstream.configuration.eject?.successRate,
                loop.now - upstream.record.tallied.at >= policy.interval.milliseconds
            else { continue }
            let before = upstream.record.tallied
            var counts: [UInt32: SuccessRate.Tally] = [:]
            let tallies = upstream.backends.map { backend in
                let count = backend.connects
                counts[backend.number] = count
                let earlier = before.counts[backend.number] ?? count
                return SuccessRate.Tally(
                    successes: count.successes - earlier.successes,
                    failures: count.failures - earlier.failures)
            }
            upstream.record.tallied = (loop.now, counts)
            guard before.at > 0 else { continue }
            let rate = SuccessRate(
                minimumConnections: policy.minimumConnections,
                minimumBackends: policy.minimumBackends, deviations: policy.deviations)
            for index in rate.outliers(in: tallies) { eject(upstream, index, tallies[index]) }
        }
    }

    private func eject(_ upstream: UpstreamStorage, _ index: Int, _ tally: SuccessRate.Tally) {
        let backend = upstream.backends[index]
        let policy = unsafe upstream.plan.pointee.ejection
        let ejected = upstream.backends.count {
            unsafe $0.state.pointee.ejectedUntilMs.load(ordering: .relaxed) > loop.now
        }
        guard unsafe backend.state.pointee.ejectedUntilMs.load(ordering: .relaxed) == 0,
            ejected < policy.ejectedMax(of: upstream.backends.count),
            upstream.fitCount(at: loop.now) > 1
        else { return }
        let duration = unsafe backend.state.pointee.eject(at: loop.now, by: policy)
        backend.transitions[BackendTransition(to: "ejected", "success_rate"), default: 0] += 1
        log.warning(
            "backend ejected",
            metadata: [
                "subject": "\(backend.number)", "upstream": "\(backend.upstream)",
                "backend": "\(backend.name)", "for_ms": "\(duration)",
                "reason": "success_rate", "succeeded": "\(tally.successes)",
                "failed": "\(tally.failures)",
            ])
    }

    /// Makes workers look at who waits for a backend with room: one may have become fit.
    func callWaiting() {
        let isAnyoneWaiting = (current?.upstreams ?? []).contains {
            unsafe $0.record.state.pointee.waiting.load(ordering: .relaxed) > 0
        }
        guard isAnyoneWaiting else { return }
        for worker in workers { unsafe worker.handle.pointee.callToLines() }
    }
}

extension UpstreamStorage {
    /// Backends that sessions may be sent to, if they are fit.
    var servingCount: Int { backends.indices.count { canServe($0) } }

    /// Those of them that are fit at `now` ms.
    func fitCount(at now: UInt64) -> Int {
        backends.indices.count { canServe($0) && backends[$0].isFit(at: now) }
    }

    /// Those of them that no probe has told of yet, and that nothing else speaks against.
    func unknownCount(at now: UInt64) -> Int {
        backends.indices.count {
            guard canServe($0), case .unknown = condition(of: $0, at: now) else { return false }
            return true
        }
    }

    private func canServe(_ index: Int) -> Bool {
        weights[index] > 0 && addresses[index].family != 0
    }
}

extension BackendRecord {
    /// True when neither probes, failures nor an operator keep work from it.
    func isFit(at now: UInt64) -> Bool { unsafe state.pointee.isFit(at: now) }

    /// Connects so far, by what became of them.
    fileprivate var connects: SuccessRate.Tally {
        let counters = unsafe state.pointee.counters
        return SuccessRate.Tally(
            successes: counters.sum(BackendCounter.connected.rawValue),
            failures: counters.sum(BackendCounter.connectFailed.rawValue)
                + counters.sum(BackendCounter.connectTimeout.rawValue))
    }
}
