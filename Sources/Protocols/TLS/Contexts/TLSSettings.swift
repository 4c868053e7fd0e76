// What contexts of servers and of clients have in common.

/// Versions, ciphers and protocols. Names of ciphers and groups are OpenSSL's, with colons between.
public struct TLSSettings: Sendable {
    /// The oldest version.
    public var minimumVersion: TLSVersion
    /// The newest version.
    public var maximumVersion: TLSVersion = .tls13
    /// Ciphers of TLS 1.2.
    public var ciphers: String
    /// Cipher suites of TLS 1.3.
    public var cipherSuites: String
    /// Groups for the exchange of keys.
    public var groups: String
    /// True when the order of our ciphers decides rather than the client's.
    public var prefersOwnOrder: Bool
    /// Application protocols (RFC 7301), the best first; none for no negotiation.
    public var applicationProtocols: [String] = []

    /// What a preset says.
    public init(_ preset: TLSPreset = .intermediate) {
        minimumVersion = preset.minimumVersion
        ciphers = preset.ciphers
        cipherSuites = preset.cipherSuites
        groups = preset.groups
        prefersOwnOrder = preset.prefersOwnOrder
    }

    /// The protocols as they go over the wire; nil when one is empty or longer than 255 bytes.
    var protocolList: [UInt8]? {
        var list: [UInt8] = []
        for name in applicationProtocols {
            guard (1...255).contains(name.utf8.count) else { return nil }
            list += [UInt8(name.utf8.count)] + Array(name.utf8)
        }
        return list
    }
}
