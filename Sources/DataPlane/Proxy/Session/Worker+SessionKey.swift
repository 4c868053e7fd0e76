// What sessions of bytes are spread by, where their upstream's policy hashes something. Requests have
// more to go by: see `Worker+RequestKey.swift`.

internal import Balancing
internal import Telemetry

extension Worker {
    /// What the balancer hashes of a session that goes to an upstream.
    ///
    /// - Parameter serverName: What the client asked for in TLS, in whatever case; empty when that
    ///   is nothing, or not known.
    mutating func key(
        of session: inout Session, _ upstream: UnsafePointer<UpstreamPlan>,
        serverName: UnsafeBufferPointer<UInt8> = unsafe UnsafeBufferPointer(start: nil, count: 0)
    ) -> UInt64 {
        switch unsafe upstream.pointee.key {
        case .sourceAddress: session.client.key(withPort: false)
        case .sourceAddressAndPort: session.client.key(withPort: true)
        case .serverName:
            // Those that lack it are spread by their clients.
            serverName.isEmpty
                ? session.client.key(withPort: false)
                : unsafe BalancingHash.hash(serverName: serverName)
        // Bytes have nothing that only requests have.
        case .listener, .host, .path, .field, .cookie, .parameter:
            unsafe session.listener.pointee.key
        }
    }
}
