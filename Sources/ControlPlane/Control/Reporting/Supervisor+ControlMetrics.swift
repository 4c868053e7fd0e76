// The metrics of what the control thread finds out: names, members, probes.

extension Supervisor {
    /// The metrics of names, and of the sources of members.
    func addResolver(_ metrics: inout MetricsText) {
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

    /// The metrics of probes, and of what backends became.
    func addProbes(_ metrics: inout MetricsText) {
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
}
