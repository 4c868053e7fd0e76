// From upstreams to what is probed, and from what probes say to the backends' states.

internal import Config
internal import Health
internal import Linux
internal import Logging
internal import Proxy
internal import Synchronization

extension Supervisor {
    /// Brings what is probed in line with the configuration in force and with what operators said.
    func updateProbes() {
        var targets: [ProbeTarget: ProbeSubscription] = [:]
        for upstream in current?.upstreams ?? [] {
            for (index, backend) in upstream.backends.enumerated() {
                backend.lacksProbe = false
                guard let target = upstream.probeTarget(at: index) else {
                    // Nobody asks any more: what was last heard says nothing of now.
                    if backend.probe != nil { backend.probe = nil }
                    if upstream.configuration.health == nil { backend.set(.unprobed) }
                    continue
                }
                let isNew = backend.probe != target
                backend.probe = target
                targets[target, default: []].append(backend.number)
                guard isNew else { continue }
                // Others may have it probed already: what they were told is not told again.
                switch prober.status(of: target)?.verdict.state {
                case .up:
                    if backend.health == .down {
                        unsafe backend.state.pointee.recover(at: loop.now)
                    }
                    backend.set(.up)
                case .down: backend.set(.down)
                default: if backend.health == .unprobed { backend.set(.unknown) }
                }
            }
        }
        let omitted = prober.setTargets(targets)
        leaveUnprobed(omitted.flatMap { targets[$0] ?? [] })
    }

    /// Takes backends for fit that there are too many of to probe, loudly: held to be unknown they
    /// would get nothing for as long as one other is up.
    private func leaveUnprobed(_ numbers: [UInt32]) {
        for case let backend as BackendRecord in numbers.lazy.map(registry.named) {
            backend.probe = nil
            backend.lacksProbe = true
            backend.set(.unprobed)
        }
        guard numbers.count != unprobedCount else { return }
        unprobedCount = numbers.count
        let metadata: Logger.Metadata = [
            "not_probed": "\(numbers.count)", "most": "\(prober.targetsMax)",
        ]
        guard numbers.isEmpty else {
            return log.error(
                "too many backends to probe: some are taken for fit", metadata: metadata)
        }
        log.info("all backends are probed again", metadata: metadata)
    }

    /// A verdict has changed: tells the workers and the log.
    func hear(_ report: ProbeReport) {
        for number in report.subscription {
            guard let backend = registry.named(number) as? BackendRecord else { continue }
            let previous = backend.health
            backend.set(report.state)
            guard previous != report.state else { continue }
            if report.state == .up, previous == .down {
                unsafe backend.state.pointee.recover(at: loop.now)
            }
            note(report.state, of: backend, reason: report.outcome.failure?.word ?? "ok")
            var metadata: Logger.Metadata = [
                "subject": "\(number)", "upstream": "\(backend.upstream)",
                "backend": "\(backend.name)", "probe": "\(report.outcome.text)",
            ]
            guard report.state == .up else {
                metadata["sessions"] =
                    "\(unsafe backend.state.pointee.active.load(ordering: .relaxed))"
                log.warning("backend is down", metadata: metadata)
                continue
            }
            log.info("backend is up", metadata: metadata)
        }
        guard !willAssess else { return }
        willAssess = true
        // Once for all that were told together: after an outage these may be thousands.
        loop.after(0) { [unowned self] in
            willAssess = false
            assessUpstreams()
            callWaiting()
        }
    }

    private func note(
        _ state: ProbeVerdict.State, of backend: BackendRecord, reason: String
    ) {
        backend.transitions[
            BackendTransition(to: state == .up ? "up" : "down", reason), default: 0] += 1
    }
}

extension BackendRecord {
    /// What probes say of it.
    var health: ProbeVerdict.State {
        let word = unsafe state.pointee.health.load(ordering: .relaxed)
        return ProbeVerdict.State(rawValue: word) ?? .unprobed
    }

    /// Tells the workers what probes say of it.
    func set(_ health: ProbeVerdict.State) {
        unsafe state.pointee.health.store(health.rawValue, ordering: .relaxed)
    }
}

extension UpstreamStorage {
    /// What to probe of the backend at `index`; nil when it is not to be probed.
    func probeTarget(at index: Int) -> ProbeTarget? {
        guard let health = configuration.health, addresses[index].family != 0 else { return nil }
        let word = unsafe backends[index].state.pointee.operatorState.load(ordering: .relaxed)
        guard word != OperatorState.disabled.rawValue else { return nil }
        var address = addresses[index]
        if let port = health.port, address.isInternet { address.port = port }
        let source = SocketAddress(configuration.connect.source)
        return ProbeTarget(
            address: address, source: source.family == address.family ? source : nil,
            kind: ProbeKind(health.probe), tls: health.tls ? probeTLS(at: index) : nil,
            intervalMs: health.interval.milliseconds,
            timeoutMs: health.timeout.milliseconds, rise: health.rise, fall: health.fall)
    }
}

extension UpstreamStorage {
    /// How the backend at `index` is probed by TLS; nil where it speaks none. Where backends are asked
    /// for the host of the request, that is the probe's own.
    private func probeTLS(at index: Int) -> ProbeTLS? {
        guard let tls else { return nil }
        var name = tls.serverName(of: configuration.backends[index].address)
        if tls.material.configuration.serverNameFromHost,
            case .http(let probe) = configuration.health?.probe, let host = probe.host
        {
            name = ProbeTLS.name(ofHost: host)
        }
        return ProbeTLS(upstream: tls, name: name)
    }
}

extension ProbeKind {
    /// The probe that a configuration asks for.
    init(_ probe: ProbeConfiguration) {
        switch probe {
        case .tcp(let send, let expect): self = .tcp(send: send, expect: expect)
        case .http(let http):
            self = .http(
                HTTPProbe(
                    method: http.method, path: http.path, host: http.host, statuses: http.statuses,
                    body: http.body))
        }
    }
}
