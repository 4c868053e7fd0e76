// The metrics of what sessions go to: upstreams and backends.

internal import Config
internal import Proxy
internal import Synchronization
internal import Telemetry

extension Supervisor {
    /// The metrics of upstreams.
    func addUpstreams(_ metrics: inout MetricsText) {
        let upstreams = current?.upstreams ?? []
        metrics.begin("sluice_upstream_sessions_active", .gauge, "Sessions now.")
        for upstream in upstreams {
            let active = unsafe upstream.record.state.pointee.active.load(ordering: .relaxed)
            metrics.add(active, [("upstream", upstream.record.name)])
        }
        metrics.begin("sluice_upstream_backends_fit", .gauge, "Backends that are fit.")
        for upstream in upstreams {
            metrics.add(upstream.fitCount(at: loop.now), [("upstream", upstream.record.name)])
        }
        metrics.begin(
            "sluice_upstream_fails_open", .gauge,
            "1 while sessions go to unfit backends, since too few are fit.")
        for upstream in upstreams {
            metrics.add(upstream.failsOpen ? 1 : 0, [("upstream", upstream.record.name)])
        }
        metrics.begin(
            "sluice_upstream_breaker_open", .gauge,
            "1 while a limit has lately kept sessions from backends.")
        for upstream in upstreams {
            let open = upstream.record.breakers.open(at: loop.now)
            for breaker in Breaker.allCases {
                metrics.add(
                    open.contains(breaker) ? 1 : 0,
                    [("upstream", upstream.record.name), ("breaker", breaker.rawValue)])
            }
        }
        metrics.begin("sluice_upstream_queue_length", .gauge, "Sessions that wait for room now.")
        for upstream in upstreams {
            let waiting = unsafe upstream.record.state.pointee.waiting.load(ordering: .relaxed)
            metrics.add(waiting, [("upstream", upstream.record.name)])
        }
        let families: [(String, String, UpstreamCounter)] = [
            ("sluice_upstream_queued_total", "Sessions that had to wait for room.", .queued),
            ("sluice_upstream_queue_full_total", "Sessions that found the queue full.", .queueFull),
            ("sluice_upstream_retries_total", "Attempts after one had failed.", .retried),
            (
                "sluice_upstream_full_total",
                "Sessions that found all fit backends full, and that may not wait.", .full
            ),
            (
                "sluice_upstream_retries_denied_total",
                "Attempts that the retry budget did not allow.", .retriesDenied
            ),
            (
                "sluice_upstream_failed_open_total",
                "Sessions that went to an unfit backend, for want of a fit one.", .failedOpen
            ),
            (
                "sluice_upstream_ejections_spared_total",
                "Ejections that would have left too few backends.", .ejectionsSpared
            ),
        ]
        for (name, help, counter) in families {
            metrics.begin(name, .counter, help)
            for upstream in upstreams {
                let counters = unsafe upstream.record.state.pointee.counters
                metrics.add(
                    counters.sum(counter.rawValue), [("upstream", upstream.record.name)])
            }
        }
        let bound = upstreams.filter { $0.configuration.affinity != nil }
        if !bound.isEmpty {
            metrics.begin(
                "sluice_upstream_affinity_total", .counter,
                "Responses to requests with a cookie that binds to a backend, by whether it "
                    + "answered, another did, or the cookie names none.")
        }
        for upstream in bound {
            let counters = unsafe upstream.record.state.pointee.counters
            for (result, counter) in [
                ("kept", UpstreamCounter.affinityKept), ("moved", .affinityMoved),
                ("unknown", .affinityUnknown),
            ] {
                metrics.add(
                    counters.sum(counter.rawValue),
                    [("upstream", upstream.record.name), ("result", result)])
            }
        }
        metrics.begin(
            "sluice_upstream_queue_seconds", .summary,
            "Time that sessions waited which got a backend.")
        for upstream in upstreams {
            let counters = unsafe upstream.record.state.pointee.counters
            let labels = [("upstream", upstream.record.name)]
            let sum = counters.sum(UpstreamCounter.queueMilliseconds.rawValue)
            metrics.add(Double(sum) / 1000, labels, suffix: "_sum")
            metrics.add(
                counters.sum(UpstreamCounter.unqueued.rawValue), labels, suffix: "_count")
        }
        metrics.begin(
            "sluice_upstream_table_info", .gauge,
            "The balancing table by its checksum: nodes with equal ones choose alike.")
        for upstream in upstreams {
            metrics.add(
                1,
                [
                    ("upstream", upstream.record.name),
                    ("algorithm", upstream.configuration.balance.algorithm.rawValue),
                    ("checksum", upstream.checksum),
                ])
        }
    }

    /// The metrics of backends, by what sessions made of them.
    func addBackends(_ metrics: inout MetricsText) {
        let upstreams = current?.upstreams ?? []
        let families: [(String, String, BackendCounter)] = [
            ("sluice_backend_connections_total", "Sessions that reached the backend.", .connected),
            ("sluice_backend_retries_total", "Sessions that came from a failed backend.", .retried),
            ("sluice_backend_sent_bytes_total", "Bytes to the backend.", .bytesSent),
            ("sluice_backend_received_bytes_total", "Bytes from the backend.", .bytesReceived),
            ("sluice_backend_resets_total", "Connections that the backend reset.", .reset),
            ("sluice_backend_ejections_total", "Ejections for failed connects.", .ejected),
            ("sluice_pool_borrowed_total", "Pooled connections that sessions took.", .borrowed),
            ("sluice_pool_created_total", "Connections made for the pool.", .pooled),
            (
                "sluice_pool_stale_total", "Pooled connections that ended before a session came.",
                .stale
            ),
            (
                "sluice_pool_expired_total", "Pooled connections that nobody took in time.",
                .expired
            ),
        ]
        for (name, help, counter) in families {
            metrics.begin(name, .counter, help)
            forEachBackend(upstreams) { record, labels, _ in
                let counters = unsafe record.state.pointee.counters
                metrics.add(counters.sum(counter.rawValue), labels)
            }
        }
        metrics.begin(
            "sluice_backend_connect_failures_total", .counter, "Connects that failed, by cause.")
        forEachBackend(upstreams) { record, labels, _ in
            let counters = unsafe record.state.pointee.counters
            for (cause, counter) in [
                ("failed", BackendCounter.connectFailed), ("timeout", .connectTimeout),
            ] {
                metrics.add(counters.sum(counter.rawValue), labels + [("cause", cause)])
            }
        }
        metrics.begin(
            "sluice_backend_connect_seconds", .summary, "Time that establishing connections took.")
        forEachBackend(upstreams) { record, labels, _ in
            let counters = unsafe record.state.pointee.counters
            let sum = counters.sum(BackendCounter.connectMilliseconds.rawValue)
            metrics.add(Double(sum) / 1000, labels, suffix: "_sum")
            metrics.add(
                counters.sum(BackendCounter.connected.rawValue), labels, suffix: "_count")
        }
        metrics.begin("sluice_backend_sessions_active", .gauge, "Sessions now.")
        forEachBackend(upstreams) { record, labels, _ in
            metrics.add(unsafe record.state.pointee.active.load(ordering: .relaxed), labels)
        }
        metrics.begin(
            "sluice_backend_up", .gauge, "1 when the backend may be chosen, 0 while it is out.")
        forEachBackend(upstreams) { _, labels, condition in
            if case .up = condition { metrics.add(1, labels) } else { metrics.add(0, labels) }
        }
    }

    /// All backends with their labels and conditions: those configured, then those that are leaving.
    func forEachBackend(
        _ upstreams: [UpstreamStorage],
        _ body: (BackendRecord, [(String, String)], BackendCondition) -> Void
    ) {
        let now = loop.now
        for upstream in upstreams {
            for (index, record) in upstream.backends.enumerated() {
                body(record, record.labels, upstream.condition(of: index, at: now))
            }
        }
        for record in leavingBackends() { body(record, record.labels, .removed) }
    }
}

extension BackendRecord {
    /// What tells its samples from others.
    fileprivate var labels: [(String, String)] { [("upstream", upstream), ("backend", name)] }
}
