// Ending in order: no new connections, time for the sessions, then the threads.

internal import Config
internal import Linux
internal import Logging
internal import Proxy

extension Supervisor {
    /// The operator wants an end: first a gentle one, when asked again one at once.
    func stopRequested(_ signal: String) {
        switch phase {
        case .starting:
            quit(.success)
        case .running:
            drain(signal)
        case .draining:
            log.warning("stopping at once", metadata: ["signal": "\(signal)"])
            for worker in workers { unsafe worker.handle.pointee.send(.stop) }
        }
    }

    private func drain(_ signal: String) {
        phase = .draining
        // Workers that drain would take its sockets and never close them.
        if let reloading, reloading.stage == .resolving {
            refuse(reloading, .process, ["the process is draining"])
        }
        let timeout = current?.configuration.drainTimeout.milliseconds ?? 0
        log.info(
            "draining",
            metadata: [
                "signal": "\(signal)", "sessions": "\(activeSessions)",
                "drain_timeout_ms": "\(timeout)",
            ])
        notifier.stopping("draining")
        for worker in workers {
            unsafe worker.handle.pointee.send(.drain(untilMs: loop.now + timeout))
        }
    }

    /// Joins the threads and removes what the process leaves in the file system.
    func finish() {
        for worker in workers { unsafe worker.handle.pointee.send(.stop) }
        for worker in workers { worker.join() }
        readRecords()
        removeUnboundFiles()
        for entry in current?.listeners ?? [] { entry.bound.forEach { $0.removeFile() } }
        admin?.close()
        discovery.finish()
        tlsWatcher.close()
        resolver.finish()
        prober.stop()
        if phase != .starting { log.info("stopped") }
        output.writer.flush()
    }
}
