// Putting a configuration in force: read it in full, resolve its names, bind what is new, build a
// snapshot. Until it is published, which is in `Supervisor+Publish.swift`, every failure leaves all
// as it was.

internal import Config
internal import Linux
internal import Logging
internal import Proxy

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
        begin(
            configuration, result.places, warnings: warnings + limits, since: startedAt, done)
    }

    /// Starts putting a configuration in force that was asked for at `startedAt` ms.
    func begin(
        _ configuration: Configuration, _ places: Places, warnings: [String],
        since startedAt: UInt64, _ done: @escaping (ReloadReport) -> Void
    ) {
        precondition(reloading == nil)
        let next = Reloading(configuration, .reload, since: startedAt, done)
        next.report.warnings = warnings
        next.places = places
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
        guard let tls = takeTLS(next) else { return }
        let upstreamTLS: UpstreamTLSSet
        do { upstreamTLS = try self.upstreamTLS(next) } catch {
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
        next.report.changes = change.lines + next.certificateChanges
        next.report.pending = change.pending
        let built = build(
            next.configuration, bound: bound, tls: tls, upstreamTLS: upstreamTLS, pages: pages)
        if next.cause == .membership { next.report.changes += membershipChanges(to: built) }
        commitTLS(next)
        publish(built, next)
    }

    private func build(
        _ configuration: Configuration, bound: [BoundAddress.Identity: BoundAddress],
        tls: [String: ListenerTLS], upstreamTLS: UpstreamTLSSet, pages: PageFiles
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
                known.weights == weights, known.isHTTP == isHTTP,
                known.tls === upstreamTLS.byUpstream[upstream.name]
            {
                return known
            }
            return UpstreamStorage(
                upstream, addresses: addresses, weights: weights, isHTTP: isHTTP,
                tls: upstreamTLS.byUpstream[upstream.name], registry: registry, sharing: known)
        }
        markOverridden(upstreams)
        let listeners = configuration.listeners.map { listener in
            ListenerEntry(
                configuration: listener, record: registry.listener(listener.name),
                bound: listener.identities.compactMap { bound[$0] })
        }
        generation += 1
        return unsafe SnapshotStorage(
            configuration, upstreams: upstreams, listeners: listeners, tls: tls, pages: pages,
            rings: accessRings, registry: registry, generation: generation,
            connectionsMax: connectionsLimit(configuration),
            workerCount: workers.count)
    }

    /// Ends a reload that was not published: all stays as it was.
    func refuse(_ reloading: Reloading, _ cause: ReloadReport.Cause, _ errors: [String]) {
        precondition(reloading.stage == .resolving)
        loop.cancel(reloading.timer)
        reloading.report.cause = cause
        reloading.report.errors = errors
        complete(reloading)
    }

    /// The end of one, whatever became of it: what came up meanwhile is taken up now.
    func complete(_ reloading: Reloading) {
        self.reloading = nil
        reloading.stage = .over
        // Of one that was refused nothing stays. After others all is asked for already, and names
        // without an address have to wait until they may be asked for again.
        if !reloading.report.isApplied, let current {
            seekMembers(current.configuration)
            watchTLS(current.configuration, TLSFiles(beside: configurationPath))
        }
        // Those of members too, which an earlier source may have told.
        let names = (current?.upstreams ?? []).reduce(
            into: current?.configuration.backendNames ?? []
        ) { $0.formUnion($1.configuration.backendNames) }
        resolver.want(Set(names.map { .host($0) }), by: .configuration)
        reloading.report.milliseconds = loop.now - reloading.startedAt
        if reloading.report.isApplied {
            noteApplied(reloading)
        } else if reloading.cause == .certificates {
            noteRefusedCertificates(reloading.report.errors.joined(separator: "\n"))
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
        renewTLSIfWanted()
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
