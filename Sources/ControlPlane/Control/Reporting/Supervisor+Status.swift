// The status report of a running process.

internal import Health
internal import Balancing
internal import Config
internal import Glibc
internal import Linux
internal import Proxy
internal import Synchronization
internal import Telemetry

extension Supervisor {
    /// Sessions of all workers.
    var activeSessions: Int { unsafe process.pointee.active.load(ordering: .relaxed) }

    /// The state of everything at this moment.
    func statusReport() -> StatusReport {
        let leaving = Dictionary(grouping: leavingBackends(), by: \.upstream)
        return StatusReport(
            version: version, pid: Int(getpid()), state: phase.rawValue,
            uptimeSeconds: (loop.now - startedAt) / 1000, configuration: configurationPath,
            generation: generation, lastReloadError: lastReloadError, workers: workers.count,
            active: activeSessions,
            maxConnections: current.map { connectionsLimit($0.configuration) } ?? 0,
            listeners: (current?.listeners ?? []).map(report).sorted { $0.name < $1.name },
            upstreams: (current?.upstreams ?? [])
                .map { report($0, leaving: leaving[$0.record.name] ?? []) }
                .sorted { $0.name < $1.name })
    }

    /// Takes a sample of what grows, for the rates. Called about once a second.
    func sampleRates() {
        for entry in current?.listeners ?? [] {
            let counters = unsafe entry.record.state.pointee.counters
            let now = loop.now
            entry.record.rates.accepted.add(
                counters.sum(ListenerCounter.accepted.rawValue), at: now)
            entry.record.rates.received.add(
                counters.sum(ListenerCounter.bytesReceived.rawValue), at: now)
            entry.record.rates.sent.add(counters.sum(ListenerCounter.bytesSent.rawValue), at: now)
            guard let exchanges = entry.record.exchanges else { continue }
            let requests = unsafe exchanges.state.pointee.durations.read().count
            entry.record.rates.requests.add(requests, at: now)
        }
    }

    private func report(_ entry: ListenerEntry) -> StatusReport.Listener {
        let counters = unsafe entry.record.state.pointee.counters
        var ended: [String: UInt64] = [:]
        for reason in EndReason.allCases {
            let count = counters.sum(ListenerCounter.ended(reason))
            if count > 0 { ended[reason.word] = count }
        }
        return StatusReport.Listener(
            name: entry.record.name, addresses: entry.bound.map { "\($0.actual)" },
            protocol: entry.configuration.protocol.rawValue,
            upstream: entry.configuration.upstream, upstreams: entry.configuration.upstreams,
            active: unsafe entry.record.state.pointee.active.load(ordering: .relaxed),
            maxConnections: entry.configuration.maxConnections,
            accepted: counters.sum(ListenerCounter.accepted.rawValue),
            receivedBytes: counters.sum(ListenerCounter.bytesReceived.rawValue),
            sentBytes: counters.sum(ListenerCounter.bytesSent.rawValue),
            connectionsPerSecond: entry.record.rates.accepted.perSecond,
            receivedBytesPerSecond: entry.record.rates.received.perSecond,
            sentBytesPerSecond: entry.record.rates.sent.perSecond, ended: ended,
            requests: requests(entry), routes: routes(entry),
            certificates: certificates(entry))
    }

    private func requests(_ entry: ListenerEntry) -> StatusReport.Requests? {
        guard entry.configuration.protocol == .http, let exchanges = entry.record.exchanges else {
            return nil
        }
        return ExchangeSample([], [exchanges]).report(
            perSecond: entry.record.rates.requests.perSecond)
    }

    private func routes(_ entry: ListenerEntry) -> [StatusReport.Route]? {
        guard entry.configuration.protocol == .http else { return nil }
        let records = entry.record.routes.values.compactMap(\.record)
            .sorted { $0.number < $1.number }
        return records.map {
            StatusReport.Route(name: $0.name, requests: ExchangeSample([], [$0.exchanges]).report())
        }
    }

    private func report(
        _ upstream: UpstreamStorage, leaving: [BackendRecord]
    ) -> StatusReport.Upstream {
        let knowledge = discovery.knowledge(upstream.record.name)
        return StatusReport.Upstream(
            name: upstream.record.name,
            algorithm: upstream.configuration.balance.algorithm.rawValue,
            checksum: upstream.checksum,
            fit: upstream.fitCount(at: loop.now), source: upstream.configuration.source,
            sourceAgeSeconds: knowledge?.ageMs.map { $0 / 1000 },
            sourceError: knowledge?.lastError,
            failsOpen: upstream.failsOpen,
            breakers: upstream.record.breakers.open(at: loop.now).map(\.rawValue),
            waiting: unsafe upstream.record.state.pointee.waiting.load(ordering: .relaxed),
            active: unsafe upstream.record.state.pointee.active.load(ordering: .relaxed),
            backends: upstream.backends.indices.map { report(upstream, $0) }
                + leaving.map(report))
    }

    private func report(_ upstream: UpstreamStorage, _ index: Int) -> StatusReport.Backend {
        let record = upstream.backends[index]
        let configuration = upstream.configuration.backends[index]
        let condition = upstream.condition(of: index, at: loop.now)
        let isNamed = SocketAddress(configuration.address) == nil
        let address = upstream.addresses[index]
        var report = report(record)
        report.address = "\(configuration.address)"
        report.resolved = isNamed && address.isInternet ? "\(address)" : nil
        report.state = condition.word
        report.ejectedMs = condition.ejectedMs
        report.probe =
            record.lacksProbe
            ? "none: too many backends are to be probed"
            : record.probe.flatMap { prober.status(of: $0)?.last?.text }
        report.weight = upstream.weights[index]
        report.override = overrideReport(record.key)
        return report
    }

    /// What is known of a backend whatever the configuration says.
    private func report(_ record: BackendRecord) -> StatusReport.Backend {
        let counters = unsafe record.state.pointee.counters
        return StatusReport.Backend(
            name: record.name, address: record.name, state: BackendCondition.removed.word,
            weight: 0,
            active: unsafe record.state.pointee.active.load(ordering: .relaxed),
            connected: counters.sum(BackendCounter.connected.rawValue),
            failed: counters.sum(BackendCounter.connectFailed.rawValue)
                + counters.sum(BackendCounter.connectTimeout.rawValue),
            sentBytes: counters.sum(BackendCounter.bytesSent.rawValue),
            receivedBytes: counters.sum(BackendCounter.bytesReceived.rawValue))
    }
}

/// Whether a backend is fit to be chosen.
enum BackendCondition {
    /// An operator took it out: `drain` or `disabled`.
    case withdrawn(OperatorState)
    case up
    /// Probes say so.
    case down
    /// No probe has told yet.
    case unknown
    case ejected(UInt64)
    case unresolved
    /// It is no longer configured.
    case removed

    /// The word in status and metrics.
    var word: String {
        switch self {
        case .withdrawn(let state): state.word
        case .up: "up"
        case .down: "down"
        case .unknown: "unknown"
        case .ejected: "ejected"
        case .unresolved: "unresolved"
        case .removed: "removed"
        }
    }

    /// How long the ejection goes on, in ms.
    var ejectedMs: UInt64? {
        if case .ejected(let milliseconds) = self { milliseconds } else { nil }
    }
}

extension UpstreamConfiguration {
    /// Where its backends are found when the file does not list them.
    fileprivate var source: String? {
        if let dns { return "dns \(dns.name) \(dns.type.rawValue.uppercased())" }
        return file.map { "file \($0)" }
    }
}

extension UpstreamStorage {
    /// Sessions go to backends although these are not fit.
    var failsOpen: Bool {
        let state = unsafe record.state
        return unsafe state.pointee.ignoresHealth.load(ordering: .relaxed)
            || state.pointee.failedOpenAtMs.load(ordering: .relaxed) != 0
    }

    /// The checksum of the balancer's table, in hexadecimal.
    var checksum: String {
        guard let shared else { preconditionFailure("a plan in force has no balancer") }
        let digits = String(unsafe shared.levels[0].checksum, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Whether the backend at `index` is fit at `now` ms.
    func condition(of index: Int, at now: UInt64) -> BackendCondition {
        let word = unsafe backends[index].state.pointee.operatorState.load(ordering: .relaxed)
        if let state = OperatorState(rawValue: word), state != .ready { return .withdrawn(state) }
        guard addresses[index].family != 0 else { return .unresolved }
        let until = unsafe backends[index].state.pointee.ejectedUntilMs.load(ordering: .relaxed)
        switch backends[index].health {
        case .down: return .down
        case _ where until > now: return .ejected(until - now)
        case .unknown: return .unknown
        case .unprobed, .up: return .up
        }
    }
}
