// Metrics of listeners' TLS handshakes.

internal import Proxy
internal import TLS
internal import Telemetry

extension Supervisor {
    /// What was counted of one listener's handshakes.
    private struct HandshakeSample {
        let labels: [(String, String)]
        let counters: CounterTable
        let durations: LatencyReading

        func sum(_ counter: HandshakeCounter) -> UInt64 { counters.sum(counter.rawValue) }
    }

    /// Adds the families of handshakes, if a listener has any.
    func addHandshakes(_ metrics: inout MetricsText) {
        let samples = (current?.listeners ?? []).compactMap { entry in
            unsafe entry.record.state.pointee.handshakes.map { state in
                unsafe HandshakeSample(
                    labels: [("listener", entry.record.name)], counters: state.pointee.counters,
                    durations: state.pointee.durations.read())
            }
        }
        guard !samples.isEmpty else { return }
        addResults(&metrics, samples)
        addAgreements(&metrics, samples)
        metrics.begin(
            "sluice_listener_tls_handshake_seconds", .histogram,
            "How long handshakes took that were done, from accepting the connection on.")
        for sample in samples { metrics.add(sample.durations, sample.labels) }
        metrics.begin(
            "sluice_listener_tls_handshakes_in_flight", .gauge,
            "Connections whose handshake is not done.")
        for sample in samples { metrics.add(sample.sum(.inFlight), sample.labels) }
    }

    private func addResults(_ metrics: inout MetricsText, _ samples: [HandshakeSample]) {
        metrics.begin(
            "sluice_listener_tls_handshakes_total", .counter,
            "TLS handshakes that are over, by what became of them.")
        for sample in samples {
            let done = [HandshakeCounter.full12, .resumed12, .full13, .resumed13]
            var results = [("ok", done.reduce(0) { $0 &+ sample.sum($1) })]
            results += [("timeout", sample.sum(.timedOut)), ("reset", sample.sum(.reset))]
            results += TLSFailure.allCases.map {
                ("\($0.word)", sample.counters.sum(HandshakeCounter.failed($0)))
            }
            for (result, count) in results {
                metrics.add(count, sample.labels + [("result", result)])
            }
        }
    }

    /// What was agreed upon in those that were done.
    private func addAgreements(_ metrics: inout MetricsText, _ samples: [HandshakeSample]) {
        metrics.begin(
            "sluice_listener_tls_sessions_total", .counter,
            "TLS sessions, by version and whether they took up an earlier one.")
        for sample in samples {
            for (version, resumed, counter) in [
                (TLSVersion.tls12, "no", HandshakeCounter.full12), (.tls12, "yes", .resumed12),
                (.tls13, "no", .full13), (.tls13, "yes", .resumed13),
            ] {
                metrics.add(
                    sample.sum(counter),
                    sample.labels + [("version", "\(version.word)"), ("resumed", resumed)])
            }
        }
        metrics.begin(
            "sluice_listener_tls_ciphers_total", .counter, "TLS sessions, by cipher suite.")
        for sample in samples {
            for cipher in HandshakeCipher.allCases {
                metrics.add(
                    sample.counters.sum(HandshakeCounter.agreed(cipher)),
                    sample.labels + [("cipher", cipher.word)])
            }
        }
        metrics.begin(
            "sluice_listener_tls_kernel_total", .counter,
            "TLS sessions that the kernel has taken over, by direction.")
        for sample in samples {
            for (direction, counter) in [
                ("send", HandshakeCounter.kernelSends), ("receive", .kernelReceives),
            ] {
                metrics.add(sample.sum(counter), sample.labels + [("direction", direction)])
            }
        }
    }
}
