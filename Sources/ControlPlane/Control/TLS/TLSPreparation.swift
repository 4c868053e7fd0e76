// What TLS of a whole configuration is made of, ready to be put in force, or everything that is wrong
// with it. Nothing is in force by it: a configuration that is refused leaves no trace.

internal import Config
internal import TLS

/// TLS of a configuration on its way into force.
final class TLSPreparation {
    /// Where the contexts of listeners come from, and where they go.
    struct Surroundings {
        /// What a listener of that name has now.
        var known: (String) -> ListenerTLS?
        /// What sessions of a listener are resumed by.
        var resumption: (String) -> ListenerResumption
        /// Workers that need contexts.
        var workerCount: Int
        /// Seconds since 1970.
        var now: Int64
    }

    /// By listener; without those that something is wrong with.
    private(set) var listeners: [String: ListenerTLS] = [:]
    /// Keys of tickets, by the listener whose file has them.
    private var ticketKeys: [String: TicketKeySet] = [:]
    /// What is wrong and what is doubtful.
    private(set) var findings: TLSFindings

    /// Loads everything and makes contexts of it.
    init(
        _ configuration: Configuration, _ places: Places, _ files: TLSFiles,
        _ surroundings: Surroundings
    ) {
        findings = TLSFindings(places)
        for listener in configuration.listeners {
            guard let tls = listener.tls else { continue }
            prepare(listener, tls, files, surroundings)
        }
    }

    /// Makes contexts of what is loaded, where they would be others now.
    ///
    /// - Parameter time: Seconds since 1970.
    init(
        restapling known: [String: ListenerTLS], _ record: (String) -> ListenerRecord,
        workerCount: Int, at time: Int64, now: UInt64
    ) {
        findings = TLSFindings(Places())
        listeners = known
        for (name, tls) in known where !tls.isCurrent(tls.certificates, at: time) {
            let made = ListenerTLS.make(
                tls.certificates, record(name).makeResumption(now), workerCount: workerCount,
                at: time)
            // Of the same it could be made before.
            if case .success(let made) = made { listeners[name] = made }
        }
    }

    deinit {
        for name in ticketKeys.keys { ticketKeys[name]?.wipe() }
    }

    /// The keys of a listener's file of tickets; nil where it has none.
    func keys(of listener: String) -> TicketKeySet? { ticketKeys[listener] }

    private func prepare(
        _ listener: ListenerConfiguration, _ tls: ListenerTLSConfiguration, _ files: TLSFiles,
        _ surroundings: Surroundings
    ) {
        let known = surroundings.known(listener.name)
        if let path = tls.tickets?.file { loadKeys(path, of: listener.name, files) }
        guard
            let certificates = ListenerCertificates.load(
                listener, tls, files, known: known?.certificates, &findings)
        else { return }
        certificates.review(at: surroundings.now, &findings)
        if let known, known.isCurrent(certificates, at: surroundings.now) {
            listeners[listener.name] = known
            return
        }
        let made = ListenerTLS.make(
            certificates, surroundings.resumption(listener.name),
            workerCount: surroundings.workerCount, at: surroundings.now)
        switch made {
        case .success(let made): listeners[listener.name] = made
        case .failure(let problem):
            findings.error(
                problem.message(of: certificates), about: problem.text(in: certificates))
        }
    }

    private func loadKeys(_ path: String, of listener: String, _ files: TLSFiles) {
        guard let content = files.required(path, about: path, &findings) else { return }
        switch TicketKeySet.parse(content.bytes) {
        case .success(let keys): ticketKeys[listener] = keys
        case .failure(let problem):
            findings.error(
                "\(path): \(problem.message)", about: path,
                suggestion: "sluice tickets rotate writes one")
        }
        if files.isReadableByAll(path) {
            findings.warning(
                "\(path): everybody on this machine may read the ticket keys", about: path,
                suggestion: "chmod o= \(path)")
        }
    }
}

extension Configuration {
    /// The files that TLS is made of, as the configuration says them; those of folders are left out.
    var tlsFiles: Set<String> {
        var paths: Set<String?> = []
        for tls in listeners.compactMap(\.tls) {
            for certificate in tls.certificates {
                paths.formUnion([
                    certificate.cert, certificate.key, certificate.passwordFile, certificate.ocsp,
                ])
            }
            paths.formUnion([tls.tickets?.file, tls.clientAuth?.ca, tls.clientAuth?.crl])
        }
        return Set(paths.compactMap(\.self)).union(upstreamTLSFiles)
    }

    /// Those that TLS with backends is made of.
    var upstreamTLSFiles: Set<String> {
        Set(
            upstreams.compactMap(\.tls).flatMap { tls in
                [
                    tls.ca, tls.certificate?.cert, tls.certificate?.key,
                    tls.certificate?.passwordFile,
                ].compactMap(\.self)
            })
    }

    /// The folders of certificates, as the configuration says them.
    var tlsFolders: Set<String> { Set(listeners.compactMap { $0.tls?.directory }) }
}
