// A listener's TLS as workers use it, and the memory behind it.

internal import Config
internal import Proxy
internal import TLS

/// Owns a listener's contexts, a set for each worker. It is shared by snapshots for as long as
/// nothing changes that they are made of.
@safe final class ListenerTLS {
    /// What they are made of.
    let certificates: ListenerCertificates
    /// Which of the certificates, by index, have their response stapled.
    let stapled: Set<Int>
    let plan: UnsafeMutablePointer<TLSPlan>
    private let contexts: UnsafeMutablePointer<TLSServerContexts>
    private let workerCount: Int
    /// Contexts point into it.
    private let resumption: ListenerResumption

    /// Makes the contexts of all workers.
    ///
    /// - Parameter now: In seconds since 1970; what is stapled depends on it.
    static func make(
        _ certificates: ListenerCertificates, _ resumption: ListenerResumption, workerCount: Int,
        at now: Int64
    ) -> Result<ListenerTLS, TLSSettingsProblem> {
        let configuration = certificates.configuration
        var settings = TLSServerSettings(certificates)
        if configuration.tickets != nil { settings.tickets = resumption.tickets }
        settings.cache = configuration.sessionCache.map { resumption.cache(of: $0) }
        settings.sessionSeconds = configuration.sessionSeconds
        let stapled = certificates.staple(at: now)
        let chains = certificates.certificates.map(\.chain)
        var made: [TLSServerContexts] = []
        for _ in 0..<workerCount {
            switch TLSServerContexts.make(chains, settings) {
            case .success(let contexts): made.append(contexts)
            case .failure(let problem):
                for contexts in made { contexts.free() }
                return .failure(problem)
            }
        }
        return .success(ListenerTLS(certificates, made, resumption, stapled))
    }

    private init(
        _ certificates: ListenerCertificates, _ made: [TLSServerContexts],
        _ resumption: ListenerResumption, _ stapled: Set<Int>
    ) {
        self.certificates = certificates
        self.resumption = resumption
        self.stapled = stapled
        workerCount = made.count
        unsafe contexts = .allocate(capacity: max(1, made.count))
        for (index, context) in made.enumerated() {
            unsafe (contexts + index).initialize(to: context)
        }
        unsafe plan = .allocate(capacity: 1)
        unsafe plan.initialize(
            to: TLSPlan(
                contexts: contexts,
                handshakeTimeoutMs: certificates.configuration.handshakeTimeout.milliseconds,
                takesEarlyData: certificates.configuration.earlyData))
    }

    /// Sessions that began keep what they need.
    deinit {
        for index in 0..<workerCount { unsafe contexts[index].free() }
        unsafe contexts.deallocate()
        unsafe plan.deinitialize(count: 1)
        unsafe plan.deallocate()
    }

    /// True when made anew of the same it would be the same.
    func isCurrent(_ certificates: ListenerCertificates, at now: Int64) -> Bool {
        certificates === self.certificates && stapled == certificates.stapled(at: now)
    }
}

extension ListenerCertificates {
    /// Which certificates, by index, have a response that is good at a time in seconds since 1970.
    func stapled(at now: Int64) -> Set<Int> {
        Set(certificates.indices.filter { certificates[$0].stapled(at: now) != nil })
    }

    /// Has contexts that are made from now on staple what is good.
    fileprivate func staple(at now: Int64) -> Set<Int> {
        for certificate in certificates {
            certificate.chain.stapled = certificate.stapled(at: now)?.bytes ?? []
        }
        return stapled(at: now)
    }
}

extension ListenerTLSConfiguration {
    /// For how long sessions may be resumed: as long as the keys of their tickets hold, at most a day.
    fileprivate var sessionSeconds: Int {
        let day = 24 * 3600
        guard let tickets, tickets.file == nil else { return day }
        let life = Int(clamping: tickets.rotate.milliseconds / 1000 * UInt64(TicketKeySet.countMax))
        return min(day, max(60, life))
    }
}
