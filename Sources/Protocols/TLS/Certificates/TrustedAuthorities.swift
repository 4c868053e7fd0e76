// Authorities whose certificates are believed: the system's, or those of a file, with the revocation
// lists that go with them.

internal import COpenSSL

/// A store of trusted certificates. Copies are the same store; its owner frees it, and contexts that
/// use it keep it. It is not changed once it is made, so threads may share it.
@safe public struct TrustedAuthorities: BitwiseCopyable, @unchecked Sendable {
    /// `X509_STORE`.
    let store: OpaquePointer
    /// The names that a server sends with its wish for a certificate; `X509`s that the store owns too.
    let roots: UnsafeMutablePointer<OpaquePointer>
    let rootCount: Int

    private init(store: OpaquePointer, roots: [OpaquePointer]) {
        unsafe self.store = store
        rootCount = unsafe roots.count
        unsafe self.roots = .allocate(capacity: max(1, rootCount))
        unsafe self.roots.initialize(from: roots, count: rootCount)
    }

    /// The system's: what OpenSSL finds in its own directory, or where SSL_CERT_FILE and SSL_CERT_DIR
    /// say. Takes some 20 ms.
    public static func system() -> TrustedAuthorities {
        TLSLibrary.begin()
        guard let store = unsafe X509_STORE_new() else { preconditionFailure("no memory") }
        unsafe _ = X509_STORE_set_default_paths(store)
        ERR_clear_error()
        return unsafe TrustedAuthorities(store: store, roots: [])
    }

    /// Those of PEM; a certificate that is no root is trusted as well, as an end of chains.
    ///
    /// - Parameter revocations: PEM of revocation lists (RFC 5280, section 5). With them, every
    ///   certificate of a chain has to have a list of its issuer's that is up to date.
    public static func load(
        certificates: [UInt8], revocations: [UInt8]? = nil
    ) -> Result<TrustedAuthorities, CertificateProblem> {
        TLSLibrary.begin()
        return unsafe PEMReader(certificates).certificates().flatMap { certificates in
            guard let store = unsafe X509_STORE_new() else { preconditionFailure("no memory") }
            unsafe certificates.forEach { unsafe _ = X509_STORE_add_cert(store, $0) }
            // A chain may end at what is trusted, though that is no root.
            unsafe _ = X509_STORE_set_flags(store, UInt(X509_V_FLAG_PARTIAL_CHAIN))
            let authorities = unsafe TrustedAuthorities(store: store, roots: certificates)
            guard let revocations else { return .success(authorities) }
            let added = unsafe RevocationLists.add(revocations, to: store)
            if case .failure(let problem) = added {
                authorities.free()
                return .failure(problem)
            }
            return .success(authorities)
        }
    }

    /// Frees it.
    public func free() {
        for index in 0..<rootCount { unsafe X509_free(roots[index]) }
        unsafe roots.deallocate()
        unsafe X509_STORE_free(store)
    }

    /// True when one of them issued the certificate.
    func issues(_ certificate: OpaquePointer) -> Bool {
        guard let context = unsafe X509_STORE_CTX_new() else { preconditionFailure("no memory") }
        defer {
            unsafe X509_STORE_CTX_free(context)
            ERR_clear_error()
        }
        guard unsafe X509_STORE_CTX_init(context, store, certificate, nil) == 1 else {
            return false
        }
        var issuer: OpaquePointer?
        let isFound = unsafe X509_STORE_CTX_get1_issuer(&issuer, context, certificate) == 1
        unsafe X509_free(issuer)
        return isFound
    }
}
