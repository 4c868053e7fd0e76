// Workers' records in words.

internal import Linux
internal import Logging
internal import Telemetry

extension Supervisor {
    /// Logs what a worker has to say.
    func write(_ record: WorkerRecord) {
        guard let subject = registry.named(record.subject) else { return }
        var metadata: Logger.Metadata = ["subject": "\(record.subject)"]
        switch subject {
        case let backend as BackendRecord:
            metadata["upstream"] = "\(backend.upstream)"
            metadata["backend"] = "\(backend.name)"
        case is UpstreamRecord: metadata["upstream"] = "\(subject.name)"
        default: metadata["listener"] = "\(subject.name)"
        }
        if record.code != 0 { metadata["error"] = "\(SystemError.text(of: record.code))" }
        switch record.kind {
        case .backendFailed:
            metadata["rests_ms"] = "\(record.value)"
            log.warning("backend failed a connect", metadata: metadata)
        case .backendRecovered:
            metadata["failures"] = "\(record.value)"
            log.info("backend is back", metadata: metadata)
        case .noBackend:
            log.error("no backend to try", metadata: metadata)
        case .acceptPaused:
            log.error("accepting paused", metadata: metadata)
        case .limitReached:
            metadata["max_connections"] = "\(record.value)"
            log.warning("listener is full, connections wait", metadata: metadata)
        case .sessionsExhausted:
            metadata["max_connections"] = "\(record.value)"
            log.warning("process is full, connections wait", metadata: metadata)
        }
    }
}
