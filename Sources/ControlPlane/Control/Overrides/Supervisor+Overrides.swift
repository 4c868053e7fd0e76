// What operators said, put in force: states go to the workers by atomics, weights by a snapshot of
// the same configuration with other tables. What was said is in `OverrideStore`.

internal import Config
internal import Linux
internal import Logging
internal import Proxy
internal import Synchronization

extension Supervisor {
    /// The weight of a backend: an operator's, or else the file's.
    func effectiveWeight(upstream: String, identity: String, file: Int) -> Int {
        overrides.weight(of: BackendKey(upstream: upstream, backend: identity)) ?? file
    }

    /// The weights of an upstream's backends, in their order.
    func effectiveWeights(_ upstream: UpstreamConfiguration) -> [Int] {
        upstream.backends.map {
            effectiveWeight(upstream: upstream.name, identity: $0.identity, file: $0.weight)
        }
    }

    /// Tells workers what operators said of the backends of some upstreams. To be called before
    /// these are published, so that no session gets to a backend between two words.
    func markOverridden(_ upstreams: [UpstreamStorage]) {
        for upstream in upstreams {
            for backend in upstream.backends {
                let state = overrides.state(of: backend.key)
                unsafe backend.state.pointee.operatorState.store(
                    state.rawValue, ordering: .relaxed)
            }
        }
    }

    /// What was said changed: brings states, weights and the timer in line. `done` hears when all
    /// of it is in force.
    func overridesChanged(_ done: @escaping () -> Void = {}) {
        markOverridden(current?.upstreams ?? [])
        armOverrideTimer()
        updateProbes()
        callWaiting()
        weightWaiters.append(done)
        bringWeightsUpToDate()
    }

    /// Republishes the configuration in force when weights are others than its tables were built
    /// from. While a reload is under way it does nothing: the end of that calls it again.
    func bringWeightsUpToDate() {
        guard reloading == nil else { return }
        if phase == .running, let current, hasOtherWeights(current) {
            return republish(current.configuration)
        }
        let waiters = weightWaiters
        weightWaiters = []
        waiters.forEach { $0() }
    }

    private func hasOtherWeights(_ storage: SnapshotStorage) -> Bool {
        storage.upstreams.contains { $0.weights != effectiveWeights($0.configuration) }
    }

    private func armOverrideTimer() {
        loop.cancel(overrideTimer)
        overrideTimer = overrides.nextExpiry.map { next in
            loop.after(next - min(next, loop.now)) { [unowned self] in expireOverrides() }
        }
    }

    private func expireOverrides() {
        for (key, override) in overrides.expire(at: loop.now) {
            log.info(
                "override has ended",
                metadata: [
                    "subject": "\(key) \(override.words)", "upstream": "\(key.upstream)",
                    "backend": "\(key.backend)", "override": "\(override.words)",
                    "operator": "\(override.author.name)",
                ])
        }
        overridesChanged()
    }

    // What is told of it --------------------------------------------------------------------

    /// All that operators said and did not take back, sorted by backend.
    func overrideReports() -> [OverrideReport] {
        let configured = Set((current?.upstreams ?? []).flatMap(\.backends).map(\.key))
        let now = loop.now
        return overrides.entries.sorted { $0.key < $1.key }.flatMap { key, entry in
            entry.all.map {
                OverrideReport(key, $0, isConfigured: configured.contains(key), now: now)
            }
        }
    }

    /// What operators said of one configured backend; nil when they said nothing.
    func overrideReport(_ key: BackendKey) -> StatusReport.Override? {
        let entry = overrides.entry(key)
        guard !entry.all.isEmpty else { return nil }
        func report(_ override: Override?) -> OverrideReport? {
            override.map {
                OverrideReport(key, $0, isConfigured: true, now: loop.now)
            }
        }
        return StatusReport.Override(state: report(entry.state), weight: report(entry.weight))
    }
}

extension BackendRecord {
    /// What operators' words are kept by.
    var key: BackendKey { BackendKey(upstream: upstream, backend: name) }
}
