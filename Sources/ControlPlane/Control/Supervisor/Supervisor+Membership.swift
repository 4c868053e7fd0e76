// Who the backends of a configuration are and where they are, as far as the file leaves that open.

internal import Config
internal import Linux
internal import Logging
internal import Proxy

extension Supervisor {
    /// Asks for what a configuration leaves open: the addresses of names, the members of upstreams.
    func seekMembers(_ configuration: Configuration) {
        resolver.configure(configuration.resolver)
        resolver.request(configuration.backendNames)
        var sources: [String: DiscoverySource] = [:]
        for upstream in configuration.upstreams {
            sources[upstream.name] = DiscoverySource(upstream, directory: configurationDirectory)
        }
        discovery.setSources(sources)
    }

    /// Where the configuration file is, which paths in it may be relative to.
    private var configurationDirectory: String {
        let start = configurationPath.hasPrefix("/") ? "" : Machine.workingDirectory + "/"
        let parts = (start + configurationPath).split(
            separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast().joined(separator: "/")
    }

    /// True when all that a configuration leaves open was answered, well or not.
    func hasMembers(_ configuration: Configuration) -> Bool {
        resolver.hasAnswered(configuration.backendNames) && discovery.hasAnswered
    }

    /// Names or members were answered: goes on with what waited for them, or brings what is in
    /// force up to date.
    func membershipAnswered() {
        if let reloading {
            guard reloading.stage == .resolving, hasMembers(reloading.configuration) else { return }
            return apply(reloading)
        }
        guard let current, phase == .running else { return }
        let inForce = Dictionary(
            uniqueKeysWithValues: current.upstreams.map { ($0.configuration.name, $0) })
        let isStale = current.configuration.upstreams.contains { upstream in
            guard let storage = inForce[upstream.name] else { return true }
            return withMembers(upstream, keeping: storage) != storage.configuration
                || addresses(of: storage.configuration, keeping: storage) != storage.addresses
        }
        if isStale { republish(current.configuration) }
    }

    /// An upstream with the backends that its source has found; those in use while it has found
    /// none yet.
    func withMembers(
        _ upstream: UpstreamConfiguration, keeping known: UpstreamStorage?
    ) -> UpstreamConfiguration {
        guard upstream.dns != nil || upstream.file != nil else { return upstream }
        var whole = upstream
        whole.backends =
            discovery.members(upstream.name) ?? known?.configuration.backends ?? []
        return whole
    }

    /// Says when a source has stopped to give good answers, and when it does again.
    func noteSources() {
        for upstream in current?.upstreams ?? [] {
            guard let knowledge = discovery.knowledge(upstream.record.name),
                knowledge.lastError != upstream.record.sourceProblem
            else { continue }
            upstream.record.sourceProblem = knowledge.lastError
            var metadata: Logger.Metadata = [
                "subject": "\(upstream.record.number)", "upstream": "\(upstream.record.name)",
                "members": "\(knowledge.memberCount ?? 0)",
            ]
            guard let problem = knowledge.lastError else {
                log.info("members are found again", metadata: metadata)
                continue
            }
            metadata["error"] = "\(problem)"
            metadata["age_ms"] = knowledge.ageMs.map { "\($0)" } ?? "never known"
            log.warning("members cannot be found, the last ones stay", metadata: metadata)
        }
    }

    /// Puts the configuration in force into force once more, since what it is made of beside the
    /// file has changed. To nobody this is a reload. Not to be called while there is one, which
    /// takes up what has changed by itself.
    func republish(_ configuration: Configuration) {
        precondition(reloading == nil && phase == .running)
        let next = Reloading(configuration, .membership, since: loop.now) { _ in }
        reloading = next
        apply(next)
    }

    /// The addresses of an upstream's backends. A name that has several keeps the one in use for
    /// as long as it is among them.
    func addresses(
        of upstream: UpstreamConfiguration, keeping known: UpstreamStorage?
    ) -> [SocketAddress] {
        var inUse: [BackendAddress: SocketAddress] = [:]
        for (index, backend) in (known?.configuration.backends ?? []).enumerated() {
            if case .host = backend.address { inUse[backend.address] = known?.addresses[index] }
        }
        return upstream.backends.map { backend in
            guard case .host(let name, let port) = backend.address else {
                return SocketAddress(backend.address) ?? SocketAddress()
            }
            let found = (resolver.answers[name]?.addresses ?? []).map { address in
                var withPort = address
                withPort.port = port
                return withPort
            }
            // What has become of a name that nobody asks for any more is not known: it stays.
            if let used = inUse[backend.address], used.isInternet,
                found.isEmpty || found.contains(used)
            {
                return used
            }
            return found.first ?? SocketAddress()
        }
    }

    /// What has come, gone or moved, one line each.
    func membershipChanges(to next: SnapshotStorage) -> [String] {
        let before = Dictionary(
            uniqueKeysWithValues: (current?.upstreams ?? []).map { ($0.configuration.name, $0) })
        return next.upstreams.flatMap { upstream -> [String] in
            let name = upstream.configuration.name
            guard let old = before[name], old !== upstream else { return [] }
            var gone = Dictionary(
                uniqueKeysWithValues: zip(
                    old.configuration.backends.map(\.identity), old.addresses))
            var lines: [String] = []
            for (backend, address) in zip(upstream.configuration.backends, upstream.addresses) {
                guard let known = gone.removeValue(forKey: backend.identity) else {
                    lines.append("backend \(name)/\(backend.identity): added")
                    continue
                }
                guard known != address else { continue }
                lines.append("backend \(name)/\(backend.identity): address \(known) to \(address)")
            }
            return lines + gone.keys.sorted().map { "backend \(name)/\($0): removed" }
        }
    }
}

extension Configuration {
    /// Every host name that a backend goes by.
    var backendNames: Set<String> {
        upstreams.reduce(into: []) { $0.formUnion($1.backendNames) }
    }
}

extension UpstreamConfiguration {
    /// Every host name that a backend goes by.
    var backendNames: Set<String> {
        var names: Set<String> = []
        for backend in backends {
            if case .host(let name, _) = backend.address { names.insert(name) }
        }
        return names
    }
}
