// Every metric of the process, by subject.

internal import Config
internal import Linux
internal import Proxy
internal import Synchronization
internal import Telemetry

extension Supervisor {
    /// What GET /metrics answers.
    func metricsText() -> String {
        var metrics = MetricsText()
        addProcess(&metrics)
        addWorkers(&metrics)
        addListeners(&metrics)
        addExchanges(&metrics)
        addUpstreams(&metrics)
        addBackends(&metrics)
        addProbes(&metrics)
        addResolver(&metrics)
        return metrics.text
    }

    private func addProcess(_ metrics: inout MetricsText) {
        metrics.begin("sluice_build_info", .gauge, "The program's version; always 1.")
        metrics.add(1, [("version", version)])
        metrics.single(
            "process_start_time_seconds", .gauge, "When the process started, since 1970.",
            startedAtNanoseconds / 1_000_000_000)
        if let usage = ProcessUsage.current() {
            metrics.single(
                "process_cpu_seconds_total", .counter, "Processor time of the process.",
                usage.cpuSeconds)
            metrics.single(
                "process_resident_memory_bytes", .gauge, "Memory that the process has in RAM.",
                usage.residentBytes)
            metrics.single(
                "process_open_fds", .gauge, "Descriptors that are open.", usage.openDescriptors)
        }
        metrics.single(
            "process_max_fds", .gauge, "Descriptors that may be open.",
            Machine.descriptorLimit().soft)
        metrics.single("sluice_connections_active", .gauge, "Sessions now.", activeSessions)
        metrics.single(
            "sluice_connections_max", .gauge, "Sessions at one time at most.",
            current.map { connectionsLimit($0.configuration) } ?? 0)
        metrics.single(
            "sluice_config_generation", .gauge, "Configurations that were in force, with this one.",
            generation)
        metrics.single(
            "sluice_config_last_reload_successful", .gauge,
            "1 unless the last reload was refused.", lastReloadError == nil ? 1 : 0)
        metrics.single(
            "sluice_config_last_reload_success_timestamp_seconds", .gauge,
            "When the configuration in force was applied, since 1970.",
            lastReloadAtNanoseconds / 1_000_000_000)
        metrics.begin("sluice_config_reloads_total", .counter, "Reloads by what became of them.")
        metrics.add(reloadCounts.applied, [("result", "applied")])
        metrics.add(reloadCounts.refused, [("result", "refused")])
        metrics.single(
            "sluice_snapshots_retired", .gauge,
            "Earlier configurations that sessions still use.", retired.count)
        metrics.single(
            "sluice_log_lines_dropped_total", .counter, "Log lines that nobody took in time.",
            output.writer.droppedLines)
    }

    private func addWorkers(_ metrics: inout MetricsText) {
        let families: [(String, String, WorkerCounter)] = [
            ("sluice_worker_turns_total", "Turns of the event loop.", .turns),
            ("sluice_worker_events_total", "Events handled.", .events),
            ("sluice_worker_stale_events_total", "Events for sockets closed before.", .staleEvents),
            ("sluice_worker_spliced_total", "Directions that went over to splicing.", .spliced),
            (
                "sluice_worker_records_dropped_total", "Records that did not reach the log.",
                .droppedRecords
            ),
        ]
        for (name, help, counter) in families {
            metrics.begin(name, .counter, help)
            for (index, worker) in workers.enumerated() {
                let row = unsafe worker.handle.pointee.counters.row(0)
                metrics.add(row.value(counter.rawValue), [("worker", "\(index)")])
            }
        }
        metrics.begin("sluice_worker_sessions", .gauge, "Sessions of a worker.")
        for (index, worker) in workers.enumerated() {
            let count = unsafe worker.handle.pointee.sessions.load(ordering: .relaxed)
            metrics.add(count, [("worker", "\(index)")])
        }
    }

    private func addListeners(_ metrics: inout MetricsText) {
        let listeners = current?.listeners ?? []
        let families: [(String, String, ListenerCounter)] = [
            ("sluice_listener_connections_total", "Connections accepted.", .accepted),
            ("sluice_listener_received_bytes_total", "Bytes from clients.", .bytesReceived),
            ("sluice_listener_sent_bytes_total", "Bytes to clients.", .bytesSent),
            (
                "sluice_listener_accept_errors_total", "Connections that were gone when accepted.",
                .acceptErrors
            ),
        ]
        for (name, help, counter) in families {
            metrics.begin(name, .counter, help)
            for entry in listeners {
                let counters = unsafe entry.record.state.pointee.counters
                metrics.add(counters.sum(counter.rawValue), [("listener", entry.record.name)])
            }
        }
        metrics.begin(
            "sluice_listener_accept_pauses_total", .counter, "Pauses of accepting, by cause.")
        for entry in listeners {
            let counters = unsafe entry.record.state.pointee.counters
            for (cause, counter) in [
                ("exhausted", ListenerCounter.pausedExhausted), ("limit", .pausedLimit),
            ] {
                metrics.add(
                    counters.sum(counter.rawValue),
                    [("listener", entry.record.name), ("cause", cause)])
            }
        }
        metrics.begin("sluice_listener_sessions_active", .gauge, "Sessions now.")
        for entry in listeners {
            let active = unsafe entry.record.state.pointee.active.load(ordering: .relaxed)
            metrics.add(active, [("listener", entry.record.name)])
        }
        metrics.begin(
            "sluice_listener_sessions_ended_total", .counter, "Sessions ended, by reason.")
        for entry in listeners {
            let counters = unsafe entry.record.state.pointee.counters
            for reason in EndReason.allCases {
                metrics.add(
                    counters.sum(ListenerCounter.ended(reason)),
                    [
                        ("listener", entry.record.name), ("reason", reason.word),
                        ("blame", reason.blame.word),
                    ])
            }
        }
    }

    private func addUpstreams(_ metrics: inout MetricsText) {
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

    private func addBackends(_ metrics: inout MetricsText) {
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

    private func addResolver(_ metrics: inout MetricsText) {
        metrics.single(
            "sluice_dns_queries_total", .counter, "Names that were asked for.", resolver.queryCount)
        metrics.begin("sluice_dns_failures_total", .counter, "Queries that failed, by cause.")
        for kind in ResolverFailure.Kind.allCases {
            metrics.add(resolver.failureCounts[kind] ?? 0, [("cause", kind.rawValue)])
        }
        metrics.begin(
            "sluice_upstream_source_age_seconds", .gauge,
            "How old the last good list of an upstream's backends is.")
        let sources = (current?.upstreams ?? []).compactMap { upstream in
            discovery.knowledge(upstream.record.name).map { (upstream.record.name, $0) }
        }
        for (name, knowledge) in sources {
            guard let age = knowledge.ageMs else { continue }
            metrics.add(Double(age) / 1000, [("upstream", name)])
        }
        metrics.begin(
            "sluice_upstream_source_failed", .gauge,
            "1 while an upstream keeps its backends because its source gives no good list.")
        for (name, knowledge) in sources {
            metrics.add(knowledge.lastError == nil ? 0 : 1, [("upstream", name)])
        }
    }

    private func addProbes(_ metrics: inout MetricsText) {
        let counters = prober.counters
        metrics.begin("sluice_probes_total", .counter, "Probes by what became of them.")
        metrics.add(counters.succeeded, [("result", "ok")])
        for failure in ProbeFailure.allCases {
            metrics.add(counters.failed(failure), [("result", failure.word)])
        }
        metrics.begin("sluice_probe_seconds", .histogram, "Time that probes took.")
        var below: UInt64 = 0
        for (index, count) in counters.durations.counts.enumerated() {
            below += count
            let bounds = ProbeDurations.boundsMicroseconds
            let bound = index < bounds.count ? "\(Double(bounds[index]) / 1_000_000)" : "+Inf"
            metrics.add(below, [("le", bound)], suffix: "_bucket")
        }
        metrics.add(Double(counters.durations.sumNs) / 1_000_000_000, suffix: "_sum")
        metrics.add(counters.durations.count, suffix: "_count")
        metrics.single("sluice_probes_in_flight", .gauge, "Probes now.", counters.inFlight)
        metrics.single(
            "sluice_probes_waiting", .gauge, "Probes that are due and wait for others.",
            counters.waiting)
        metrics.single(
            "sluice_backends_not_probed", .gauge,
            "Backends that are to be probed and are not, since there are too many.",
            unprobedCount)
        metrics.single(
            "sluice_probe_lag_seconds", .gauge, "How late the last probe began.",
            Double(counters.lagLastMs) / 1000)
        metrics.begin(
            "sluice_backend_transitions_total", .counter,
            "What backends became, and why: by probes, and by success rates.")
        forEachBackend(current?.upstreams ?? []) { record, labels, _ in
            for (transition, count) in record.transitions.sorted(by: { $0.key < $1.key }) {
                metrics.add(
                    count, labels + [("to", transition.to), ("reason", transition.reason)])
            }
        }
    }

    private func forEachBackend(
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
