// Metrics of exchanges: of listeners, of routes and of backends, in the same words.

internal import Config
internal import Proxy
internal import Synchronization
internal import Telemetry

extension Supervisor {
    /// Adds the families of exchanges, if a listener has any.
    func addExchanges(_ metrics: inout MetricsText) {
        let listeners = (current?.listeners ?? []).compactMap { entry in
            entry.record.exchanges.map { (entry.record, $0) }
        }
        guard !listeners.isEmpty else { return }
        addListenerExchanges(&metrics, listeners)
        addRouteExchanges(&metrics, listeners.map(\.0))
        addBackendExchanges(&metrics)
        metrics.single(
            "sluice_access_log_lines_dropped_total", .counter,
            "Lines of access logs that nobody took in time.", accessLog.lostLines)
    }

    private func addListenerExchanges(
        _ metrics: inout MetricsText, _ listeners: [(ListenerRecord, ExchangeRecord)]
    ) {
        let samples = listeners.map { record, exchanges in
            ExchangeSample([("listener", record.name)], [exchanges])
        }
        metrics.add(
            samples, "sluice_listener_requests_total", "Requests answered, by status.",
            ended: "sluice_listener_requests_ended_total",
            seconds: "sluice_listener_request_seconds")
        metrics.begin("sluice_listener_requests_in_flight", .gauge, "Requests under way.")
        for sample in samples { metrics.add(sample.inFlight, sample.labels) }
        addCompression(&metrics, samples)
    }

    private func addCompression(_ metrics: inout MetricsText, _ samples: [ExchangeSample]) {
        metrics.begin(
            "sluice_listener_responses_compressed_total", .counter,
            "Responses that were compressed here.")
        for sample in samples {
            metrics.add(sample.sum(ExchangeCounter.compressed.rawValue), sample.labels)
        }
        metrics.begin(
            "sluice_listener_compression_bytes_total", .counter,
            "Bytes of bodies that were compressed: plain as they came, compressed as they went.")
        for sample in samples {
            for (form, counter) in [
                ("plain", ExchangeCounter.compressedFrom), ("compressed", .compressedTo),
            ] {
                metrics.add(sample.sum(counter.rawValue), sample.labels + [("form", form)])
            }
        }
        metrics.begin(
            "sluice_listener_compression_refused_total", .counter,
            "Responses that went uncompressed for want of processor time or of memory.")
        for sample in samples {
            for (want, counter) in [
                ("cpu", ExchangeCounter.uncompressedBusy), ("memory", .uncompressedFull),
            ] {
                metrics.add(sample.sum(counter.rawValue), sample.labels + [("want", want)])
            }
        }
        metrics.begin("sluice_listener_compressors", .gauge, "Compressors in use.")
        for sample in samples {
            metrics.add(sample.sum(ExchangeCounter.compressors.rawValue), sample.labels)
        }
    }

    private func addRouteExchanges(
        _ metrics: inout MetricsText, _ listeners: [ListenerRecord]
    ) {
        let samples = listeners.flatMap { listener in
            listener.routes.values.compactMap(\.record).sorted { $0.number < $1.number }
                .map { route in
                    ExchangeSample(
                        [("listener", listener.name), ("route", route.name)], [route.exchanges])
                }
        }
        metrics.add(
            samples, "sluice_route_requests_total", "Requests of a route, by status.",
            ended: nil, seconds: "sluice_route_request_seconds")
    }

    private func addBackendExchanges(_ metrics: inout MetricsText) {
        var samples: [ExchangeSample] = []
        var sums: [ExchangeSample] = []
        for upstream in current?.upstreams ?? [] where upstream.isHTTP {
            let known = upstream.backends.filter { unsafe $0.state.pointee.exchanges != nil }
            let ofUpstream = [("upstream", upstream.configuration.name)]
            samples += known.map {
                ExchangeSample(ofUpstream + [("backend", $0.name)], backends: [$0])
            }
            sums.append(ExchangeSample(ofUpstream, backends: known))
        }
        metrics.add(
            sums, "sluice_upstream_responses_total", "Responses of an upstream, by status.",
            ended: nil, seconds: "sluice_upstream_first_byte_seconds")
        metrics.add(
            samples, "sluice_backend_responses_total",
            "Responses of a backend, by status; none where it broke off instead.", ended: nil,
            seconds: "sluice_backend_first_byte_seconds")
        metrics.begin(
            "sluice_backend_responses_reused_total", .counter,
            "Responses over connections that had served others.")
        for sample in samples {
            metrics.add(sample.sum(ExchangeCounter.reused.rawValue), sample.labels)
        }
        metrics.begin(
            "sluice_backend_idle_connections", .gauge, "Connections kept for requests to come.")
        for upstream in current?.upstreams ?? [] where upstream.isHTTP {
            for backend in upstream.backends {
                let idle = unsafe backend.state.pointee.idle.load(ordering: .relaxed)
                metrics.add(
                    idle, [("upstream", upstream.configuration.name), ("backend", backend.name)])
            }
        }
    }
}

extension MetricsText {
    /// Adds the families of some subjects' exchanges.
    fileprivate mutating func add(
        _ samples: [ExchangeSample], _ requests: String, _ help: String, ended: String?,
        seconds: String
    ) {
        begin(requests, .counter, help)
        for sample in samples {
            for digit in 2...5 {
                let count = sample.sum(ExchangeCounter.answered(digit * 100))
                add(count, sample.labels + [("status", "\(digit)xx")])
            }
            let none = sample.sum(ExchangeCounter.unanswered.rawValue)
            add(none, sample.labels + [("status", "none")])
        }
        if let ended {
            begin(ended, .counter, "Requests that are over, by reason.")
            for sample in samples {
                for reason in EndReason.allCases {
                    let count = sample.sum(ExchangeCounter.ended(reason))
                    guard count > 0 else { continue }
                    add(count, sample.labels + [("reason", reason.word)])
                }
            }
        }
        begin(seconds, .histogram, "How long they took, in seconds.")
        for sample in samples { add(sample.durations, sample.labels) }
    }
}
