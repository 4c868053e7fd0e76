// What servers' and clients' contexts of OpenSSL are alike in.

internal import COpenSSL

/// Makes an `SSL_CTX`.
enum TLSContext {
    /// An `SSL_CTX` by the settings. The caller frees it.
    static func make(
        isServer: Bool, _ settings: TLSSettings
    ) -> Result<OpaquePointer, TLSSettingsProblem> {
        TLSLibrary.begin()
        let method = unsafe isServer ? TLS_server_method() : TLS_client_method()
        guard let context = unsafe SSL_CTX_new(method) else {
            preconditionFailure("OpenSSL has no memory")
        }
        unsafe setModes(
            context, isServer: isServer, prefersOwnOrder: settings.prefersOwnOrder)
        let problem = unsafe apply(settings, to: context)
        ERR_clear_error()
        guard let problem else { return unsafe .success(context) }
        unsafe SSL_CTX_free(context)
        return unsafe .failure(problem)
    }

    private static func setModes(
        _ context: OpaquePointer, isServer: Bool, prefersOwnOrder: Bool
    ) {
        // Buffers go when nothing is in them. A chain is what we were given, not what OpenSSL finds
        // among the authorities that clients are checked with.
        unsafe copenssl_set_mode(
            context,
            Int(
                SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE
                    | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_NO_AUTO_CHAIN))
        var options =
            copenssl_op_no_renegotiation | copenssl_op_no_compression | copenssl_op_enable_ktls
        // A client that ends its connection without close_notify may still want its answer; OpenSSL
        // would say by an alert that it has none coming. What a backend sends may be framed by its
        // end, so there the difference counts.
        if isServer { options |= copenssl_op_ignore_unexpected_eof }
        if prefersOwnOrder {
            options |= copenssl_op_server_preference | copenssl_op_prioritize_chacha
        }
        unsafe _ = SSL_CTX_set_options(context, options)
        unsafe copenssl_set_read_ahead(context)
    }

    private static func apply(
        _ settings: TLSSettings, to context: OpaquePointer
    ) -> TLSSettingsProblem? {
        guard settings.minimumVersion <= settings.maximumVersion,
            unsafe copenssl_set_versions(
                context, Int32(settings.minimumVersion.rawValue),
                Int32(settings.maximumVersion.rawValue)) == 1
        else { return .versions }
        guard unsafe SSL_CTX_set_cipher_list(context, settings.ciphers) == 1 else {
            return .ciphers(settings.ciphers)
        }
        guard unsafe SSL_CTX_set_ciphersuites(context, settings.cipherSuites) == 1 else {
            return .cipherSuites(settings.cipherSuites)
        }
        guard unsafe copenssl_set_groups(context, settings.groups) == 1 else {
            return .groups(settings.groups)
        }
        return settings.protocolList == nil ? .applicationProtocols : nil
    }

    /// Gives a context copies of a chain of ours: nothing of it is counted by several workers then,
    /// which would cost each of them in every handshake. False when OpenSSL finds it too weak.
    static func use(_ chain: CertificateChain, in context: OpaquePointer) -> Bool {
        let copies = unsafe chain.certificates.map { certificate in
            guard let copy = unsafe X509_dup(certificate) else {
                preconditionFailure("OpenSSL has no memory")
            }
            unsafe _ = copenssl_is_constructed(copy)
            return unsafe copy
        }
        guard let key = unsafe EVP_PKEY_dup(chain.key),
            let others = unsafe copenssl_new_certificates()
        else { preconditionFailure("OpenSSL has no memory") }
        defer {
            unsafe copies.forEach { unsafe X509_free($0) }
            unsafe EVP_PKEY_free(key)
            unsafe copenssl_free_certificates(others)
            ERR_clear_error()
        }
        unsafe copies.dropFirst().forEach { unsafe _ = copenssl_add_certificate(others, $0) }
        unsafe StapledResponse.attach(chain.stapled, to: copies[0])
        return unsafe SSL_CTX_use_cert_and_key(context, copies[0], key, others, 1) == 1
    }
}
