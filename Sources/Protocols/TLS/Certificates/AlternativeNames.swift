// The alternative names of a certificate (RFC 5280, section 4.2.1.6).

internal import COpenSSL

/// A list of names, parsed. Its owner frees it.
@safe struct AlternativeNames {
    private let names: OpaquePointer

    /// What a name is of.
    enum Kind: BitwiseCopyable {
        case dns
        case address
        case uri
        case email
        case other

        /// What stands before it in text; nil for kinds that have no text.
        var prefix: StaticString? {
            switch self {
            case .dns: "DNS:"
            case .address: "IP:"
            case .uri: "URI:"
            case .email: "email:"
            case .other: nil
            }
        }
    }

    /// Nil when the certificate has none.
    init?(of certificate: OpaquePointer) {
        guard let found = unsafe X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil)
        else { return nil }
        unsafe names = OpaquePointer(found)
    }

    func free() { unsafe GENERAL_NAMES_free(names) }

    var count: Int { max(0, Int(unsafe copenssl_name_count(names))) }

    func kind(_ index: Int) -> Kind {
        switch unsafe copenssl_name(names, Int32(index)).pointee.type {
        case GEN_DNS: .dns
        case GEN_IPADD: .address
        case GEN_URI: .uri
        case GEN_EMAIL: .email
        default: .other
        }
    }

    /// The bytes of a name that is not of another kind: text, or an address of 4 or 16 bytes.
    func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        guard let text = unsafe copenssl_name_text(copenssl_name(names, Int32(index))) else {
            return unsafe UnsafeBufferPointer(start: nil, count: 0)
        }
        return unsafe UnsafeBufferPointer(
            start: ASN1_STRING_get0_data(text), count: Int(ASN1_STRING_length(text)))
    }

    /// Writes a name as text: an address as it is usually written, of anything else each byte,
    /// with commas and what is not printable as `%2C`.
    func write(_ index: Int, to writer: inout ByteWriter) {
        let bytes = unsafe bytes(index)
        guard kind(index) == .address else {
            for index in 0..<bytes.count {
                let byte = unsafe bytes[index]
                if byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: ",") {
                    writer.put(byte)
                } else {
                    writer.put(UInt8(ascii: "%"))
                    writer.put(hexadecimal: byte, isUpper: true)
                }
            }
            return
        }
        if bytes.count == 4 {
            for index in 0..<4 {
                if index > 0 { writer.put(UInt8(ascii: ".")) }
                writer.put(decimal: unsafe bytes[index])
            }
            return
        }
        // In full: eight groups of four digits.
        for index in 0..<bytes.count {
            if index > 0 && index % 2 == 0 { writer.put(UInt8(ascii: ":")) }
            writer.put(hexadecimal: unsafe bytes[index])
        }
    }
}
