// A certificate that nobody but its own key vouches for (RFC 5280): for demonstrations and trials, never
// to be trusted by more than whom it is handed to.

internal import COpenSSL

/// A self-signed certificate of a server, with its key.
public struct SelfSignedCertificate: Sendable {
    /// The certificate in PEM.
    public let certificate: [UInt8]
    /// Its key in PEM, not encrypted.
    public let key: [UInt8]

    /// Makes a key (P-256) and a certificate for names and addresses, the first of which is its common
    /// name. Nil when OpenSSL cannot, or does not take a name.
    ///
    /// - Parameters:
    ///   - names: As OpenSSL writes alternative names, such as `DNS:localhost` or `IP:::1`.
    ///   - days: For how long from now it is valid.
    public init?(commonName: String, alternatives: [String], days: Int) {
        TLSLibrary.begin()
        defer { ERR_clear_error() }
        guard let key = unsafe copenssl_make_p256_key() else { return nil }
        defer { unsafe EVP_PKEY_free(key) }
        guard let certificate = unsafe X509_new() else { return nil }
        defer { unsafe X509_free(certificate) }
        guard
            unsafe Self.describe(certificate, commonName: commonName, days: days),
            unsafe X509_set_pubkey(certificate, key) == 1,
            unsafe Self.add(NID_basic_constraints, "critical,CA:TRUE,pathlen:0", to: certificate),
            unsafe Self.add(
                NID_key_usage, "critical,digitalSignature,keyCertSign", to: certificate),
            unsafe Self.add(NID_ext_key_usage, "serverAuth", to: certificate),
            unsafe Self.add(
                NID_subject_alt_name, alternatives.joined(separator: ","), to: certificate),
            unsafe X509_sign(certificate, key, EVP_sha256()) > 0,
            let certificateText = unsafe Self.text({ unsafe PEM_write_bio_X509($0, certificate) }),
            let keyText = unsafe Self.text({
                unsafe PEM_write_bio_PKCS8PrivateKey($0, key, nil, nil, 0, nil, nil)
            })
        else { return nil }
        self.certificate = certificateText
        self.key = keyText
    }

    /// Version 3, a serial number that nobody can guess, whose it is, and when it is valid: from an
    /// hour ago on, since clocks differ.
    private static func describe(
        _ certificate: OpaquePointer, commonName: String, days: Int
    ) -> Bool {
        var serial = [UInt8](repeating: 0, count: 16)
        guard unsafe RAND_bytes(&serial, 16) == 1 else { return false }
        // Positive, and not empty in front (RFC 5280, section 4.1.2.2).
        serial[0] = serial[0] & 0x3f | 0x40
        guard let number = unsafe BN_bin2bn(serial, 16, nil) else { return false }
        defer { unsafe BN_free(number) }
        let name = unsafe X509_get_subject_name(certificate)
        return unsafe X509_set_version(certificate, 2) == 1
            && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil
            && X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) != nil
            && X509_gmtime_adj(X509_getm_notAfter(certificate), days * 86_400) != nil
            && X509_NAME_add_entry_by_txt(
                name, "CN", copenssl_utf8_text, Array(commonName.utf8),
                Int32(commonName.utf8.count), -1, 0) == 1
            && X509_set_issuer_name(certificate, name) == 1
    }

    private static func add(_ kind: Int32, _ value: String, to certificate: OpaquePointer) -> Bool {
        guard let made = unsafe X509V3_EXT_conf_nid(nil, nil, kind, value) else { return false }
        defer { unsafe X509_EXTENSION_free(made) }
        return unsafe X509_add_ext(certificate, made, -1) == 1
    }

    /// What OpenSSL writes; nil when it does not.
    private static func text(_ write: (OpaquePointer) -> Int32) -> [UInt8]? {
        guard let memory = unsafe BIO_new(BIO_s_secmem()) else { return nil }
        defer { unsafe _ = BIO_free(memory) }
        guard unsafe write(memory) == 1 else { return nil }
        var bytes: UnsafeMutablePointer<CChar>?
        let count = unsafe copenssl_memory(memory, &bytes)
        return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: count))
    }
}
