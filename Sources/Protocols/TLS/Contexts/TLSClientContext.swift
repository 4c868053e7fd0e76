// Sessions with backends, for one worker and upstream.

internal import COpenSSL

/// An upstream's context. Copies are the same context; its owner frees it, when it likes: sessions
/// that began keep what they need.
@safe public struct TLSClientContext: BitwiseCopyable, @unchecked Sendable {
    private let context: OpaquePointer
    private let isVerifying: Bool

    /// The longest server name.
    public static var nameBytesMax: Int { ServerNameTable.nameBytesMax }

    /// Makes a context.
    public static func make(
        _ settings: TLSClientSettings
    ) -> Result<TLSClientContext, TLSSettingsProblem> {
        unsafe TLSContext.make(isServer: false, settings.tls).flatMap { context in
            if let certificate = settings.certificate,
                unsafe !TLSContext.use(certificate, in: context)
            {
                unsafe SSL_CTX_free(context)
                return .failure(.weakCertificate(0))
            }
            if let list = settings.tls.protocolList, !list.isEmpty {
                unsafe _ = SSL_CTX_set_alpn_protos(context, list, UInt32(list.count))
            }
            if let authorities = settings.authorities {
                unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
                unsafe SSL_CTX_set1_cert_store(context, authorities.store)
            } else {
                unsafe SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
            }
            if settings.asksForStatus { unsafe copenssl_ask_for_status(context) }
            let mode = SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL
            unsafe copenssl_set_cache_mode(context, Int(mode))
            unsafe SSL_CTX_sess_set_new_cb(context, TLSSessionSlot.keep)
            return unsafe .success(
                TLSClientContext(context: context, isVerifying: settings.authorities != nil))
        }
    }

    private init(context: OpaquePointer, isVerifying: Bool) {
        unsafe self.context = context
        self.isVerifying = isVerifying
    }

    /// Lets go of the context.
    public func free() { unsafe SSL_CTX_free(context) }

    /// A session over a socket that is connected, or will be. The socket is non-blocking.
    ///
    /// - Parameters:
    ///   - name: What the backend is called, or its address as text: it is asked for by that name
    ///     (by SNI, unless it is an address), and its certificate has to be for it. With nil none is
    ///     asked for, and when certificates are checked, any name will do.
    ///   - slot: Where a session to take up is, and the next is put; nil for none.
    /// - Returns: Nil when the name cannot be one, or without memory.
    public func session(
        socket: Int32, name: UnsafePointer<UInt8>?, count: Int, slot: TLSSessionSlot?
    ) -> TLSSession? {
        guard let ssl = unsafe SSL_new(context) else {
            ERR_clear_error()
            return nil
        }
        guard unsafe SSL_set_fd(ssl, socket) == 1,
            unsafe name == nil || setName(name!, count, of: ssl)
        else {
            ERR_clear_error()
            unsafe SSL_free(ssl)
            return nil
        }
        if let slot {
            unsafe copenssl_set_data(ssl, slot.content)
            unsafe slot.give(to: ssl, name: name, count: name == nil ? 0 : count)
        }
        unsafe SSL_set_connect_state(ssl)
        return unsafe TLSSession(ssl)
    }

    /// False when it is no name or OpenSSL has no memory.
    private func setName(
        _ name: UnsafePointer<UInt8>, _ count: Int, of ssl: OpaquePointer
    ) -> Bool {
        guard count > 0 && count <= Self.nameBytesMax else { return false }
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { text in
            for index in 0..<count {
                guard unsafe name[index] != 0 else { return false }
                unsafe text[index] = CChar(bitPattern: name[index])
            }
            unsafe text[count] = 0
            let parameters = unsafe SSL_get0_param(ssl)
            // Only an address is taken for one.
            let isAddress = unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, text.baseAddress) == 1
            if isAddress { return true }
            ERR_clear_error()
            if isVerifying {
                unsafe X509_VERIFY_PARAM_set_hostflags(
                    parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
                guard unsafe SSL_set1_host(ssl, text.baseAddress) == 1 else { return false }
            }
            return unsafe copenssl_set_server_name(ssl, text.baseAddress) == 1
        }
    }
}
