// One side of a session: a connected socket and what the kernel last said of it.

internal import Linux
internal import TLS

/// A socket and its readiness. Edges only set these flags; calls that come back short clear them.
/// With TLS it is the same to who uses it: bytes go through the session, which reads and writes the
/// socket.
struct Endpoint: BitwiseCopyable {
    /// The descriptor, or -1. The session owns it; `Worker.end` closes it.
    var socket: Int32 = -1
    /// recv(2) may have something.
    var isReadable = false
    /// send(2) may take something.
    var isWritable = false
    /// A short read does not prove that the socket is empty: the end of the stream or urgent data
    /// may stand behind it, whose edge has been seen already.
    var distrustsShortReads = false
    /// The end of the stream has arrived, behind what is still to be read.
    var endHasArrived = false
    /// The connection was reset or broke.
    var hasFailed = false
    /// The stream has an urgent mark, at which reads stop short.
    var hasUrgentMark = false
    /// What encrypts the stream, or nil. The session owns it; `Worker.end` frees it.
    var tls: TLSSession?
    /// TLS held received bytes back before or after the last read, so that it tells nothing of the
    /// socket.
    var holdsMore = false
    /// Reading goes on when the socket can be written to, and the other way around: a matter of TLS.
    var readWaitsForWrite = false
    var writeWaitsForRead = false
    /// TLS ended without a goodbye: the stream may have been cut.
    var isTruncated = false
    /// Why TLS failed, once it did.
    var tlsFailure: TLSFailure?
    /// The peer has been told that nothing more is sent, or is not to be: the stream was cut.
    var isPastGoodbye = false

    /// TCP_NODELAY is wanted and not set yet. A first write never waits for Nagle's algorithm, so
    /// it is set before the second: a connection with one request is spared the call.
    var wantsNoDelay = false
    /// Something was sent.
    private var hasSent = false

    init(socket: Int32 = -1) { self.socket = socket }

    /// To be called before each write that does not go through `send`.
    mutating func prepareWrite() {
        guard wantsNoDelay else { return }
        if hasSent {
            Socket.setNoDelay(socket)
            wantsNoDelay = false
        }
        hasSent = true
    }

    // Reading and writing ----------------------------------------------------------------------

    /// Reads up to `count` bytes; 0 is the end of the stream. See `Socket.receive`.
    @inline(__always)
    mutating func receive(into buffer: UnsafeMutableRawPointer, count: Int) -> IOResult {
        guard tls == nil else { return unsafe receiveDecrypted(into: buffer, count: count) }
        return unsafe Socket.receive(socket, into: buffer, count: count)
    }

    /// Takes note of a read that succeeded: a short one says that nothing more is there.
    @inline(__always)
    mutating func noteRead(_ count: Int, of capacity: Int) {
        if count < capacity, !distrustsShortReads, !holdsMore { isReadable = false }
    }

    /// Writes up to `count` bytes. What a call left over is to be offered again, by itself or with
    /// more behind it. See `Socket.send`.
    @inline(__always)
    mutating func send(
        from buffer: UnsafeRawPointer, count: Int, more: Bool = false
    ) -> IOResult {
        prepareWrite()
        guard tls == nil else { return unsafe sendEncrypted(from: buffer, count: count) }
        return unsafe Socket.send(socket, from: buffer, count: count, more: more)
    }

    /// Ends the sending direction.
    mutating func shutdownWrite() -> IOResult {
        sayGoodbye()
        return Socket.shutdownWrite(socket)
    }

    /// The other side has waited, so that what is sent next is the first that it gets.
    @inline(__always)
    mutating func beginBurst() {
        if tls != nil { tls?.beginBurst() }
    }

    /// Takes over what an event says.
    mutating func note(_ readiness: Readiness) {
        let broken: Readiness = [.failed, .hungUp]
        if !readiness.isDisjoint(with: [.readable, .peerClosed, .failed, .hungUp]) {
            isReadable = true
        }
        if readiness.contains(.writable) || !readiness.isDisjoint(with: broken) {
            isWritable = true
        }
        if !readiness.isDisjoint(with: [.peerClosed, .failed, .hungUp]) {
            distrustsShortReads = true
        }
        if readiness.contains(.peerClosed), !readiness.contains(.failed) { endHasArrived = true }
        if readiness.contains(.failed) { hasFailed = true }
        if tls != nil { crossReadiness() }
        if readiness.contains(.urgent), !hasUrgentMark {
            hasUrgentMark = true
            distrustsShortReads = true
        }
    }
}
