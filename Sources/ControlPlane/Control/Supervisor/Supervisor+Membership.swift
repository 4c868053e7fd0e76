// Who the backends of a configuration are and where they are, as far as the file leaves that open.

internal import Config
internal import Linux
internal import Proxy

extension Supervisor {
    /// Names were answered: goes on with what waited for them, or brings addresses up to date.
    func namesAnswered() {
        if let reloading {
            guard reloading.stage == .resolving,
                resolver.hasAnswered(reloading.configuration.backendNames)
            else { return }
            return apply(reloading)
        }
        guard let current, phase == .running else { return }
        let isStale = current.upstreams.contains {
            addresses(of: $0.configuration, keeping: $0) != $0.addresses
        }
        if isStale { republish(current.configuration) }
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
        var inUse: [String: SocketAddress] = [:]
        for (index, backend) in (known?.configuration.backends ?? []).enumerated() {
            if case .host(let name, let port) = backend.address, let known {
                inUse["\(name):\(port)"] = known.addresses[index]
            }
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
            if let used = inUse["\(name):\(port)"], used.isInternet, found.contains(used) {
                return used
            }
            return found.first ?? SocketAddress()
        }
    }

    /// What names have come to stand for, one line each.
    func addressChanges(to next: SnapshotStorage) -> [String] {
        zip(current?.upstreams ?? [], next.upstreams).flatMap { old, new in
            zip(new.configuration.backends, zip(old.addresses, new.addresses)).compactMap {
                $1.0 == $1.1
                    ? nil
                    : "backend \(new.configuration.name)/\($0.identity): address \($1.0) to \($1.1)"
            }
        }
    }
}

extension Configuration {
    /// Every host name that a backend goes by.
    var backendNames: Set<String> {
        var names: Set<String> = []
        for upstream in upstreams {
            for backend in upstream.backends {
                if case .host(let name, _) = backend.address { names.insert(name) }
            }
        }
        return names
    }
}
