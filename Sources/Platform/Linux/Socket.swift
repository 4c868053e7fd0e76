// Sockets as raw numbers: what the data plane calls per event. Nothing here owns, allocates or
// throws; every socket is made non-blocking and close-on-exec.

internal import CLinux
internal import Glibc

/// The socket calls, on raw descriptors.
public enum Socket {
    /// Makes a stream socket. The corresponding call is `socket(2)`.
    public static func open(family: Int32) -> IOResult {
        IOResult(cl_socket(family, cl_sock_stream()))
    }

    /// Accepts one connection and says who it is from. Pending network errors of the connection
    /// come back as errors of this call (accept(2)).
    public static func accept(_ listener: Int32, from peer: inout SocketAddress) -> IOResult {
        peer.length = UInt32(MemoryLayout<sockaddr_storage>.size)
        return unsafe IOResult(cl_accept(listener, &peer.storage, &peer.length))
    }

    /// Accepts one connection without asking who it is from.
    public static func accept(_ listener: Int32) -> IOResult {
        IOResult(cl_accept(listener, nil, nil))
    }

    /// Starts a connection; EINPROGRESS is the usual answer. See `connect(2)`.
    public static func connect(_ socket: Int32, to address: SocketAddress) -> IOResult {
        unsafe withUnsafePointer(to: address.storage) {
            unsafe IOResult(cl_connect(socket, $0, address.length))
        }
    }

    /// Sets where a connection will come from. The port is chosen with the connect, so that one
    /// port serves towards many destinations (ip(7), IP_BIND_ADDRESS_NO_PORT).
    public static func bindSource(_ socket: Int32, _ address: SocketAddress) -> IOResult {
        let bindAddressNoPort: Int32 = 24
        _ = setOption(socket, level: Int32(IPPROTO_IP), name: bindAddressNoPort, value: 1)
        return bind(socket, to: address)
    }

    /// Reads up to `count` bytes; 0 is the end of the stream. See `recv(2)`.
    public static func receive(
        _ socket: Int32, into buffer: UnsafeMutableRawPointer, count: Int
    ) -> IOResult {
        SystemCall.receive(Int(socket), Int(bitPattern: buffer), count)
    }

    /// True while the peer has not ended the connection: there are bytes to read, or none yet.
    public static func isOpen(_ socket: Int32) -> Bool {
        let seen = peek(socket)
        return seen.wouldBlock || seen.rawValue > 0
    }

    /// True while the connection stands and nothing waits to be read.
    public static func isSilent(_ socket: Int32) -> Bool { peek(socket).wouldBlock }

    /// Reads up to `count` bytes and leaves them there to be read again. See `recv(2)` and its
    /// MSG_PEEK.
    public static func peek(
        _ socket: Int32, into buffer: UnsafeMutableRawPointer, count: Int
    ) -> IOResult {
        SystemCall.receive(
            Int(socket), Int(bitPattern: buffer), count, CL_MSG_PEEK | CL_MSG_DONTWAIT)
    }

    /// Looks for a byte without taking it.
    private static func peek(_ socket: Int32) -> IOResult {
        var byte: UInt8 = 0
        return unsafe withUnsafeMutablePointer(to: &byte) {
            unsafe peek(socket, into: $0, count: 1)
        }
    }

    /// Writes up to `count` bytes. With `more` they wait a moment for what the caller will write or
    /// end next, and share its segment. See `send(2)` and its MSG_MORE.
    public static func send(
        _ socket: Int32, from buffer: UnsafeRawPointer, count: Int, more: Bool = false
    ) -> IOResult {
        let flags = CL_MSG_NOSIGNAL | (more ? CL_MSG_MORE : 0)
        return SystemCall.send(Int(socket), Int(bitPattern: buffer), count, flags)
    }

    /// Ends the sending direction. See `shutdown(2)` with SHUT_WR.
    public static func shutdownWrite(_ socket: Int32) -> IOResult {
        IOResult(cl_shutdown(socket, CL_SHUT_WR))
    }

    /// Makes the next close send a reset and drop what is unsent (socket(7), SO_LINGER 0).
    public static func setLingerZero(_ socket: Int32) -> IOResult {
        IOResult(cl_set_linger_zero(socket))
    }

    /// Makes urgent bytes part of the stream like others (RFC 6093; tcp(7), SO_OOBINLINE). Reads
    /// before that may drop them.
    public static func keepUrgentInline(_ socket: Int32) {
        _ = setOption(socket, level: SOL_SOCKET, name: SO_OOBINLINE, value: 1)
    }

    /// Lets small writes leave at once (tcp(7), TCP_NODELAY).
    public static func setNoDelay(_ socket: Int32) {
        _ = setOption(socket, level: tcpLevel, name: TCP_NODELAY, value: 1)
    }

    /// Lets the acknowledgement of the peer's side of a connect wait for what is sent next (tcp(7),
    /// TCP_QUICKACK). When that is a reset, the peer's program never gets the connection.
    public static func delayAcknowledgement(_ socket: Int32) {
        _ = setOption(socket, level: tcpLevel, name: TCP_QUICKACK, value: 0)
    }

    /// Takes the pending error: the outcome of a connect (connect(2), SO_ERROR).
    public static func takeError(_ socket: Int32) -> Int32 {
        let value = cl_getsockopt_int(socket, SOL_SOCKET, SO_ERROR)
        return Int32(truncatingIfNeeded: value < 0 ? -value : value)
    }

    /// Bytes that the peer has not acknowledged yet (tcp(7), SIOCOUTQ).
    public static func unsentBytes(_ socket: Int32) -> Int { max(0, cl_unsent_bytes(socket)) }

    /// Sets an integer option.
    public static func setOption(
        _ socket: Int32, level: Int32, name: Int32, value: Int32
    ) -> IOResult {
        IOResult(cl_setsockopt_int(socket, level, name, value))
    }

    /// The address that a socket is bound to. See `getsockname(2)`.
    public static func localAddress(_ socket: Int32) throws(SystemError) -> SocketAddress {
        var address = SocketAddress()
        _ = try localAddress(socket, into: &address).orThrow("getsockname")
        return address
    }

    /// The same where nothing is thrown.
    public static func localAddress(
        _ socket: Int32, into address: inout SocketAddress
    ) -> IOResult {
        address.length = UInt32(MemoryLayout<sockaddr_storage>.size)
        return unsafe IOResult(cl_getsockname(socket, &address.storage, &address.length))
    }
}
