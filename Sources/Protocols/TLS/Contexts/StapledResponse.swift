// What a server says of its own certificate (RFC 6066, section 8): bytes that belong to an `X509`, and
// go with it.

internal import COpenSSL

/// A response in memory of its own.
@safe struct StapledResponse {
    private let bytes: UnsafeMutablePointer<UInt8>
    private let count: Int

    /// The number that an `X509` keeps it under.
    private static let index: Int32 = {
        let index = unsafe CRYPTO_get_ex_new_index(
            CRYPTO_EX_INDEX_X509, 0, nil, nil, nil
        ) { _, data, _, _, _, _ in
            guard let data = unsafe data else { return }
            let response = unsafe data.assumingMemoryBound(to: StapledResponse.self)
            unsafe response.pointee.bytes.deallocate()
            unsafe response.deallocate()
        }
        precondition(index > 0, "OpenSSL has no memory")
        return index
    }()

    /// Has a certificate (`X509`) come with a response, unless it is empty.
    static func attach(_ response: [UInt8], to certificate: OpaquePointer) {
        guard !response.isEmpty else { return }
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: response.count)
        for (index, byte) in response.enumerated() { unsafe bytes[index] = byte }
        let attached = UnsafeMutablePointer<StapledResponse>.allocate(capacity: 1)
        unsafe attached.initialize(to: StapledResponse(bytes: bytes, count: response.count))
        let result = unsafe X509_set_ex_data(certificate, index, attached)
        precondition(result == 1, "OpenSSL has no memory")
    }

    private init(bytes: UnsafeMutablePointer<UInt8>, count: Int) {
        unsafe self.bytes = bytes
        self.count = count
    }

    /// OpenSSL's callback for handshakes whose client asks for one: the certificate was chosen then.
    static let staple: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32 = {
        session, _ in
        guard let certificate = unsafe SSL_get_certificate(session),
            let data = unsafe X509_get_ex_data(certificate, index)
        else { return SSL_TLSEXT_ERR_NOACK }
        let response = unsafe data.assumingMemoryBound(to: StapledResponse.self)
        let isStapled = unsafe copenssl_staple(
            session, response.pointee.bytes, response.pointee.count)
        return isStapled == 1 ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK
    }
}
