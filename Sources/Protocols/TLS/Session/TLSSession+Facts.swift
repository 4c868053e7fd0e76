// What there is to say of a session after its handshake. Nothing here allocates; bytes are OpenSSL's
// and stay valid while the session lives.

internal import COpenSSL

extension TLSSession {
    /// The version that was agreed upon; nil before that.
    public var version: TLSVersion? {
        TLSVersion(rawValue: UInt16(truncatingIfNeeded: unsafe SSL_version(ssl)))
    }

    /// The number of the cipher suite (IANA's registry of TLS cipher suites); 0 when there is none.
    public var cipher: UInt16 {
        guard let cipher = unsafe SSL_get_current_cipher(ssl) else { return 0 }
        return unsafe SSL_CIPHER_get_protocol_id(cipher)
    }

    /// OpenSSL's name of the cipher suite, ended by a zero, or "(NONE)". It lives as long as the
    /// process.
    public var cipherName: UnsafePointer<CChar> {
        unsafe SSL_CIPHER_get_name(SSL_get_current_cipher(ssl))
    }

    /// True once the handshake is done.
    public var isEstablished: Bool { unsafe SSL_is_init_finished(ssl) == 1 }

    /// True when the session takes up an earlier one.
    public var isResumed: Bool { unsafe SSL_session_reused(ssl) == 1 }

    /// The application protocol that was agreed upon (RFC 7301); empty when none was.
    public var applicationProtocol: UnsafeBufferPointer<UInt8> {
        var bytes: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(ssl, &bytes, &count)
        return unsafe UnsafeBufferPointer(start: bytes, count: Int(count))
    }

    /// The name that the client asked for (RFC 6066, section 3), as it sent it; empty when it sent
    /// none. Of a client's session, what it asks for.
    public var serverName: UnsafeBufferPointer<UInt8> {
        guard let name = unsafe SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) else {
            return unsafe UnsafeBufferPointer(start: nil, count: 0)
        }
        var count = 0
        while unsafe name[count] != 0 { count += 1 }
        return unsafe UnsafeBufferPointer(
            start: UnsafeRawPointer(name).assumingMemoryBound(to: UInt8.self), count: count)
    }

    /// True when what the client sent before the handshake was done has been taken (0-RTT).
    public var isEarlyDataAccepted: Bool {
        unsafe SSL_get_early_data_status(ssl) == SSL_EARLY_DATA_ACCEPTED
    }

    /// True when the kernel encrypts what is sent.
    public var sendsInKernel: Bool { unsafe copenssl_sends_in_kernel(ssl) == 1 }

    /// True when the kernel decrypts what is received.
    public var receivesInKernel: Bool { unsafe copenssl_receives_in_kernel(ssl) == 1 }

    /// True when the peer has shown a certificate, whether it is good or not; of a resumed session,
    /// when it has in the first.
    public var hasPeerCertificate: Bool { unsafe SSL_get0_peer_certificate(ssl) != nil }

    /// What is wrong with the peer's certificate; nil when nothing is, or when there is none.
    public var peerProblem: TLSFailure? {
        TLSFailure(verifyResult: unsafe SSL_get_verify_result(ssl))
    }

    /// The word for what became of the peer's certificate: `none` when it has shown none, `ok`, or
    /// the word of a failure.
    public var peerWord: StaticString {
        guard hasPeerCertificate else { return "none" }
        return peerProblem?.word ?? "ok"
    }
}
