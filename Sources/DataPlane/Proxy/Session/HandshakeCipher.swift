// The cipher suites that are counted by name: those of Mozilla's presets. There are hundreds, and a
// metric must not have as many samples as clients can think of.

/// A cipher suite in counters. The raw value is its place among them.
public enum HandshakeCipher: Int, CaseIterable, Sendable {
    case aes128GCM
    case aes256GCM
    case chacha20
    case ecdsaAES128GCM
    case rsaAES128GCM
    case ecdsaAES256GCM
    case rsaAES256GCM
    case ecdsaChaCha20
    case rsaChaCha20
    case dheAES128GCM
    case dheAES256GCM
    case dheChaCha20
    /// Any other one.
    case other

    /// The suite of a number in IANA's registry of TLS cipher suites.
    public init(number: UInt16) {
        self =
            switch number {
            case 0x1301: .aes128GCM
            case 0x1302: .aes256GCM
            case 0x1303: .chacha20
            case 0xC02B: .ecdsaAES128GCM
            case 0xC02F: .rsaAES128GCM
            case 0xC02C: .ecdsaAES256GCM
            case 0xC030: .rsaAES256GCM
            case 0xCCA9: .ecdsaChaCha20
            case 0xCCA8: .rsaChaCha20
            case 0x009E: .dheAES128GCM
            case 0x009F: .dheAES256GCM
            case 0xCCAA: .dheChaCha20
            default: .other
            }
    }

    /// The word in metrics: what OpenSSL calls it.
    public var word: String {
        switch self {
        case .aes128GCM: "TLS_AES_128_GCM_SHA256"
        case .aes256GCM: "TLS_AES_256_GCM_SHA384"
        case .chacha20: "TLS_CHACHA20_POLY1305_SHA256"
        case .ecdsaAES128GCM: "ECDHE-ECDSA-AES128-GCM-SHA256"
        case .rsaAES128GCM: "ECDHE-RSA-AES128-GCM-SHA256"
        case .ecdsaAES256GCM: "ECDHE-ECDSA-AES256-GCM-SHA384"
        case .rsaAES256GCM: "ECDHE-RSA-AES256-GCM-SHA384"
        case .ecdsaChaCha20: "ECDHE-ECDSA-CHACHA20-POLY1305"
        case .rsaChaCha20: "ECDHE-RSA-CHACHA20-POLY1305"
        case .dheAES128GCM: "DHE-RSA-AES128-GCM-SHA256"
        case .dheAES256GCM: "DHE-RSA-AES256-GCM-SHA384"
        case .dheChaCha20: "DHE-RSA-CHACHA20-POLY1305"
        case .other: "other"
        }
    }
}
