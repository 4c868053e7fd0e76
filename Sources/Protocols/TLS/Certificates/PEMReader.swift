// PEM (RFC 7468) in memory, read through OpenSSL.

internal import COpenSSL

/// Reads objects of PEM one after another.
@safe struct PEMReader: ~Copyable {
    private let memory: OpaquePointer
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // A copy, since the array may move: it is wiped with what OpenSSL frees of it below.
        guard let memory = unsafe BIO_new(BIO_s_secmem()) else { preconditionFailure("no memory") }
        unsafe self.memory = memory
        if !bytes.isEmpty {
            let written = unsafe BIO_write(memory, bytes, Int32(bytes.count))
            precondition(written == Int32(bytes.count), "no memory")
        }
    }

    deinit {
        unsafe _ = BIO_free(memory)
        ERR_clear_error()
    }

    /// True when something in it looks like PEM.
    var hasPEM: Bool { bytes.firstRange(of: Array("-----BEGIN ".utf8)) != nil }

    /// Reads all certificates, in their order; other objects are passed over. The caller frees them.
    func certificates() -> Result<[OpaquePointer], CertificateProblem> {
        guard hasPEM else { return unsafe .failure(.notPEM) }
        var found: [OpaquePointer] = unsafe []
        var problem = CertificateProblem.noCertificate
        while let certificate = unsafe PEM_read_bio_X509(memory, nil, nil, nil) {
            unsafe found.append(certificate)
        }
        // The last attempt always fails: at the end there is no more PEM.
        let code = ERR_peek_last_error()
        let isEnd =
            copenssl_error_library(code) == ERR_LIB_PEM
            && copenssl_error_reason(code) == PEM_R_NO_START_LINE
        ERR_clear_error()
        if !isEnd { problem = unsafe .unreadableCertificate(found.count + 1) }
        // Extensions are parsed when they are first asked for; here rather than in a handshake.
        for index in unsafe found.indices
        where unsafe copenssl_is_constructed(found[index]) == 0 {
            problem = .unreadableCertificate(index + 1)
        }
        ERR_clear_error()
        guard unsafe isEnd && !found.isEmpty && problem == .noCertificate else {
            unsafe found.forEach { unsafe X509_free($0) }
            return unsafe .failure(problem)
        }
        return unsafe .success(found)
    }

    /// Reads the first private key. The caller frees it.
    func key(password: [UInt8]?) -> Result<OpaquePointer, CertificateProblem> {
        let isKeyThere = bytes.firstRange(of: Array("PRIVATE KEY-----".utf8)) != nil
        guard isKeyThere else { return unsafe .failure(hasPEM ? .noKey : .notPEM) }
        var request = PasswordRequest(password: password)
        return unsafe withUnsafeMutablePointer(to: &request) { request in
            let key = unsafe PEM_read_bio_PrivateKey(
                memory, nil, PasswordRequest.answer, UnsafeMutableRawPointer(request))
            defer { ERR_clear_error() }
            if let key = unsafe key {
                if unsafe CertificateFacts.KeyKind(of: key) != nil { return unsafe .success(key) }
                unsafe EVP_PKEY_free(key)
                return unsafe .failure(.unreadableKey)
            }
            guard unsafe request.pointee.wasAsked else { return unsafe .failure(.unreadableKey) }
            return unsafe .failure(password == nil ? .passwordRequired : .wrongPassword)
        }
    }
}
