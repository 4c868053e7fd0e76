// Lists of certificates that are no longer to be believed (RFC 5280, section 5).

internal import COpenSSL

/// Revocation lists, which live in a store of authorities.
enum RevocationLists {
    /// Adds all lists of PEM to a store (`X509_STORE`), which from then on asks for them.
    static func add(_ bytes: [UInt8], to store: OpaquePointer) -> Result<Void, CertificateProblem> {
        guard let memory = unsafe BIO_new(BIO_s_mem()) else { preconditionFailure("no memory") }
        defer {
            unsafe _ = BIO_free(memory)
            ERR_clear_error()
        }
        if !bytes.isEmpty { unsafe _ = BIO_write(memory, bytes, Int32(bytes.count)) }
        var count = 0
        while let list = unsafe PEM_read_bio_X509_CRL(memory, nil, nil, nil) {
            unsafe _ = X509_STORE_add_crl(store, list)
            unsafe X509_CRL_free(list)
            count += 1
        }
        let isEnd = copenssl_error_reason(ERR_peek_last_error()) == PEM_R_NO_START_LINE
        guard count > 0 && isEnd else { return .failure(.unreadableRevocations) }
        let flags = X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL
        unsafe _ = X509_STORE_set_flags(store, UInt(flags))
        return .success(())
    }
}
