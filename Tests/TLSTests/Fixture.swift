// Certificates that many tests use, made once for all of them.

import Support

@testable import TLS

/// An authority with an intermediate one and some certificates, loaded. Nobody frees them.
enum Fixture {
    static let root = TestAuthority()
    static let issuer = root.intermediate()
    static let authorities = try! TrustedAuthorities.load(certificates: root.own.certificate).get()

    static let ecdsa = issuer.server(["a.example.com", "b.example.com", "10.0.0.1"])
    static let rsa = issuer.server(["a.example.com", "c.example.com"], key: .rsa)
    static let wildcard = issuer.server(["*.wild.example.com", "*.example.net"])

    static let ecdsaChain = load(ecdsa)
    static let rsaChain = load(rsa)
    static let wildcardChain = load(wildcard)

    /// A certificate with its chain and key.
    static func load(_ issued: TestAuthority.Issued) -> CertificateChain {
        try! CertificateChain.load(certificates: issued.chain, key: issued.key).get()
    }

    /// Contexts of a listener.
    static func server(
        _ chains: [CertificateChain] = [ecdsaChain],
        _ change: (inout TLSServerSettings) -> Void = { _ in }
    ) -> TLSServerContexts {
        var settings = TLSServerSettings()
        change(&settings)
        return try! TLSServerContexts.make(chains, settings).get()
    }

    /// The context of an upstream.
    static func client(_ change: (inout TLSClientSettings) -> Void = { _ in }) -> TLSClientContext {
        var settings = TLSClientSettings(authorities: authorities)
        change(&settings)
        return try! TLSClientContext.make(settings).get()
    }

    /// Text of a session.
    static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
