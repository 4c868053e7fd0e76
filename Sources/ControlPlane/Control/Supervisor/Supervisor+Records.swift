// Workers' records in words.

internal import Linux
internal import Logging
internal import TLS
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
        if record.code != 0, record.kind != .backendFailedTLS {
            metadata["error"] = "\(SystemError.text(of: record.code))"
        }
        switch record.kind {
        case .backendFailed:
            metadata["failures"] = "\(record.value)"
            log.warning("backend failed a connect", metadata: metadata)
        case .backendFailedTLS:
            metadata["failures"] = "\(record.value)"
            let failure = UInt8(exactly: record.code).flatMap { TLSFailure(rawValue: $0) }
            metadata["error"] = "\(failure?.word ?? "unknown")"
            log.warning("backend failed TLS", metadata: metadata)
        case .backendEjected:
            metadata["for_ms"] = "\(record.value)"
            log.warning("backend ejected", metadata: metadata)
        case .backendReturned: log.info("backend is back", metadata: metadata)
        case .ejectionSpared:
            log.warning("backend not ejected: too few others are fit", metadata: metadata)
        case .failedOpen:
            log.error("no backend is fit: sessions go to unfit ones", metadata: metadata)
        case .retriesDenied:
            log.warning("the retry budget is spent", metadata: metadata)
        case .backendsFull:
            log.warning("all fit backends are full, and clients do not wait", metadata: metadata)
        case .queueFull:
            metadata["size"] = "\(record.value)"
            log.warning("the queue is full", metadata: metadata)
        case .noPort: log.warning("nowhere to connect from", metadata: metadata)
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
        case .helloRefused:
            let refusal = UInt8(exactly: record.value).flatMap(ClientHelloRefusal.init(rawValue:))
            metadata["reason"] = refusal.map { "\($0.word)" }
            log.info("clients send no ClientHello that can be passed on", metadata: metadata)
        }
    }
}
