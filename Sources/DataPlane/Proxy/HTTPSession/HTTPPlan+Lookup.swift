// What a listener's plan says of a request or of an answer.

internal import HTTP
internal import Telemetry

extension HTTPPlan {
    /// The page of a status, or nil for the one that is made here. A walk over few.
    @inline(__always) func errorPage(of status: Int) -> ErrorPagePlan? {
        guard let pages = unsafe errorPages else { return nil }
        for index in 0..<errorPageCount where unsafe Int(pages[index].status) == status {
            return unsafe pages[index]
        }
        return nil
    }

    /// True for a peer whose words on the client are believed.
    @inline(__always) func trusts(_ peer: NetworkAddress) -> Bool {
        !trustedProxies.isEmpty && trustedProxies.contains(peer)
    }

    /// The identifier that a request came with, where that one counts; else nil.
    @inline(__always) func givenIdentifier(
        of request: ParsedRequest, from peer: NetworkAddress
    ) -> UnsafeBufferPointer<UInt8>? {
        guard trustsRequestID, trusts(peer), let name = unsafe requestIDName.bytes else {
            return nil
        }
        return unsafe request.field(
            named: UnsafeBufferPointer(start: name, count: requestIDName.count))
    }
}
