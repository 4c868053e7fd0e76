// One direction of a session: where its bytes are between the two sockets. It holds memory only
// while bytes wait.

internal import Linux

/// The bytes of one direction that are with us, and how they travel.
@safe struct Flow: BitwiseCopyable {
    /// How bytes are carried.
    enum Carrier: UInt8, BitwiseCopyable {
        /// recv and send, through a buffer.
        case copy
        /// splice, through a pipe.
        case splice
        /// As `copy`, for good: one of the sockets cannot splice.
        case copyOnly
    }

    /// How far the direction has come.
    enum Phase: UInt8, BitwiseCopyable {
        /// More bytes may come.
        case open
        /// The source is done; what is pending is still to be delivered.
        case ending
        /// Nothing more will be delivered.
        case over
    }

    /// What the sink would not take, from `start` on; nil when nothing is pending in a buffer.
    var buffer: UnsafeMutableRawPointer?
    var start = 0
    /// Bytes that wait in the buffer or in the pipe.
    var pending = 0
    /// The pipe, while bytes are in it.
    var pipe: Pipe?
    /// Delivered and not yet counted.
    var delivered = 0
    /// Moved since the source was last empty.
    var burst = 0
    /// Bytes that the direction may still carry; `.max` for all that come.
    var limit = Int.max
    /// What comes beyond the limit belongs to nobody: it may be read, and is dropped.
    var dropsExcess = false
    /// Something came beyond the limit.
    var hasExcess = false
    var carrier = Carrier.copy
    var phase = Phase.open
    /// Reads in a row that filled the buffer.
    var fullReads: UInt8 = 0

    init() {}

    /// Begins anew with a direction that ends after `limit` bytes; what was delivered is still to
    /// be counted.
    ///
    /// - Parameter maySplice: false where one of the sockets speaks TLS.
    mutating func begin(limit: Int, dropsExcess: Bool, maySplice: Bool) {
        let delivered = delivered
        self = Flow()
        self.delivered = delivered
        self.limit = limit
        self.dropsExcess = dropsExcess
        if maySplice, limit != .max, limit >= ProxyLimits.spliceAtOnceBytes {
            carrier = .splice
            burst = ProxyLimits.bulkBytesMin
        }
    }

    /// Counts bytes that were taken from the source against the limit.
    @inline(__always) mutating func take(_ count: Int) {
        guard limit != .max else { return }
        assert(count <= limit)
        limit -= count
        if limit == 0 { phase = .ending }
    }
}
