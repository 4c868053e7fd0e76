// One HTTP request and its response. An exchange exists from the first byte of a request to the last
// one of its response; a client that is idle has none. Plain values in a slot of the worker's slab;
// the worker's extensions in this folder give it life.

internal import Compression
internal import Containers
internal import HTTP
internal import Telemetry

/// An exchange of a session. Its worker's thread alone touches it.
@safe struct Exchange: BitwiseCopyable {
    /// How far the response has come.
    enum Response: UInt8, BitwiseCopyable {
        /// Nothing of it, but interim ones, has reached the client.
        case awaited
        /// Its head is on its way to the client, and its body is being carried.
        case begun
        /// All of it is written or waits in `reply`.
        case whole
    }

    // Bytes ---------------------------------------------------------------------------------

    /// What the client has sent and nobody has taken: a part of a head, a body, or requests to come.
    var input = HTTPBuffer()
    /// The request as the backend gets it, kept for as long as it may have to be sent again.
    var request = HTTPBuffer()
    /// How much of `request` is sent.
    var requestSent: Int32 = 0
    /// What the backend has sent of a response's head, or of a body that waits to be compressed.
    var partial = HTTPBuffer()
    /// What is on its way to the client.
    var reply = HTTPBuffer()
    /// The request's head as it came, where the response's is written by it.
    var original = HTTPBuffer()
    /// What the access log is told of, in a buffer that the exchange has borrowed; nil without a log.
    var access: UnsafeMutableRawPointer?
    /// What is left of the body of an answer that is made here.
    var bodyLeft = PlanText()

    // The request ---------------------------------------------------------------------------

    /// The route it takes; nil while its head is not whole.
    var route: UnsafePointer<RoutePlan>?
    /// The snapshot that the route is of, when the session has moved on to another one meanwhile.
    var routeSnapshot: UnsafeMutablePointer<Snapshot>?
    /// What is still to come of the body, and how it is framed.
    var requestBody = BodyProgress()
    var method = Method.get
    /// The client speaks HTTP/1.0.
    var isOldClient = false
    /// The client's connection may serve another request.
    var keepsClient = true
    /// The client asked for an upgrade.
    var wantsUpgrade = false
    /// The client waits for an interim response before it sends the body.
    var expectsContinue = false
    /// The request is with the backend whole.
    var isRequestSent = false
    /// A part of the body is gone from here, so that the request cannot be sent again.
    var isSpent = false
    /// The backend takes no more of it.
    var isRequestBroken = false
    /// The body goes from socket to socket.
    var isStreaming = false
    /// Its client wants gzip. Known only where the listener compresses.
    var takesGzip = false
    /// It was sent again on a fresh connection, which is done once.
    var isReplayed = false

    // The response --------------------------------------------------------------------------

    var response = Response.awaited
    var responseBody = BodyProgress()
    /// Interim responses that came before it.
    var interimCount: UInt8 = 0
    /// What is in `partial` is looked at when the client has taken the interim response before it.
    var isHeld = false
    var status: UInt16 = 0
    /// It is made here.
    var isLocal = false
    /// The backend's connection may serve another exchange.
    var keepsUpstream = false
    /// The connection becomes a relay once `reply` is written.
    var isUpgrade = false

    /// What the request's cookie says of the backend that the client is bound to.
    var affinity = AffinityValue.none
    /// What compresses it, borrowed; nil while nothing does.
    var compressor: GzipStream?
    /// It was compressed here, as far as it came.
    var isCompressed = false
    /// The compressor has something that the client has not.
    var isHeldBack = false
    /// The client is told that others may get it compressed, or may not.
    var addsVary = false

    // What is told of it --------------------------------------------------------------------

    /// Why it ended as it did.
    var reason = EndReason.completed
    /// What was wrong with its request or response, where that is why.
    var refusal: Refusal?
    /// Its identifier, where it was made here.
    var identifier = RequestIdentifier()
    /// Its head was whole.
    var hasBegun = false
    /// Whom it is for: what a trusted proxy says, or else the peer.
    var client = NetworkAddress()
    /// The backend that was tried last, and its upstream's number.
    var backend: UnsafeMutablePointer<BackendState>?
    var upstreamNumber: UInt32 = 0
    /// Bytes of what the client gets beside the response's body: its head, and interim ones.
    var headBytes: UInt32 = 0
    /// How long it waited for a backend with room, in ns.
    var queuedNs: UInt64 = 0
    /// When its first byte came, a backend was chosen and reached, and the response began, in ns.
    var startedNs: UInt64 = 0
    var chosenNs: UInt64 = 0
    var connectedNs: UInt64 = 0
    var firstByteNs: UInt64 = 0
    /// When the request was with the backend whole, in ns; 0 until then.
    var requestSentNs: UInt64 = 0
    /// Backends that were tried.
    var attempts: UInt8 = 0
    /// The backend's connection had served others.
    var isReused = false
    /// What was taken from the client for it: the head as it came, and what was read of the body.
    var bytesReceived: UInt64 = 0
    /// What was delivered to the client.
    var bytesSent: UInt64 = 0

    init() {}

    /// Takes over what a request's head says.
    mutating func take(_ head: UnsafePointer<RequestHead>) {
        requestBody = unsafe BodyProgress(head.pointee.framing)
        method = unsafe head.pointee.method
        isOldClient = unsafe head.pointee.minorVersion == 0
        // What stands behind CONNECT is for the tunnel: when there is none it is no request, and must
        // not be taken for one.
        keepsClient = unsafe head.pointee.keepsAlive && head.pointee.method != .connect
        wantsUpgrade = unsafe head.pointee.wantsUpgrade
        expectsContinue = unsafe head.pointee.expectsContinue
    }

    /// Takes over what a final response's head says.
    mutating func take(_ head: UnsafePointer<ResponseHead>) {
        responseBody = unsafe BodyProgress(head.pointee.framing)
        keepsUpstream = unsafe head.pointee.keepsAlive
        // What follows a success to CONNECT is a tunnel (RFC 9110, section 9.3.6).
        isUpgrade =
            unsafe head.pointee.isUpgrade && wantsUpgrade
            || method == .connect && head.pointee.status / 100 == 2
    }

    /// Settles whether the client hears of the response's end by the end of its connection.
    @inline(__always) mutating func settleEnd() {
        guard compressor == nil else { return }
        if responseBody.framing == .untilClose { keepsClient = false }
        if responseBody.framing == .chunked, isOldClient { keepsClient = false }
    }

    /// The backend's connection is as it was before, so that others may use it.
    @inline(__always) var isUpstreamClean: Bool {
        keepsUpstream && isRequestSent && requestBody.isOver && responseBody.isOver
    }
}

/// Bytes of an exchange in a buffer that it has borrowed.
@safe struct HTTPBuffer: BitwiseCopyable {
    /// The buffer, or nil.
    var memory: UnsafeMutablePointer<UInt8>?
    /// Where the bytes are.
    var start: Int32 = 0
    var end: Int32 = 0

    init() {}

    init(_ memory: UnsafeMutablePointer<UInt8>, _ range: Range<Int>) {
        unsafe self.memory = unsafe memory
        start = Int32(range.lowerBound)
        end = Int32(range.upperBound)
    }

    /// How many bytes there are.
    @inline(__always) var count: Int { Int(end - start) }
    /// There are none.
    @inline(__always) var isEmpty: Bool { start == end }

    /// The first byte.
    @inline(__always) var first: UnsafeMutablePointer<UInt8> {
        guard let memory = unsafe memory else { preconditionFailure("bytes without a buffer") }
        return unsafe memory + Int(start)
    }
}
