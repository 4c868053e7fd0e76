// What is told of one exchange, as plain numbers: the control plane finds the names and writes the
// words. Its texts are bytes that follow it, see `AccessEntry`.

/// One HTTP exchange that has ended.
public struct AccessRecord: BitwiseCopyable, Sendable {
    /// When the request's first byte came, in nanoseconds since 1970 in UTC.
    public var startNanoseconds: UInt64 = 0
    /// The exchange's number, which no other of the process has.
    public var exchange: UInt64 = 0
    /// Bytes taken from the client for it: head and body.
    public var bytesReceived: UInt64 = 0
    /// Bytes delivered to the client for it: heads and body.
    public var bytesSent: UInt64 = 0
    /// The part of `bytesSent` that was the response's body, as it was on the wire.
    public var bodyBytesSent: UInt64 = 0

    /// The client: what a trusted proxy said, or else the peer.
    public var client = NetworkAddress()
    /// The other end of the downstream connection, whoever it speaks for.
    public var peer = NetworkAddress()
    /// Our own end of it.
    public var server = NetworkAddress()

    /// HTTP/1.x: the x of the request.
    public var minorVersion: UInt8 = 1
    /// The status that the client got, 0 when it got none.
    public var status: UInt16 = 0
    /// Backends that were tried.
    public var attemptCount: UInt8 = 0
    /// Why it ended.
    public var reason = EndReason.completed
    /// The worker that served it.
    public var worker: UInt16 = 0
    /// What was so and what was not.
    public var flags: AccessFlags = []

    /// Time in a queue for a backend with room, in microseconds.
    public var queueMicroseconds = AccessRecord.notReached
    /// Time that the connection to the backend took to get, in microseconds.
    public var connectMicroseconds = AccessRecord.notReached
    /// From the request's end to the response's first byte, in microseconds.
    public var firstByteMicroseconds = AccessRecord.notReached
    /// From the request's first byte to the end, in microseconds.
    public var totalMicroseconds: UInt32 = 0

    /// The number of the listener, 0 for none; as all that follow.
    public var listener: UInt32 = 0
    /// The number of the route.
    public var route: UInt32 = 0
    /// The number of the upstream.
    public var upstream: UInt32 = 0
    /// The number of the backend that was tried last.
    public var backend: UInt32 = 0

    /// What stands in the places of `AccessText.extra0` and on: a number that only lists of the same
    /// things in the same order share. A log's format may have changed since they were taken down.
    public var extrasMark: UInt64 = 0

    /// Bytes of all texts, which follow the record.
    var textBytes: UInt16 = 0
    /// Where the texts are, by `AccessText`.
    var texts = InlineArray<23, Place>(repeating: Place())

    /// A text's bytes, after the record.
    struct Place: BitwiseCopyable, Sendable {
        /// From the record's end.
        var start: UInt16 = 0
        /// Zero for a text that is not there or empty.
        var count: UInt16 = 0
    }

    /// The duration of a step that was never come to.
    public static var notReached: UInt32 { .max }

    /// A duration of nanoseconds as a record holds it: in microseconds, at most 71 minutes.
    public static func microseconds(ofNanoseconds duration: UInt64) -> UInt32 {
        UInt32(min(duration / 1000, UInt64(notReached - 1)))
    }

    /// A record of nothing.
    public init() {}
}
