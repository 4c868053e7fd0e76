// What requests are spread by, where their upstream's policy hashes something of them.

internal import Balancing
internal import HTTP

extension Worker {
    /// What the balancer hashes of a request.
    mutating func key(
        of view: ParsedRequest, _ session: inout Session, _ upstream: UnsafePointer<UpstreamPlan>
    ) -> UInt64 {
        let client = unsafe exchange(of: session).pointee.client
        let text: UnsafeBufferPointer<UInt8>?
        let name = unsafe UnsafeBufferPointer(
            start: upstream.pointee.keyName.bytes, count: upstream.pointee.keyName.count)
        switch unsafe upstream.pointee.key {
        // A request has no name but its host.
        case .sourceAddress, .serverName: return client.key(withPort: false)
        case .sourceAddressAndPort: return client.key(withPort: true)
        case .listener: return unsafe session.listener.pointee.key
        case .host: unsafe text = view.host
        case .path: unsafe text = view.path
        case .field: unsafe text = unsafe view.field(named: name)
        case .cookie: unsafe text = unsafe view.cookie(named: name)
        case .parameter: unsafe text = unsafe view.parameter(named: name)
        }
        // Those that lack it are spread by their clients.
        guard let text = unsafe text, !text.isEmpty else {
            return client.key(withPort: false)
        }
        return unsafe BalancingHash.hash(bytes: UnsafeRawBufferPointer(text))
    }
}
