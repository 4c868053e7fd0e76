// The contexts by which an upstream's backends are spoken with: one for each worker, since workers would
// contend for one, and one for probes. Snapshots share them while nothing of them changes.

internal import Config
internal import Proxy
internal import Synchronization
internal import TLS

/// An upstream's TLS, ready. It is not changed once it is made.
@safe final class UpstreamTLS: @unchecked Sendable {
    let material: UpstreamTLSMaterial
    /// What workers read.
    let plan: UnsafeMutablePointer<UpstreamTLSPlan>
    /// What is doubtful of our own certificate, or nil.
    let warning: Problem?
    let workerCount: Int
    private let contexts: UnsafeMutablePointer<TLSClientContext>
    private let contextCount: Int

    /// What is wrong with it, or doubtful.
    struct Problem: Error, Equatable {
        /// In words.
        let text: String
        /// The file that it is about, as the configuration says it; empty for none.
        var file = ""
    }

    private static let lastMark = Atomic<UInt64>(0)

    /// Makes the contexts; `now` is in seconds since 1970.
    init(
        _ material: UpstreamTLSMaterial, workerCount: Int, at now: Int64
    ) throws(Problem) {
        let configuration = material.configuration
        let own = try Self.certificate(material)
        defer { own?.free() }
        let loaded = try Self.authorities(material)
        defer { loaded?.free() }
        let authorities = configuration.verify ? loaded ?? SystemAuthorities.store : nil
        var settings = TLSClientSettings(authorities: authorities)
        settings.certificate = own
        settings.tls.minimumVersion = configuration.minVersion == .tls13 ? .tls13 : .tls12
        settings.tls.applicationProtocols = configuration.alpn
        var made: [TLSClientContext] = []
        for _ in 0...workerCount {
            switch TLSClientContext.make(settings) {
            case .success(let context): made.append(context)
            case .failure(let problem):
                made.forEach { $0.free() }
                throw Problem(text: problem.message)
            }
        }
        self.material = material
        self.workerCount = workerCount
        warning = own.flatMap { $0.problem(at: now) }.map {
            Problem($0, configuration.certificate?.cert ?? "")
        }
        contextCount = made.count
        unsafe contexts = .allocate(capacity: made.count)
        unsafe contexts.initialize(from: made, count: made.count)
        unsafe plan = .allocate(capacity: 1)
        unsafe plan.initialize(
            to: UpstreamTLSPlan(
                contexts: contexts, isVerifying: configuration.verify,
                takesHost: configuration.serverNameFromHost,
                mark: Self.lastMark.wrappingAdd(1, ordering: .relaxed).newValue))
    }

    deinit {
        for index in 0..<contextCount { unsafe contexts[index].free() }
        unsafe contexts.deallocate()
        unsafe plan.deallocate()
    }

    /// A session over a probe's socket with a backend of that name; an empty one is none. Nil when
    /// the name has to be verified and is none, or without memory.
    func probe(socket: Int32, name: String) -> TLSSession? {
        guard !name.isEmpty || !material.configuration.verify else { return nil }
        let context = unsafe contexts[workerCount]
        var name = name
        return name.withUTF8 { bytes in
            unsafe context.session(
                socket: socket, name: bytes.isEmpty ? nil : bytes.baseAddress, count: bytes.count,
                slot: nil)
        }
    }

    /// The name that a backend is asked for and that its certificate has to have: the host name that
    /// it is found by, or its address as text. Empty for a Unix socket without a name.
    func serverName(of address: BackendAddress) -> String {
        if let name = material.configuration.serverName { return name }
        return switch address {
        case .host(let name, _): name
        case .ipv4(let host, _):
            "\(host >> 24).\(host >> 16 & 255).\(host >> 8 & 255).\(host & 255)"
        case .ipv6(let host, _): "\(host)"
        case .unix: ""
        }
    }

    private static func certificate(
        _ material: UpstreamTLSMaterial
    ) throws(Problem) -> CertificateChain? {
        guard let certificate = material.certificate, let key = material.key else { return nil }
        switch CertificateChain.load(
            certificates: certificate, key: key, password: material.password)
        {
        case .success(let chain): return chain
        case .failure(let problem):
            let own = material.configuration.certificate
            throw Problem(problem, (problem.isOfKey ? own?.keyFile : own?.cert) ?? "")
        }
    }

    private static func authorities(
        _ material: UpstreamTLSMaterial
    ) throws(Problem) -> TrustedAuthorities? {
        guard let bytes = material.authorities else { return nil }
        switch TrustedAuthorities.load(certificates: bytes) {
        case .success(let authorities): return authorities
        case .failure(let problem):
            throw Problem(problem, material.configuration.ca ?? "")
        }
    }
}

extension UpstreamTLS.Problem {
    fileprivate init(_ problem: CertificateProblem, _ file: String) {
        self.init(text: "\(file): \(problem.message)", file: file)
    }
}

extension CertificateProblem {
    /// It is in the file of the key.
    fileprivate var isOfKey: Bool {
        switch self {
        case .noKey, .unreadableKey, .passwordRequired, .wrongPassword, .keyMismatch: true
        default: false
        }
    }
}
