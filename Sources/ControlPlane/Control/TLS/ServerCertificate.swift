// A certificate of ours as its files make it.

internal import Config
internal import TLS

/// A certificate that was loaded, with what is known about it. Whoever loads it frees its chain.
struct ServerCertificate {
    /// The file of the certificate, as the configuration would say it.
    let file: String
    /// The file of its key.
    let keyFile: String
    /// What stands for it in the configuration: its file, or the folder.
    let place: String
    /// The certificate, who issued it, and the key.
    let chain: CertificateChain
    /// Anybody on the machine may read the key.
    let isKeyExposed: Bool
    /// The file of the response about it; nil without.
    let statusFile: String?
    /// What its authority says of it (OCSP), or why that is of no use; nil without a file.
    let status: Result<StatusResponse, StatusResponse.Problem>?

    /// The response that is stapled at a time in seconds since 1970.
    func stapled(at now: Int64) -> StatusResponse? {
        guard case .success(let response)? = status, response.problem(at: now) == nil else {
            return nil
        }
        return response
    }

    /// Loads a certificate; nil after an error was reported.
    ///
    /// - Parameter place: What stands for it in the configuration, when that is not the path of its
    ///   file.
    static func load(
        _ configuration: CertificateConfiguration, place: String? = nil, _ files: TLSFiles,
        _ findings: inout TLSFindings
    ) -> ServerCertificate? {
        let place = place ?? configuration.cert
        let keyPlace = place == configuration.cert ? configuration.keyFile : place
        let certificates = files.required(configuration.cert, about: place, &findings)
        let key =
            configuration.key == nil
            ? certificates : files.required(configuration.keyFile, about: keyPlace, &findings)
        var password: [UInt8]?
        if let path = configuration.passwordFile {
            guard let file = files.required(path, about: path, &findings) else { return nil }
            password = Array(file.bytes.prefix { $0 != 10 && $0 != 13 })
        }
        guard let certificates, let key else { return nil }
        let loaded = CertificateChain.load(
            certificates: certificates.bytes, key: key.bytes, password: password)
        let chain: CertificateChain
        switch loaded {
        case .success(let made): chain = made
        case .failure(let problem):
            // Either file may be no PEM.
            let hasPEM = certificates.bytes.firstRange(of: Array("-----BEGIN ".utf8)) != nil
            let isOfKey = problem.isOfKey || problem == .notPEM && hasPEM
            let file = isOfKey ? configuration.keyFile : configuration.cert
            findings.error(
                "\(file): \(problem.message)", about: isOfKey ? keyPlace : place,
                suggestion: problem == .passwordRequired ? "add password_file: PATH" : nil)
            return nil
        }
        var status: Result<StatusResponse, StatusResponse.Problem>?
        if let path = configuration.ocsp {
            guard let file = files.required(path, about: path, &findings) else {
                chain.free()
                return nil
            }
            status = StatusResponse.check(file.bytes, for: chain)
            if status == .failure(.unreadable) {
                findings.error(
                    "\(path): \(StatusResponse.Problem.unreadable.message)", about: path)
                chain.free()
                return nil
            }
        }
        return ServerCertificate(
            file: configuration.cert, keyFile: configuration.keyFile, place: place, chain: chain,
            isKeyExposed: files.isReadableByAll(configuration.keyFile),
            statusFile: configuration.ocsp, status: status)
    }
}

extension CertificateProblem {
    /// It is the key's file that has to be looked at.
    fileprivate var isOfKey: Bool {
        switch self {
        case .noKey, .unreadableKey, .passwordRequired, .wrongPassword, .keyMismatch: true
        default: false
        }
    }
}

extension TLSFiles {
    /// What a file holds; nil after an error was reported.
    func required(
        _ path: String, limit: Int = ControlLimits.certificateBytesMax, about text: String,
        _ findings: inout TLSFindings
    ) -> Content? {
        switch content(path, limit: limit) {
        case .success(let content): return content
        case .failure(let unreadable):
            findings.error(unreadable.text, about: text)
            return nil
        }
    }
}
