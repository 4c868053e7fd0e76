// The session with a backend that the next connection to it may take up. It is one worker's.

internal import COpenSSL

/// A place for one session, with the name that its certificate was checked for. Copies are the same
/// place; its owner deallocates it when no connection is left that was made with it.
@safe public struct TLSSessionSlot: BitwiseCopyable, @unchecked Sendable {
    let content: UnsafeMutablePointer<Content>

    /// What is in it.
    @safe struct Content {
        /// `SSL_SESSION`, or nil.
        var session: OpaquePointer?
        /// The name it is for; nothing else may take it up, since certificates are not looked at again.
        var name = InlineArray<256, UInt8>(repeating: 0)
        var nameByteCount = 0
    }

    /// An empty place.
    public init() {
        unsafe content = .allocate(capacity: 1)
        unsafe content.initialize(to: Content())
    }

    /// Frees it and what is in it.
    public func deallocate() {
        forget()
        unsafe content.deallocate()
    }

    /// True when there is a session to take up.
    public var isFilled: Bool { unsafe content.pointee.session != nil }

    /// Drops what is in it: to be called when a backend refuses what was taken up.
    public func forget() {
        unsafe SSL_SESSION_free(content.pointee.session)
        unsafe content.pointee.session = nil
    }

    /// Has a connection (`SSL`) take up the session if it is for that name. One of TLS 1.3 is good for
    /// one connection only, by which nobody can tell that two are of the same client (RFC 8446,
    /// appendix C.4); one of TLS 1.2 for any number.
    func give(to ssl: OpaquePointer, name: UnsafePointer<UInt8>?, count: Int) {
        guard let session = unsafe content.pointee.session,
            unsafe count == content.pointee.nameByteCount
        else { return }
        for index in 0..<count {
            guard unsafe content.pointee.name[index] == name![index] else { return }
        }
        unsafe _ = SSL_set_session(ssl, session)
        if unsafe SSL_SESSION_get_protocol_version(session) == Int32(TLSVersion.tls13.rawValue) {
            forget()
        }
    }

    /// OpenSSL's callback for a session that may be taken up from now on; 1 means that it is kept.
    static let keep: @convention(c) (OpaquePointer?, OpaquePointer?) -> Int32 = { ssl, session in
        guard let data = unsafe copenssl_data(ssl) else { return 0 }
        let content = unsafe data.assumingMemoryBound(to: Content.self)
        guard unsafe SSL_SESSION_is_resumable(session) == 1 else { return 0 }
        unsafe SSL_SESSION_free(content.pointee.session)
        unsafe content.pointee.session = session
        unsafe content.pointee.nameByteCount = 0
        // A name is asked for by SNI, or is an address that the certificate was checked for.
        let name = unsafe SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name)
        let address = unsafe name == nil ? X509_VERIFY_PARAM_get1_ip_asc(SSL_get0_param(ssl)) : nil
        defer { unsafe CRYPTO_free(address, nil, 0) }
        guard let text = unsafe name ?? address.map({ unsafe UnsafePointer($0) }) else { return 1 }
        var count = 0
        while unsafe count < 255 && text[count] != 0 {
            unsafe content.pointee.name[count] = UInt8(bitPattern: text[count])
            count += 1
        }
        unsafe content.pointee.nameByteCount = count
        return 1
    }
}
