// A listener's certificates and settings as one worker uses them. The control plane makes them, one
// set for each worker and listener: OpenSSL contends on what threads share.

internal import COpenSSL

/// A listener's contexts. Copies are the same contexts; their owner frees them, when it likes:
/// sessions that began keep what they need.
@safe public struct TLSServerContexts: BitwiseCopyable, @unchecked Sendable {
    /// The first context, which every session begins with.
    private let first: OpaquePointer

    /// Makes contexts, as many as there are different sets of certificates that a name has: one of
    /// each kind of key, among which OpenSSL chooses by what the client can check.
    ///
    /// - Parameter chains: The certificates; names that none is for get the first. Where several are
    ///   for one name and of one kind, the first of them serves. They are copied.
    public static func make(
        _ chains: [CertificateChain], _ settings: TLSServerSettings
    ) -> Result<TLSServerContexts, TLSSettingsProblem> {
        guard !chains.isEmpty else { return .failure(.noCertificate) }
        let plan = ServerNamePlan(chains.map(\.facts))
        var contexts: [OpaquePointer] = unsafe []
        for set in plan.sets {
            switch unsafe context(of: set, chains, settings) {
            case .success(let context): unsafe contexts.append(context)
            case .failure(let problem):
                unsafe contexts.forEach { unsafe SSL_CTX_free($0) }
                return .failure(problem)
            }
        }
        let kept = UnsafeMutablePointer<OpaquePointer>.allocate(capacity: unsafe contexts.count)
        unsafe kept.initialize(from: contexts, count: contexts.count)
        let list = settings.tls.protocolList ?? []
        let protocols = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, list.count))
        for (index, byte) in list.enumerated() { unsafe protocols[index] = byte }
        unsafe ServerContextBlock.attach(
            ServerContextBlock(
                names: ServerNameTable(plan.names), contexts: kept, contextCount: contexts.count,
                isStrict: settings.isStrict, protocols: protocols, protocolByteCount: list.count,
                tickets: settings.tickets, cache: settings.cache,
                takesEarlyData: settings.earlyDataBytesMax > 0))
        return unsafe .success(TLSServerContexts(first: contexts[0]))
    }

    private init(first: OpaquePointer) { unsafe self.first = first }

    /// Lets go of the contexts.
    public func free() { unsafe SSL_CTX_free(first) }

    /// A session of a client that has connected; nil without memory. The socket is non-blocking.
    public func session(socket: Int32) -> TLSSession? {
        guard let ssl = unsafe SSL_new(first) else {
            ERR_clear_error()
            return nil
        }
        guard unsafe SSL_set_fd(ssl, socket) == 1 else {
            ERR_clear_error()
            unsafe SSL_free(ssl)
            return nil
        }
        unsafe copenssl_set_data(ssl, ServerContextBlock.of(context: first))
        unsafe SSL_set_accept_state(ssl)
        return unsafe TLSSession(ssl)
    }

    // The steps of making a context -------------------------------------------------------------

    private static func context(
        of set: [Int], _ chains: [CertificateChain], _ settings: TLSServerSettings
    ) -> Result<OpaquePointer, TLSSettingsProblem> {
        unsafe TLSContext.make(isServer: true, settings.tls).flatMap { context in
            for index in set {
                guard unsafe TLSContext.use(chains[index], in: context) else {
                    unsafe SSL_CTX_free(context)
                    return unsafe .failure(.weakCertificate(index))
                }
            }
            unsafe setCallbacks(context, settings)
            unsafe setResumption(context, settings)
            if let authentication = settings.clientAuthentication {
                unsafe setAuthentication(context, authentication)
            }
            return unsafe .success(context)
        }
    }

    private static func setCallbacks(_ context: OpaquePointer, _ settings: TLSServerSettings) {
        unsafe copenssl_set_servername_callback(context, ServerCallbacks.chooseName, nil)
        unsafe copenssl_set_status_callback(context, StapledResponse.staple)
        if !settings.tls.applicationProtocols.isEmpty {
            unsafe SSL_CTX_set_alpn_select_cb(context, ServerCallbacks.chooseProtocol, nil)
        }
    }

    private static func setResumption(_ context: OpaquePointer, _ settings: TLSServerSettings) {
        // Never longer than OpenSSL's 32 bytes, and never the same of other settings.
        var scope = [UInt8](repeating: 0, count: 32)
        unsafe _ = SHA256(settings.sessionScope, settings.sessionScope.count, &scope)
        unsafe _ = SSL_CTX_set_session_id_context(context, scope, 32)
        unsafe _ = SSL_CTX_set_timeout(context, settings.sessionSeconds)
        if settings.tickets != nil {
            unsafe _ = SSL_CTX_set_tlsext_ticket_key_evp_cb(context, TicketKeys.seal)
        } else {
            unsafe _ = SSL_CTX_set_options(context, copenssl_op_no_ticket)
        }
        if settings.cache != nil {
            unsafe SessionCache.attach(to: context)
        } else {
            unsafe copenssl_set_cache_mode(context, Int(SSL_SESS_CACHE_OFF))
        }
        // OpenSSL's two a handshake cost as much again, and clients that want two connections at once
        // may use one twice.
        let isResumable = settings.tickets != nil || settings.cache != nil
        unsafe _ = SSL_CTX_set_num_tickets(context, isResumable ? 1 : 0)
        if settings.earlyDataBytesMax > 0 {
            let count = UInt32(clamping: settings.earlyDataBytesMax)
            unsafe _ = SSL_CTX_set_max_early_data(context, count)
            unsafe _ = SSL_CTX_set_recv_max_early_data(context, count)
            unsafe _ = SSL_CTX_set_options(context, copenssl_op_no_anti_replay)
        }
    }

    private static func setAuthentication(
        _ context: OpaquePointer, _ authentication: ClientAuthentication
    ) {
        switch authentication.mode {
        case .request:
            unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, ServerCallbacks.goOn)
        case .require:
            unsafe SSL_CTX_set_verify(
                context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        }
        unsafe SSL_CTX_set_verify_depth(context, Int32(clamping: authentication.depthMax))
        unsafe SSL_CTX_set1_cert_store(context, authentication.authorities.store)
        for index in 0..<authentication.authorities.rootCount {
            unsafe _ = SSL_CTX_add_client_CA(context, authentication.authorities.roots[index])
        }
    }
}
