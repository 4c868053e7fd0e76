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
    var carrier = Carrier.copy
    var phase = Phase.open
    /// Reads in a row that filled the buffer.
    var fullReads: UInt8 = 0
}
