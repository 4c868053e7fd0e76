// TLS of the configuration in force: made when a configuration is read, and made anew when its files
// have changed. Sessions keep what they began with.

internal import Config
internal import Linux
internal import Logging
internal import TLS

extension Supervisor {
    /// Loads what TLS of a configuration is made of.
    func prepareTLS(_ configuration: Configuration, _ places: Places) -> TLSPreparation {
        let files = TLSFiles(beside: configurationPath)
        // First watched, then read: what changes meanwhile is told of.
        watchTLS(configuration, keepingOthers: true)
        let prepared = TLSPreparation(
            configuration, places, files,
            TLSPreparation.Surroundings(
                known: { [unowned self] in current?.tls[$0] },
                resumption: { [unowned self] in registry.listener($0).makeResumption(loop.now) },
                workerCount: workers.count, now: Clock.realtimeSeconds))
        watchTLS(configuration, files)
        return prepared
    }

    /// The TLS of listeners for a configuration on its way into force; nil after it was refused.
    func takeTLS(_ next: Reloading) -> [String: ListenerTLS]? {
        if next.cause == .membership { return current?.tls ?? [:] }
        for listener in next.configuration.listeners where listener.tls != nil {
            // What sessions are resumed by lives as long as somebody has the record.
            next.listeners.append(registry.listener(listener.name))
        }
        let prepared = next.tls ?? prepareTLS(next.configuration, next.places)
        next.tls = prepared
        let diagnostics = prepared.findings.diagnostics
        // At the start the command that starts the process has shown them.
        if next.cause == .reload, phase == .running {
            next.report.warnings += diagnostics.filter { $0.severity == .warning }.map(\.text)
        }
        guard !prepared.findings.hasErrors else {
            refuse(next, .file, diagnostics.filter { $0.severity == .error }.map(\.text))
            return nil
        }
        next.certificateChanges = certificateChanges(prepared.listeners)
        return prepared.listeners
    }

    /// The configuration comes into force: so do the rules of its tickets.
    func commitTLS(_ next: Reloading) {
        guard next.cause != .membership else { return }
        places = next.places
        for listener in next.configuration.listeners {
            let record = registry.listener(listener.name)
            guard listener.tls != nil || record.resumption != nil else { continue }
            record.makeResumption(loop.now).apply(
                listener.tls?.tickets, keys: next.tls?.keys(of: listener.name), now: loop.now)
        }
    }

    // Files that change -----------------------------------------------------------------------

    /// Watches the files of a configuration from now on.
    ///
    /// - Parameters:
    ///   - files: Where the files of folders have been looked up.
    ///   - keepingOthers: Watches on what is watched now.
    func watchTLS(
        _ configuration: Configuration, _ files: TLSFiles? = nil, keepingOthers: Bool = false
    ) {
        let folder = ConfigurationFolder(of: configurationPath)
        var paths = Set(configuration.tlsFiles.map { folder.absolute($0) })
        for name in configuration.tlsFolders {
            paths.insert(folder.absolute(name) + "/")
            guard case .success(let found)? = files?.certificates(in: name) else { continue }
            paths.formUnion(found.map { folder.absolute($0) })
        }
        if keepingOthers { paths.formUnion(tlsWatcher.paths) }
        tlsWatcher.watch(paths)
    }

    /// Files of TLS may have changed: loads them, and puts them in force if they are good.
    ///
    /// - Parameter paths: The files, from the root.
    func renewTLS(_ paths: Set<String> = []) {
        guard phase == .running, let current else { return }
        // What is on its way may have been made of what was there before.
        guard reloading == nil else {
            changedTLSFiles = (changedTLSFiles ?? []).union(paths)
            return
        }
        let prepared = prepareTLS(current.configuration, places)
        guard !prepared.findings.hasErrors else {
            let errors = prepared.findings.diagnostics.filter { $0.severity == .error }
            return noteRefusedCertificates(errors.map(\.headline).joined(separator: "; "))
        }
        noteGoodCertificates()
        let folder = ConfigurationFolder(of: configurationPath)
        let ofUpstreams = current.configuration.upstreamTLSFiles.map { folder.absolute($0) }
        let isSame =
            paths.isDisjoint(with: ofUpstreams)
            && prepared.listeners.allSatisfy { current.tls[$0.key] === $0.value }
        guard isSame else { return republish(current.configuration, prepared) }
        for listener in current.configuration.listeners {
            guard let keys = prepared.keys(of: listener.name) else { continue }
            registry.listener(listener.name).resumption?
                .apply(listener.tls?.tickets, keys: keys, now: loop.now)
        }
    }

    /// Takes up what changed while a configuration was on its way.
    func renewTLSIfWanted() {
        guard reloading == nil, let paths = changedTLSFiles.take() else { return }
        renewTLS(paths)
    }

    /// Makes contexts anew of what is loaded, since what they may staple is something else now.
    func restaple(_ current: SnapshotStorage) {
        precondition(reloading == nil)
        let prepared = TLSPreparation(
            restapling: current.tls, { [unowned self] in registry.listener($0) },
            workerCount: workers.count, at: Clock.realtimeSeconds, now: loop.now)
        republish(current.configuration, prepared)
    }

    private func republish(_ configuration: Configuration, _ prepared: TLSPreparation) {
        let next = Reloading(configuration, .certificates, since: loop.now) { _ in }
        next.tls = prepared
        next.places = places
        reloading = next
        apply(next)
    }
}

extension Diagnostic {
    /// Its place and what is wrong, on one line for the log.
    fileprivate var headline: String { String(text.prefix { $0 != "\n" }) }
}
