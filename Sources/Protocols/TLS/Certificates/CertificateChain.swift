// A certificate of ours with its key and the chain that clients get with it. The control plane loads
// them of bytes that it read; nothing here touches files, and nothing knows the time.

internal import COpenSSL

/// A certificate, its private key and its chain. Copies are the same chain; its owner frees it. It
/// is never changed, so threads may share it.
@safe public struct CertificateChain: BitwiseCopyable, @unchecked Sendable {
    private let storage: UnsafeMutablePointer<Storage>

    @safe private struct Storage {
        /// The certificate, then who issued it, and so on. `X509`.
        let certificates: [OpaquePointer]
        /// `EVP_PKEY`.
        let key: OpaquePointer
        let facts: [CertificateFacts]
        /// A response about the certificate that handshakes staple, in DER; empty for none.
        var response: [UInt8] = []
    }

    /// Loads a chain.
    ///
    /// - Parameters:
    ///   - certificates: PEM: the certificate, then who issued it, and so on; other objects are
    ///     passed over, so the key may be in the same file.
    ///   - key: PEM; its first private key is taken.
    ///   - password: Of the key. One that is not needed is not looked at.
    public static func load(
        certificates: [UInt8], key: [UInt8], password: [UInt8]? = nil
    ) -> Result<CertificateChain, CertificateProblem> {
        TLSLibrary.begin()
        return unsafe PEMReader(certificates).certificates().flatMap { certificates in
            unsafe PEMReader(key).key(password: password).flatMap { key in
                let storage = unsafe make(certificates, key)
                if case .failure = storage { unsafe EVP_PKEY_free(key) }
                return storage
            }.flatMapError { problem in
                unsafe certificates.forEach { unsafe X509_free($0) }
                return .failure(problem)
            }
        }
    }

    private static func make(
        _ certificates: [OpaquePointer], _ key: OpaquePointer
    ) -> Result<CertificateChain, CertificateProblem> {
        defer { ERR_clear_error() }
        var facts: [CertificateFacts] = []
        for index in unsafe certificates.indices {
            guard let read = unsafe CertificateFacts(of: certificates[index]) else {
                return .failure(.unreadableCertificate(index + 1))
            }
            facts.append(read)
        }
        guard unsafe X509_check_private_key(certificates[0], key) == 1 else {
            return .failure(.keyMismatch)
        }
        for index in unsafe 1..<max(1, certificates.count) {
            guard
                unsafe X509_check_issued(certificates[index], certificates[index - 1]) == X509_V_OK
            else { return .failure(.chainOutOfOrder(index + 1)) }
        }
        let storage = UnsafeMutablePointer<Storage>.allocate(capacity: 1)
        unsafe storage.initialize(
            to: Storage(certificates: certificates, key: key, facts: facts))
        return unsafe .success(CertificateChain(storage: storage))
    }

    private init(storage: UnsafeMutablePointer<Storage>) { unsafe self.storage = storage }

    /// Frees it. OpenSSL wipes the key when the last context is gone that has it.
    public func free() {
        unsafe storage.pointee.certificates.forEach { unsafe X509_free($0) }
        unsafe EVP_PKEY_free(storage.pointee.key)
        unsafe storage.deinitialize(count: 1)
        unsafe storage.deallocate()
    }

    /// The certificate's.
    public var facts: CertificateFacts { unsafe storage.pointee.facts[0] }

    /// Those of the chain, the certificate's first.
    public var chainFacts: [CertificateFacts] { unsafe storage.pointee.facts }

    /// `X509` of the chain, the certificate first.
    var certificates: [OpaquePointer] { unsafe storage.pointee.certificates }

    /// `EVP_PKEY`.
    var key: OpaquePointer { unsafe storage.pointee.key }

    /// What the handshakes of contexts that are made from now on staple (RFC 6066, section 8): a
    /// response that was checked, in DER, or nothing.
    public var stapled: [UInt8] {
        get { unsafe storage.pointee.response }
        nonmutating set { unsafe storage.pointee.response = newValue }
    }

    /// What is wrong with the certificate, or with one of its chain, at a time in seconds since 1970.
    public func problem(at now: Int64) -> CertificateProblem? {
        for facts in unsafe storage.pointee.facts {
            if now < facts.notBefore { return .notYetValid(from: facts.notBefore) }
            if now > facts.notAfter { return .expired(since: facts.notAfter) }
        }
        return nil
    }

    /// `chainIncomplete` when the chain ends before a root and whoever issued its last certificate is
    /// not among the authorities.
    public func gap(trusting authorities: TrustedAuthorities) -> CertificateProblem? {
        let last = unsafe storage.pointee.certificates.last!
        if unsafe X509_check_issued(last, last) == X509_V_OK { return nil }
        if unsafe authorities.issues(last) { return nil }
        return .chainIncomplete(issuer: unsafe storage.pointee.facts.last!.issuer)
    }
}
