// The metrics of TLS with backends.

internal import Proxy
internal import TLS
internal import Telemetry

extension Supervisor {
    /// The metrics of handshakes with backends, where any upstream has TLS.
    func addBackendHandshakes(_ metrics: inout MetricsText) {
        let upstreams = current?.upstreams ?? []
        guard upstreams.contains(where: { $0.tls != nil }) else { return }
        metrics.begin(
            "sluice_backend_tls_handshakes_total", .counter,
            "TLS handshakes with the backend, whole ones and those that took up a session.")
        forEachBackend(upstreams) { record, labels, _ in
            guard let table = unsafe record.state.pointee.handshakes else { return }
            for (kind, counter) in [("full", BackendHandshakeCounter.full), ("resumed", .resumed)] {
                metrics.add(table.sum(counter.rawValue), labels + [("kind", kind)])
            }
        }
        metrics.begin(
            "sluice_backend_tls_failures_total", .counter,
            "Times that TLS with the backend failed, by reason.")
        forEachBackend(upstreams) { record, labels, _ in
            guard let table = unsafe record.state.pointee.handshakes else { return }
            let ends = [("reset", BackendHandshakeCounter.reset), ("timeout", .timedOut)]
            for (reason, counter) in ends {
                metrics.add(table.sum(counter.rawValue), labels + [("reason", reason)])
            }
            // Some thirty reasons for each backend would be most of what is told.
            for failure in TLSFailure.allCases {
                let count = table.sum(BackendHandshakeCounter.failed(failure))
                guard count > 0 else { continue }
                metrics.add(count, labels + [("reason", "\(failure.word)")])
            }
        }
    }
}
