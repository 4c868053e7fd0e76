// What OpenSSL asks a server in the middle of a handshake. Nothing here allocates.

internal import COpenSSL

/// The callbacks of a listener's contexts.
enum ServerCallbacks {
    /// Chooses the certificate by the name that the client asks for. OpenSSL calls it for every
    /// ClientHello, with a name or without.
    static let chooseName:
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<Int32>?, UnsafeMutableRawPointer?
        ) -> Int32 = { session, alert, _ in
            let block = unsafe ServerContextBlock.of(session: session)
            var found: Int?
            let name = unsafe SSL_get_servername(session, TLSEXT_NAMETYPE_host_name)
            if let name = unsafe name {
                var count = 0
                while unsafe name[count] != 0 { count += 1 }
                found = unsafe block.pointee.names.context(
                    for: UnsafeRawPointer(name).assumingMemoryBound(to: UInt8.self), count: count)
            }
            guard let found else {
                guard unsafe block.pointee.isStrict else { return SSL_TLSEXT_ERR_NOACK }
                unsafe alert?.pointee = SSL_AD_UNRECOGNIZED_NAME
                copenssl_raise(Int32(TLSFailure.unknownServerName.rawValue))
                return SSL_TLSEXT_ERR_ALERT_FATAL
            }
            if found > 0 {
                unsafe _ = SSL_set_SSL_CTX(session, block.pointee.contexts[found])
            }
            return SSL_TLSEXT_ERR_OK
        }

    /// Chooses the first of our application protocols that the client speaks too (RFC 7301, section
    /// 3.2).
    static let chooseProtocol:
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
            UnsafeMutablePointer<UInt8>?, UnsafePointer<UInt8>?, UInt32, UnsafeMutableRawPointer?
        ) -> Int32 = { session, chosen, chosenCount, offered, offeredByteCount, _ in
            let block = unsafe ServerContextBlock.of(session: session)
            guard let offered = unsafe offered else { return SSL_TLSEXT_ERR_NOACK }
            let own = unsafe block.pointee.protocols
            var index = 0
            while unsafe index < block.pointee.protocolByteCount {
                let count = unsafe Int(own[index])
                if unsafe contains(offered, Int(offeredByteCount), own + index) {
                    // It lives as long as the session does, which keeps the block.
                    unsafe chosen?.pointee = UnsafePointer(own + index + 1)
                    unsafe chosenCount?.pointee = UInt8(count)
                    return SSL_TLSEXT_ERR_OK
                }
                index += 1 + count
            }
            return SSL_TLSEXT_ERR_ALERT_FATAL
        }

    /// True when a list, each entry with its length in front, has an entry like the given one.
    private static func contains(
        _ list: UnsafePointer<UInt8>, _ byteCount: Int, _ entry: UnsafePointer<UInt8>
    ) -> Bool {
        let count = unsafe Int(entry[0])
        var index = 0
        while index < byteCount {
            let length = unsafe Int(list[index])
            guard index + 1 + length <= byteCount else { return false }
            if length == count {
                var same = 0
                while same < count, unsafe list[index + 1 + same] == entry[1 + same] { same += 1 }
                if same == count { return true }
            }
            index += 1 + length
        }
        return false
    }

    /// Takes note of a client's certificate that is not good, and goes on: the session tells of it.
    static let goOn: @convention(c) (Int32, OpaquePointer?) -> Int32 = { _, _ in 1 }
}
