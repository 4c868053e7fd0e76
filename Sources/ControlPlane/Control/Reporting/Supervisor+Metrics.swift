// Every metric of the process: those of itself, its workers and listeners. The others are in
// `Supervisor+TrafficMetrics.swift` and `Supervisor+ControlMetrics.swift`.

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
        addHandshakes(&metrics)
        addExchanges(&metrics)
        addUpstreams(&metrics)
        addBackends(&metrics)
        addBackendHandshakes(&metrics)
        addProbes(&metrics)
        addResolver(&metrics)
        addCertificates(&metrics)
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
}
