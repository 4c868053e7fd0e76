// What an authority says of a certificate (OCSP, RFC 6960), as it is kept in a file to be stapled. It
// is checked before it is: clients refuse a handshake for a bad one.

internal import COpenSSL

/// A response that is about a certificate of ours and is signed by who may.
public struct StatusResponse: Equatable, Sendable {
    /// The response as it is, in DER.
    public let bytes: [UInt8]
    /// When what it says became known, in seconds since 1970.
    public let thisUpdate: Int64
    /// When there will be news, in seconds since 1970; nil when it does not say.
    public let nextUpdate: Int64?

    /// Why a response is not to be stapled.
    public enum Problem: Error, Equatable, Sendable {
        /// It is no OCSP response.
        case unreadable
        /// The authority says that it has no answer; the number is RFC 6960's.
        case unsuccessful(Int)
        /// The chain lacks who issued the certificate, so nothing can be checked.
        case noIssuer
        /// It is about other certificates.
        case otherCertificate
        /// It is not signed by who issued the certificate, nor by whom that one charged.
        case badSignature
        /// The certificate was revoked.
        case revoked
        /// The authority does not know the certificate.
        case unknown
        /// It says when, and that is yet to come.
        case notYetValid(from: Int64)
        /// There has been news since.
        case outdated(since: Int64)

        /// What is wrong, to go behind the name of a file.
        public var message: String {
            switch self {
            case .unreadable: "is no OCSP response"
            case .unsuccessful(let status): "has no answer: status \(status)"
            case .noIssuer: "cannot be checked: the chain lacks the certificate's issuer"
            case .otherCertificate: "is about another certificate"
            case .badSignature: "is not signed by the certificate's issuer"
            case .revoked: "says that the certificate was revoked"
            case .unknown: "says that the certificate is unknown to its issuer"
            case .notYetValid: "is not valid yet"
            case .outdated: "is out of date"
            }
        }
    }

    /// Reads and checks a response in DER about the first certificate of a chain.
    public static func check(
        _ bytes: [UInt8], for chain: CertificateChain
    ) -> Result<StatusResponse, Problem> {
        guard unsafe chain.certificates.count > 1 else { return .failure(.noIssuer) }
        let response = unsafe bytes.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return unsafe d2i_OCSP_RESPONSE(nil, &start, buffer.count)
        }
        defer {
            unsafe OCSP_RESPONSE_free(response)
            ERR_clear_error()
        }
        guard let response = unsafe response else { return .failure(.unreadable) }
        let status = unsafe OCSP_response_status(response)
        guard status == OCSP_RESPONSE_STATUS_SUCCESSFUL else {
            return .failure(.unsuccessful(Int(status)))
        }
        guard let basic = unsafe OCSP_response_get1_basic(response) else {
            return .failure(.unreadable)
        }
        defer { unsafe OCSP_BASICRESP_free(basic) }
        let (certificate, issuer) = unsafe (chain.certificates[0], chain.certificates[1])
        guard let entry = unsafe single(in: basic, about: certificate, of: issuer) else {
            return .failure(.otherCertificate)
        }
        guard unsafe isSigned(basic, by: issuer) else { return .failure(.badSignature) }
        return unsafe read(entry, bytes)
    }

    /// What is wrong with it at a time in seconds since 1970.
    public func problem(at now: Int64) -> Problem? {
        if now < thisUpdate { return .notYetValid(from: thisUpdate) }
        if let nextUpdate, now > nextUpdate { return .outdated(since: nextUpdate) }
        return nil
    }

    private static func read(
        _ entry: OpaquePointer, _ bytes: [UInt8]
    ) -> Result<StatusResponse, Problem> {
        var this: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
        var next: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
        switch unsafe OCSP_single_get0_status(entry, nil, nil, &this, &next) {
        case V_OCSP_CERTSTATUS_GOOD: break
        case V_OCSP_CERTSTATUS_REVOKED: return .failure(.revoked)
        default: return .failure(.unknown)
        }
        return unsafe .success(
            StatusResponse(
                bytes: bytes, thisUpdate: copenssl_unix_time(this),
                nextUpdate: next.map { unsafe copenssl_unix_time($0) }))
    }

    /// The part about the certificate; the digest that names it may be any.
    private static func single(
        in basic: OpaquePointer, about certificate: OpaquePointer, of issuer: OpaquePointer
    ) -> OpaquePointer? {
        for index in 0..<(unsafe OCSP_resp_count(basic)) {
            guard let entry = unsafe OCSP_resp_get0(basic, index),
                let identifier = unsafe OCSP_SINGLERESP_get0_id(entry)
            else { continue }
            guard let method = unsafe copenssl_identifier_digest(identifier),
                let own = unsafe OCSP_cert_to_id(method, certificate, issuer)
            else { continue }
            defer { unsafe OCSP_CERTID_free(own) }
            if unsafe OCSP_id_cmp(own, identifier) == 0 { return unsafe entry }
        }
        return nil
    }

    private static func isSigned(_ basic: OpaquePointer, by issuer: OpaquePointer) -> Bool {
        guard let store = unsafe X509_STORE_new(), let others = unsafe copenssl_new_certificates()
        else { preconditionFailure("OpenSSL has no memory") }
        defer {
            unsafe X509_STORE_free(store)
            unsafe copenssl_free_certificates(others)
        }
        unsafe _ = X509_STORE_add_cert(store, issuer)
        unsafe _ = copenssl_add_certificate(others, issuer)
        // Times are looked at by who knows the time, and the issuer is trusted for its own.
        let flags = X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME
        unsafe _ = X509_STORE_set_flags(store, UInt(flags))
        return unsafe OCSP_basic_verify(basic, others, store, 0) == 1
    }
}
