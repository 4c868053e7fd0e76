// Who the peer is by its certificate, as text in memory of the caller's. Only a certificate that was
// found good is told of: nobody may be taken for somebody by one that he has made himself.

internal import COpenSSL

extension TLSSession {
    /// The peer's certificate where it is good.
    private var verifiedCertificate: OpaquePointer? {
        guard unsafe SSL_get_verify_result(ssl) == Int(X509_V_OK),
            unsafe SSL_get_verify_mode(ssl) & SSL_VERIFY_PEER != 0
        else { return nil }
        return unsafe SSL_get0_peer_certificate(ssl)
    }

    /// Writes the subject (RFC 2253: `CN=…,O=…`, other than ASCII escaped). Returns how many bytes it
    /// has, 0 when there is no good certificate, or nil when it does not fit.
    public func writePeerSubject(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int? {
        guard let certificate = unsafe verifiedCertificate else { return 0 }
        guard let memory = unsafe BIO_new(BIO_s_mem()) else { return nil }
        defer { unsafe _ = BIO_free(memory) }
        let name = unsafe X509_get_subject_name(certificate)
        unsafe _ = X509_NAME_print_ex(memory, name, 0, copenssl_name_rfc2253)
        var text: UnsafeMutablePointer<CChar>?
        let count = unsafe copenssl_memory(memory, &text)
        var writer = unsafe ByteWriter(buffer)
        for index in 0..<count { unsafe writer.put(UInt8(bitPattern: text![index])) }
        return writer.count
    }

    /// Writes the alternative names, as `DNS:a.example.com,IP:10.0.0.1,URI:…,email:…`; commas within
    /// names, and bytes that are not printable ASCII, as `%2C`. Returns how many bytes it has, 0 when
    /// there is no good certificate or it has none, or nil when it does not fit.
    public func writePeerNames(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int? {
        guard let certificate = unsafe verifiedCertificate,
            let names = unsafe AlternativeNames(of: certificate)
        else { return 0 }
        defer { names.free() }
        var writer = unsafe ByteWriter(buffer)
        var isFirst = true
        for index in 0..<names.count {
            guard let prefix = names.kind(index).prefix else { continue }
            if !isFirst { writer.put(UInt8(ascii: ",")) }
            isFirst = false
            writer.put(prefix)
            names.write(index, to: &writer)
        }
        return writer.count
    }

    /// Writes the serial number in hexadecimal, upper case. Returns how many bytes it has, 0 when
    /// there is no good certificate, or nil when it does not fit.
    public func writePeerSerial(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int? {
        guard let certificate = unsafe verifiedCertificate else { return 0 }
        let number = unsafe X509_get0_serialNumber(certificate)
        let count = unsafe Int(ASN1_STRING_length(number))
        let bytes = unsafe ASN1_STRING_get0_data(number)
        var writer = unsafe ByteWriter(buffer)
        for index in 0..<count {
            unsafe writer.put(hexadecimal: bytes![index], isUpper: true)
        }
        return writer.count
    }

    /// Writes the SHA-256 of the certificate (of its DER) in hexadecimal, lower case: 64 bytes.
    /// Returns how many bytes it has, 0 when there is no good certificate, or nil when it does not
    /// fit.
    public func writePeerFingerprint(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int? {
        guard let certificate = unsafe verifiedCertificate else { return 0 }
        var writer = unsafe ByteWriter(buffer)
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(EVP_MAX_MD_SIZE)) {
            var count: UInt32 = 0
            unsafe _ = X509_digest(certificate, EVP_sha256(), $0.baseAddress, &count)
            for index in 0..<Int(count) { unsafe writer.put(hexadecimal: $0[index]) }
        }
        return writer.count
    }
}
