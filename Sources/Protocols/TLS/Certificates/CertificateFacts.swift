// What there is to say of a certificate, for checks, status and metrics. The control plane's: it
// allocates.

internal import COpenSSL

/// Facts of one certificate.
public struct CertificateFacts: Equatable, Sendable {
    /// The DNS names that it is for, in lower case: its alternative names, or else its common name.
    public let names: [String]
    /// The addresses that it is for, as text.
    public let addresses: [String]
    /// The subject (RFC 2253).
    public let subject: String
    /// Who issued it (RFC 2253).
    public let issuer: String
    /// When it begins to be valid, in seconds since 1970.
    public let notBefore: Int64
    /// When it ends to be valid, in seconds since 1970.
    public let notAfter: Int64
    /// What kind of key it has.
    public let keyKind: KeyKind
    /// The bits of its key.
    public let keyBits: Int
    /// The serial number in hexadecimal, upper case.
    public let serial: String
    /// The SHA-256 of its DER in hexadecimal, lower case.
    public let fingerprint: String

    /// The kinds of keys that one name can have certificates of side by side.
    public enum KeyKind: UInt8, BitwiseCopyable, CaseIterable, Sendable {
        /// RSA, also with PSS only.
        case rsa
        /// An elliptic curve.
        case ecdsa
        /// Ed25519 and Ed448.
        case edwards

        /// The word in status.
        public var word: StaticString {
            switch self {
            case .rsa: "RSA"
            case .ecdsa: "ECDSA"
            case .edwards: "EdDSA"
            }
        }

        /// Nil for keys that TLS has no use for.
        init?(of key: OpaquePointer) {
            switch unsafe EVP_PKEY_get_base_id(key) {
            case EVP_PKEY_RSA, EVP_PKEY_RSA_PSS: self = .rsa
            case EVP_PKEY_EC: self = .ecdsa
            case EVP_PKEY_ED25519, EVP_PKEY_ED448: self = .edwards
            default: return nil
            }
        }
    }

    /// Reads them; nil when the key is of a kind that TLS has no use for.
    init?(of certificate: OpaquePointer) {
        guard let key = unsafe X509_get0_pubkey(certificate),
            let kind = unsafe KeyKind(of: key)
        else { return nil }
        keyKind = kind
        keyBits = unsafe Int(EVP_PKEY_get_bits(key))
        subject = unsafe Self.text(X509_get_subject_name(certificate))
        issuer = unsafe Self.text(X509_get_issuer_name(certificate))
        notBefore = unsafe copenssl_unix_time(X509_get0_notBefore(certificate))
        notAfter = unsafe copenssl_unix_time(X509_get0_notAfter(certificate))
        serial = unsafe Self.serial(X509_get0_serialNumber(certificate))
        fingerprint = unsafe Self.fingerprint(certificate)
        var names: [String] = []
        var addresses: [String] = []
        if let alternatives = unsafe AlternativeNames(of: certificate) {
            defer { alternatives.free() }
            for index in 0..<alternatives.count {
                let text = Self.text { alternatives.write(index, to: &$0) }
                switch alternatives.kind(index) {
                case .dns: names.append(text.lowercased())
                case .address: addresses.append(text)
                case .uri, .email, .other: break
                }
            }
        }
        if names.isEmpty && addresses.isEmpty,
            let name = unsafe Self.commonName(X509_get_subject_name(certificate))
        {
            names = [name.lowercased()]
        }
        self.names = names
        self.addresses = addresses
    }

    /// A name as RFC 2253 has it.
    static func text(_ name: OpaquePointer?) -> String {
        guard let name = unsafe name, let memory = unsafe BIO_new(BIO_s_mem()) else { return "" }
        defer { unsafe _ = BIO_free(memory) }
        // In UTF-8 rather than in escapes of its bytes.
        let flags = copenssl_name_rfc2253 & ~copenssl_escape_high_bytes
        unsafe _ = X509_NAME_print_ex(memory, name, 0, flags)
        var bytes: UnsafeMutablePointer<CChar>?
        let count = unsafe copenssl_memory(memory, &bytes)
        return unsafe String(
            decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    /// The last common name in a subject.
    private static func commonName(_ subject: OpaquePointer?) -> String? {
        var found: Int32 = -1
        while case let next = unsafe X509_NAME_get_index_by_NID(subject, NID_commonName, found),
            next >= 0
        {
            found = next
        }
        guard found >= 0,
            let value = unsafe X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, found))
        else { return nil }
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = unsafe ASN1_STRING_to_UTF8(&bytes, value)
        guard count > 0, let bytes = unsafe bytes else { return nil }
        defer { unsafe CRYPTO_free(bytes, nil, 0) }
        let text = unsafe String(
            decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
        let isName = text.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "/")
        }
        return isName ? text : nil
    }

    private static func serial(_ number: UnsafePointer<ASN1_INTEGER>?) -> String {
        let bytes = unsafe UnsafeBufferPointer(
            start: ASN1_STRING_get0_data(number), count: Int(ASN1_STRING_length(number)))
        return text {
            for index in 0..<bytes.count {
                unsafe $0.put(hexadecimal: bytes[index], isUpper: true)
            }
        }
    }

    static func fingerprint(_ certificate: OpaquePointer) -> String {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        unsafe _ = X509_digest(certificate, EVP_sha256(), &digest, &count)
        return text { for byte in digest.prefix(Int(count)) { $0.put(hexadecimal: byte) } }
    }

    /// What is written, which is cut when it has more than 1 KiB.
    private static func text(_ write: (inout ByteWriter) -> Void) -> String {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1024) {
            var writer = unsafe ByteWriter($0)
            write(&writer)
            return unsafe String(
                decoding: UnsafeBufferPointer(rebasing: $0.prefix(writer.count ?? 1024)),
                as: UTF8.self)
        }
    }
}
