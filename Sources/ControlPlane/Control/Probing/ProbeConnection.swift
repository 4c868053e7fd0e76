// The connection of one probe: the one place where its bytes are read and written. Probes over TLS
// would stand here, between the socket and `send` and `receive`; nothing above knows a socket.

internal import Containers
internal import Glibc
internal import Linux

/// A socket of a probe, or none. A plain value: whoever has it closes it.
struct ProbeConnection {
    private var socket: Int32 = -1
    /// True once the backend's kernel has taken the connection.
    private(set) var isEstablished = false
    /// True until a read finds nothing; events are changes, so that it has to be remembered.
    private(set) var isReadable = false
    /// True when the backend has ended its stream.
    private(set) var isEnded = false

    /// True from `open` to `close`.
    var isOpen: Bool { socket >= 0 }

    /// Starts to connect and has the events handed out with `token`. Returns 0 or an error number;
    /// either way it is to be closed.
    mutating func open(_ target: ProbeTarget, _ epoll: borrowing Epoll, token: Token) -> Int32 {
        precondition(!isOpen, "a probe connects once")
        let opened = Socket.open(family: target.address.family)
        guard opened.isSuccess else { return opened.errno }
        socket = Int32(opened.count)
        // A backend that is only to take connections never sees one then: its kernel gets the reset
        // in place of the last acknowledgement. It has no session to serve and nothing to log. And a
        // request carries the acknowledgement with it, which saves a packet.
        if target.address.isInternet, target.kind.speaksFirst {
            Socket.delayAcknowledgement(socket)
        }
        if let source = target.source {
            let bound = Socket.bindSource(socket, source)
            guard bound.isSuccess else { return bound.errno }
        }
        let connected = Socket.connect(socket, to: target.address)
        guard connected.isSuccess || connected.errno == EINPROGRESS else { return connected.errno }
        isEstablished = connected.isSuccess
        // Nothing more will be asked of it.
        if isEstablished, target.kind == .connect { return 0 }
        return epoll.add(socket, Self.interest, token: token.rawValue).errno
    }

    /// Takes an event. Returns 0 or the error number of the connect.
    mutating func note(_ readiness: Readiness) -> Int32 {
        if !isEstablished {
            if !readiness.isDisjoint(with: [.failed, .hungUp]) {
                let code = Socket.takeError(socket)
                if code != 0 { return code }
            }
            isEstablished = readiness.contains(.writable)
        }
        // What has failed is told by the next read.
        if !readiness.isDisjoint(with: [.readable, .peerClosed, .failed, .hungUp]) {
            isReadable = true
        }
        return 0
    }

    /// Writes some of the bytes from `offset` on.
    func send(_ bytes: [UInt8], from offset: Int) -> IOResult {
        unsafe bytes.withUnsafeBytes { space in
            guard let base = space.baseAddress, offset < space.count else { return IOResult(0) }
            return unsafe Socket.send(socket, from: base + offset, count: space.count - offset)
        }
    }

    /// Reads some bytes into `space`, which isn't empty; 0 is the end of the stream.
    mutating func receive(into space: inout [UInt8], max count: Int) -> IOResult {
        precondition(count > 0 && count <= space.count)
        let result = unsafe space.withUnsafeMutableBytes { space in
            guard let base = space.baseAddress else { return IOResult(0) }
            return unsafe Socket.receive(socket, into: base, count: count)
        }
        if result.wouldBlock { isReadable = false }
        if result.rawValue == 0 { isEnded = true }
        return result
    }

    /// Closes it, if it is open, with a reset unless the backend has ended first: whoever ends first
    /// keeps the port for a minute (RFC 9293, section 3.6.1), and thousands of probes would take
    /// them all.
    mutating func close() {
        guard isOpen else { return }
        if isEstablished, !isEnded { _ = Socket.setLingerZero(socket) }
        FileDescriptor.close(socket)
        self = ProbeConnection()
    }

    private static var interest: Readiness {
        [.readable, .writable, .peerClosed, .edgeTriggered]
    }
}
