// The connection of one probe: the one place where its bytes are read and written, through TLS where
// the target speaks it; nothing above knows a socket.

internal import Containers
internal import Glibc
internal import Linux
internal import TLS

/// A socket of a probe, or none. A plain value: whoever has it closes it.
struct ProbeConnection {
    private var socket: Int32 = -1
    /// What encrypts it, or nil.
    private var tls: TLSSession?
    /// The backend's kernel has taken the connection.
    private var isTaken = false
    /// True once the backend's kernel has taken the connection, and TLS is agreed on where there is
    /// any.
    private(set) var isEstablished = false
    /// True until a read finds nothing; events are changes, so that it has to be remembered.
    private(set) var isReadable = false
    /// True when the backend has ended its stream.
    private(set) var isEnded = false
    /// Why TLS failed, once it did: it knows better than the error number.
    private(set) var tlsFailure: TLSFailure?

    /// True from `open` to `close`.
    var isOpen: Bool { socket >= 0 }

    /// Starts to connect and has the events handed out with `token`. Returns 0 or an error number;
    /// either way it is to be closed.
    mutating func open(_ target: ProbeTarget, _ epoll: borrowing Epoll, token: Token) -> Int32 {
        precondition(!isOpen, "a probe connects once")
        let opened = Socket.open(family: target.address.family)
        guard opened.isSuccess else { return opened.errno }
        socket = Int32(opened.count)
        if let wanted = target.tls {
            // A probe takes nothing up: it is to see the certificate each time.
            guard let session = wanted.session(socket: socket) else {
                tlsFailure = wanted.name.isEmpty ? .nameMismatch : .outOfMemory
                return ENOMEM
            }
            tls = session
        }
        // A backend that is only to take connections never sees one then: its kernel gets the reset
        // in place of the last acknowledgement. It has no session to serve and nothing to log. And a
        // request carries the acknowledgement with it, which saves a packet.
        if target.address.isInternet, target.kind.speaksFirst || tls != nil {
            Socket.delayAcknowledgement(socket)
        }
        if let source = target.source {
            let bound = Socket.bindSource(socket, source)
            guard bound.isSuccess else { return bound.errno }
        }
        let connected = Socket.connect(socket, to: target.address)
        guard connected.isSuccess || connected.errno == EINPROGRESS else { return connected.errno }
        isTaken = connected.isSuccess
        isEstablished = isTaken && tls == nil
        // Nothing more will be asked of it.
        if isEstablished, target.kind == .connect { return 0 }
        return epoll.add(socket, Self.interest, token: token.rawValue).errno
    }

    /// Takes an event. Returns 0 or the error number of the connect or the handshake.
    mutating func note(_ readiness: Readiness) -> Int32 {
        if !isTaken {
            if !readiness.isDisjoint(with: [.failed, .hungUp]) {
                let code = Socket.takeError(socket)
                if code != 0 { return code }
            }
            isTaken = readiness.contains(.writable)
        }
        // What has failed is told by the next read.
        if !readiness.isDisjoint(with: [.readable, .peerClosed, .failed, .hungUp]) {
            isReadable = true
        }
        guard isTaken, !isEstablished else { return 0 }
        return shakeHands()
    }

    /// Writes some of the bytes from `offset` on.
    mutating func send(_ bytes: [UInt8], from offset: Int) -> IOResult {
        unsafe bytes.withUnsafeBytes { space in
            guard let base = space.baseAddress, offset < space.count else { return IOResult(0) }
            let count = space.count - offset
            guard let result = unsafe tls?.send(from: base + offset, count: count) else {
                return unsafe Socket.send(socket, from: base + offset, count: count)
            }
            return take(result)
        }
    }

    /// Reads some bytes into `space`, which isn't empty; 0 is the end of the stream.
    mutating func receive(into space: inout [UInt8], max count: Int) -> IOResult {
        precondition(count > 0 && count <= space.count)
        let result = unsafe space.withUnsafeMutableBytes { space in
            guard let base = space.baseAddress else { return IOResult(0) }
            guard let result = unsafe tls?.receive(into: base, count: count) else {
                return unsafe Socket.receive(socket, into: base, count: count)
            }
            return take(result)
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
        tls?.free()
        if isTaken, !isEnded { _ = Socket.setLingerZero(socket) }
        FileDescriptor.close(socket)
        self = ProbeConnection()
    }

    /// Goes on with the handshake, or takes the connection as it is. Returns 0 or an error number.
    private mutating func shakeHands() -> Int32 {
        guard let tls else {
            isEstablished = true
            return 0
        }
        switch tls.handshake() {
        case .done:
            isEstablished = true
            // Some of the answer may be in OpenSSL's keeping, of which no event tells.
            isReadable = true
            return 0
        case .wantsRead, .wantsWrite: return 0
        case .starved: return ENOMEM
        case .reset(let code): return code
        case .failed(let failure):
            tlsFailure = failure
            return EPROTO
        }
    }

    /// What TLS says in terms of sockets.
    private mutating func take(_ result: TLSResult) -> IOResult {
        switch result {
        case .count(let count): return IOResult(count)
        case .closed, .truncated: return IOResult(0)
        case .wouldRead, .wouldWrite: return IOResult(-Int(EAGAIN))
        case .starved: return IOResult(-Int(ENOMEM))
        case .reset(let code): return IOResult(-Int(code))
        case .failed(let failure):
            tlsFailure = failure
            return IOResult(-Int(EPROTO))
        }
    }

    private static var interest: Readiness {
        [.readable, .writable, .peerClosed, .edgeTriggered]
    }
}
