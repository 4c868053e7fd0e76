// What is spoken by default, after Mozilla's "Server Side TLS" (version 5.7).

/// A level of compatibility.
public enum TLSPreset: BitwiseCopyable, CaseIterable, Sendable {
    /// TLS 1.3 and 1.2 with ciphers that authenticate and keep past sessions secret: all clients of
    /// the last ten years.
    ///
    /// Mozilla's list has finite-field Diffie-Hellman too. It is left out: no client needs it that
    /// is in use, and a handshake with it costs a server so much that it serves attacks
    /// (CVE-2002-20001).
    case intermediate
    /// TLS 1.3 only.
    case modern

    /// The oldest version.
    public var minimumVersion: TLSVersion { self == .modern ? .tls13 : .tls12 }

    /// Ciphers of TLS 1.2, as OpenSSL writes them.
    public var ciphers: String {
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"
            + ":ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384"
            + ":ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
    }

    /// Cipher suites of TLS 1.3.
    public var cipherSuites: String {
        "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    }

    /// Groups for the exchange of keys.
    public var groups: String { "X25519:prime256v1:secp384r1" }

    /// True when the order of our ciphers decides; else the client's does, which knows whether it has
    /// AES in hardware.
    public var prefersOwnOrder: Bool { self == .intermediate }
}
