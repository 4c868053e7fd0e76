// Putting a configuration in force: read it in full, resolve its names, bind what is new, build a
// snapshot, publish it, wait for the workers. Until the moment of publishing every failure leaves
// all as it was.

internal import Config
internal import Linux
internal import Logging
internal import Proxy
internal import Synchronization

extension Supervisor {
    /// Reads the file again and puts it in force. `done` hears what became of it, on the control
    /// thread.
    func reload(_ done: @escaping (ReloadReport) -> Void) {
        guard phase != .draining else {
            let error = "the process is draining"
            log.warning("reload refused", metadata: ["error": "\(error)"])
            return done(refusal(.process, [error], since: loop.now))
        }
        // While the process starts it has read the file already, and there may be a newer one.
        if let reloading {
            reloading.followers.append(done)
            return
        }
        guard phase == .running else {
            return done(refusal(.process, ["the process could not start"], since: loop.now))
        }
        notifier.reloading()
        let startedAt = loop.now
        let result = ConfigurationFile.load(path: configurationPath)
        let warnings = result.diagnostics.filter { $0.severity == .warning }.map(\.text)
        guard let configuration = result.configuration else {
            let errors = result.diagnostics.filter { $0.severity == .error }.map(\.text)
            let report = refusal(.file, errors, warnings: warnings, since: startedAt)
            noteRefused(report)
            return done(report)
        }
        let limits = limitWarning(configuration).map { [$0] } ?? []
        begin(configuration, warnings: warnings + limits, since: startedAt, done)
    }

    /// Starts putting a configuration in force that was asked for at `startedAt` ms.
    func begin(
        _ configuration: Configuration, warnings: [String], since startedAt: UInt64,
        _ done: @escaping (ReloadReport) -> Void
    ) {
        precondition(reloading == nil)
        let next = Reloading(configuration, .reload, since: startedAt, done)
        next.report.warnings = warnings
        reloading = next
        seekMembers(configuration)
        guard !hasMembers(configuration) else { return apply(next) }
        next.timer = loop.after(ControlLimits.resolveWaitMs) { [unowned self, unowned next] in
            apply(next)
        }
    }

    // Steps ---------------------------------------------------------------------------------

    /// Binds, builds and publishes.
    func apply(_ next: Reloading) {
        precondition(next.stage == .resolving && phase != .draining)
        loop.cancel(next.timer)
        let pages: PageFiles
        do {
            pages = try PageFiles(next.configuration, beside: configurationPath)
        } catch {
            return refuse(next, .file, [error.text])
        }
        if let problem = openAccessLogs(next) {
            return refuse(next, .file, [problem])
        }
        var bound: [BoundAddress.Identity: BoundAddress] = [:]
        var before: [BoundAddress.Identity: ListenerConfiguration] = [:]
        for entry in current?.listeners ?? [] {
            for address in entry.bound {
                bound[address.identity] = address
                before[address.identity] = entry.configuration
            }
        }
        do {
            for listener in next.configuration.listeners {
                for identity in listener.identities where bound[identity] == nil {
                    if before[identity.withOtherIPv6Only] != nil {
                        throw BindFailure(
                            listener: listener.name, address: identity.address, cause: nil)
                    }
                    bound[identity] = try binder.bind(
                        identity, for: listener, beside: bound.values)
                }
            }
        } catch {
            // What was bound for this attempt closes as it goes out of scope.
            return refuse(next, .address, ["\(error)"])
        }
        for listener in next.configuration.listeners where next.cause == .reload {
            for identity in listener.identities {
                guard let address = bound[identity], let previous = before[identity] else {
                    continue
                }
                do { try binder.update(address, for: listener, after: previous) } catch {
                    next.report.warnings.append("\(error)")
                }
            }
        }
        let change = ConfigurationChange(
            from: current?.configuration, to: next.configuration, startedWith: started)
        next.report.changes = change.lines
        next.report.pending = change.pending
        let built = build(next.configuration, bound: bound, pages: pages)
        if next.cause == .membership { next.report.changes += membershipChanges(to: built) }
        publish(built, next)
    }

    private func build(
        _ configuration: Configuration, bound: [BoundAddress.Identity: BoundAddress],
        pages: PageFiles
    ) -> SnapshotStorage {
        let previous = Dictionary(
            uniqueKeysWithValues: (current?.upstreams ?? []).map { ($0.configuration.name, $0) })
        let exchanges = configuration.exchangeUpstreams
        let upstreams = configuration.upstreams.map { upstream in
            let known = previous[upstream.name]
            let upstream = withMembers(upstream, keeping: known)
            let addresses = addresses(of: upstream, keeping: known)
            let weights = effectiveWeights(upstream)
            let isHTTP = exchanges.contains(upstream.name)
            if let known, known.configuration == upstream, known.addresses == addresses,
                known.weights == weights, known.isHTTP == isHTTP
            {
                return known
            }
            return UpstreamStorage(
                upstream, addresses: addresses, weights: weights, isHTTP: isHTTP,
                registry: registry, sharing: known)
        }
        markOverridden(upstreams)
        let listeners = configuration.listeners.map { listener in
            ListenerEntry(
                configuration: listener, record: registry.listener(listener.name),
                bound: listener.identities.compactMap { bound[$0] })
        }
        generation += 1
        return unsafe SnapshotStorage(
            configuration, upstreams: upstreams, listeners: listeners, pages: pages,
            rings: accessRings, registry: registry, generation: generation,
            connectionsMax: connectionsLimit(configuration),
            workerCount: workers.count)
    }

    private func publish(_ next: SnapshotStorage, _ reloading: Reloading) {
        let previous = current
        current = next
        reloading.stage = .adopting
        updateProbes()
        assessUpstreams()
        for entry in next.listeners { entry.bound.forEach { $0.handOver() } }
        for worker in workers {
            unsafe worker.handle.pointee.send(.adopt(next.snapshot))
        }
        if let previous {
            retired.append(previous)
            endRemoved(previous, next)
        }
        reloading.timer = loop.after(ControlLimits.adoptWaitMs) { [unowned self] in
            reloading.report.warnings.append("workers are slow to take the configuration over")
            finishReload(reloading)
        }
        checkAdopted()
    }

    /// Goes on when every worker accepts by the newest snapshot.
    func checkAdopted() {
        guard let reloading, reloading.stage == .adopting else { return }
        let isAdopted = workers.allSatisfy {
            unsafe $0.handle.pointee.generation.load(ordering: .acquiring) == generation
        }
        if isAdopted { finishReload(reloading) }
    }

    private func finishReload(_ reloading: Reloading) {
        loop.cancel(reloading.timer)
        reloading.report.result = "applied"
        removeUnboundFiles()
        // Most are unused at once: reloads in quick succession would pile their tables up
        // otherwise.
        freeRetired()
        complete(reloading)
    }

    /// What the old snapshot has and the new one has not: sessions there have a time to end.
    private func endRemoved(_ old: SnapshotStorage, _ new: SnapshotStorage) {
        let kept = Set(new.upstreams.flatMap { $0.backends.map(\.number) })
        for upstream in old.upstreams {
            let ends = loop.now + upstream.configuration.drainTimeout.milliseconds
            for backend in upstream.backends where !kept.contains(backend.number) {
                unsafe backend.state.pointee.endsAtMs.store(ends, ordering: .relaxed)
                removed[backend.number] = UpstreamRecord.Weak(record: backend)
            }
        }
        removed = removed.filter { !kept.contains($0.key) }
        let listeners = Set(new.listeners.map(\.record.number))
        for entry in old.listeners where !listeners.contains(entry.record.number) {
            let upstream = old.configuration.upstream(named: entry.configuration.upstream)
            let ends = loop.now + (upstream?.drainTimeout.milliseconds ?? 0)
            unsafe entry.record.state.pointee.endsAtMs.store(ends, ordering: .relaxed)
        }
        let bound = Set(new.listeners.flatMap { $0.bound.map(\.number) })
        unboundFiles += old.listeners.flatMap(\.bound).filter { !bound.contains($0.number) }
    }

    /// Removes the files of Unix sockets that workers have closed by now. The others wait, unless
    /// their address is bound anew.
    func removeUnboundFiles() {
        guard !unboundFiles.isEmpty else { return }
        let bound = Set((current?.listeners ?? []).flatMap { $0.bound.compactMap(\.path) })
        unboundFiles.removeAll { file in
            file.path.map { bound.contains($0) } ?? true || file.removeFile()
        }
    }

    /// Ends a reload that was not published: all stays as it was.
    func refuse(_ reloading: Reloading, _ cause: ReloadReport.Cause, _ errors: [String]) {
        precondition(reloading.stage == .resolving)
        loop.cancel(reloading.timer)
        reloading.report.cause = cause
        reloading.report.errors = errors
        complete(reloading)
    }

    private func complete(_ reloading: Reloading) {
        self.reloading = nil
        reloading.stage = .over
        // Of one that was refused nothing stays. After others all is asked for already, and names
        // without an address have to wait until they may be asked for again.
        if !reloading.report.isApplied, let current { seekMembers(current.configuration) }
        // Those of members too, which an earlier source may have told.
        let names = (current?.upstreams ?? []).reduce(
            into: current?.configuration.backendNames ?? []
        ) { $0.formUnion($1.configuration.backendNames) }
        resolver.want(Set(names.map { .host($0) }), by: .configuration)
        reloading.report.milliseconds = loop.now - reloading.startedAt
        if reloading.report.isApplied {
            noteApplied(reloading)
        } else {
            noteRefused(reloading.report)
        }
        reloading.completion(reloading.report)
        let followers = reloading.followers
        if !followers.isEmpty { reload { report in followers.forEach { $0(report) } } }
        // Answers that came after the snapshot was built, or for a configuration that was refused,
        // found a reload under way: nobody has taken them up yet.
        if self.reloading == nil { membershipAnswered() }
        bringWeightsUpToDate()
    }

    // What is told of it --------------------------------------------------------------------

    private func noteApplied(_ reloading: Reloading) {
        if reloading.cause == .membership {
            for change in reloading.report.changes {
                log.info(
                    "membership changed", metadata: ["what": "\(change)", "subject": "\(change)"])
            }
            return
        }
        lastReloadError = nil
        lastReloadAtNanoseconds = Clock.realtimeNanoseconds
        for warning in reloading.report.warnings {
            log.warning(
                "configuration", metadata: ["warning": "\(warning)", "subject": "\(warning)"])
        }
        for key in reloading.report.pending {
            log.warning("waits for a restart", metadata: ["key": "\(key)", "subject": "\(key)"])
        }
        for name in reloading.configuration.backendNames.sorted() {
            let answer = resolver.answers[name]
            guard answer?.addresses.isEmpty ?? true else { continue }
            log.warning(
                "backend name is not resolved, will be retried",
                metadata: [
                    "name": "\(name)", "error": "\(answer?.failure ?? "no answer yet")",
                    "subject": "\(name)",
                ])
        }
        guard phase == .running else { return }
        do { try output.configure(reloading.configuration.log) } catch {
            let path = reloading.configuration.log.file ?? ""
            log.error("cannot open the log", metadata: ["path": "\(path)", "error": "\(error)"])
            reloading.report.warnings.append(
                "log: cannot open \(path): \(error); it goes on where it was")
        }
        reloadCounts.applied += 1
        log.info(
            "configuration applied",
            metadata: [
                "generation": "\(generation)", "changes": "\(reloading.report.changes.count)",
                "milliseconds": "\(reloading.report.milliseconds)",
            ])
        for change in reloading.report.changes {
            log.debug("changed", metadata: ["what": "\(change)", "subject": "\(change)"])
        }
        notifier.ready("serving")
    }

    private func noteRefused(_ report: ReloadReport) {
        reloadCounts.refused += 1
        lastReloadError = report.errors.joined(separator: "\n")
        for error in report.errors {
            log.error(
                phase == .starting ? "cannot start" : "configuration refused, the old one stays",
                metadata: ["error": "\(error)"])
        }
        if phase == .running { notifier.ready("serving; the last reload was refused") }
    }

    private func refusal(
        _ cause: ReloadReport.Cause, _ errors: [String], warnings: [String] = [],
        since startedAt: UInt64
    ) -> ReloadReport {
        ReloadReport(
            result: "refused", cause: cause, changes: [], pending: [], errors: errors,
            warnings: warnings, milliseconds: loop.now - startedAt)
    }
}

extension Configuration {
    /// The names of upstreams that take exchanges.
    fileprivate var exchangeUpstreams: Set<String> {
        var names: Set<String> = []
        for listener in listeners where listener.protocol == .http {
            names.insert(listener.upstream)
            for route in listener.routes {
                if case .upstream(let name) = route.action { names.insert(name) }
            }
        }
        return names
    }
}

extension ListenerConfiguration {
    /// What its addresses are bound as.
    var identities: [BoundAddress.Identity] {
        bind.map { BoundAddress.Identity($0, isIPv6Only: ipv6Only) }
    }
}
