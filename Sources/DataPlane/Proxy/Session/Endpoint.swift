// One side of a session: a connected socket and what the kernel last said of it.

internal import Linux

/// A socket and its readiness. Edges only set these flags; calls that come back short clear them.
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

    /// TCP_NODELAY is wanted and not set yet. A first write never waits for Nagle's algorithm, so
    /// it is set before the second: a connection with one request is spared the call.
    var wantsNoDelay = false
    /// Something was sent.
    private var hasSent = false

    init(socket: Int32 = -1) { self.socket = socket }

    /// To be called before each write.
    mutating func prepareWrite() {
        guard wantsNoDelay else { return }
        if hasSent {
            Socket.setNoDelay(socket)
            wantsNoDelay = false
        }
        hasSent = true
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
        if readiness.contains(.urgent), !hasUrgentMark {
            hasUrgentMark = true
            distrustsShortReads = true
        }
    }
}
