// Making sockets that listen: for set-up on the control thread, where a failure is an error with
// the name of the call.

internal import CLinux
internal import Glibc

extension Socket {
    /// How a TCP socket listens beyond its address.
    public struct ListenOptions: Equatable, Sendable {
        /// Connections that may wait to be accepted (listen(2)); the kernel cuts it to
        /// net.core.somaxconn.
        public var backlog: Int32
        /// IPv6 only, rather than IPv4 too (ipv6(7), IPV6_V6ONLY).
        public var isIPv6Only: Bool
        /// Seconds to wait for the client's first bytes before accepting (tcp(7),
        /// TCP_DEFER_ACCEPT); 0 is off.
        public var deferAcceptSeconds: Int32
        /// Connections that may wait with data in their first packet (tcp(7), TCP_FASTOPEN); 0 is
        /// off.
        public var fastOpenBacklog: Int32
        /// What accepted connections inherit.
        public var connection: SocketOptions

        /// Options with every value given.
        public init(
            backlog: Int32, isIPv6Only: Bool = false, deferAcceptSeconds: Int32 = 0,
            fastOpenBacklog: Int32 = 0, connection: SocketOptions = SocketOptions()
        ) {
            self.backlog = backlog
            self.isIPv6Only = isIPv6Only
            self.deferAcceptSeconds = deferAcceptSeconds
            self.fastOpenBacklog = fastOpenBacklog
            self.connection = connection
        }
    }

    /// Binds a TCP socket, without listening yet. With `sharesPort` others of this process may bind
    /// the same address (socket(7), SO_REUSEPORT).
    public static func bind(
        to address: SocketAddress, isIPv6Only: Bool, sharesPort: Bool
    ) throws(SystemError) -> FileDescriptor {
        let opened = try open(family: address.family).orThrow("socket")
        let socket = FileDescriptor(owning: Int32(opened))
        let number = socket.rawValue
        _ = try setOption(number, level: SOL_SOCKET, name: SO_REUSEADDR, value: 1)
            .orThrow("setsockopt SO_REUSEADDR")
        if sharesPort {
            _ = try setOption(number, level: SOL_SOCKET, name: SO_REUSEPORT, value: 1)
                .orThrow("setsockopt SO_REUSEPORT")
        }
        if address.family == AF_INET6 {
            _ = try setOption(
                number, level: Int32(IPPROTO_IPV6), name: IPV6_V6ONLY, value: isIPv6Only ? 1 : 0
            ).orThrow("setsockopt IPV6_V6ONLY")
        }
        _ = try bind(number, to: address).orThrow("bind")
        return socket
    }

    /// Listens, or changes how a socket listens that does so already. Tuning that the kernel
    /// refuses is left out.
    public static func listen(
        _ socket: Int32, _ options: ListenOptions, isInternet: Bool
    ) throws(SystemError) {
        if isInternet {
            // Accepted sockets inherit these. Keepalive they don't: it would arm a timer in the
            // kernel for each, and most are gone before it matters. What is off is set too: a
            // reload may have turned it off.
            let settings = [
                (TCP_NODELAY, options.connection.noDelay ? 1 : 0),
                (TCP_USER_TIMEOUT, options.connection.userTimeout),
                (TCP_DEFER_ACCEPT, options.deferAcceptSeconds),
                (TCP_FASTOPEN, options.fastOpenBacklog),
            ]
            for (name, value) in settings {
                _ = setOption(socket, level: tcpLevel, name: name, value: value)
            }
            keepUrgentInline(socket)
        }
        _ = try IOResult(cl_listen(socket, options.backlog)).orThrow("listen")
    }

    /// Names a socket. The corresponding call is `bind(2)`.
    public static func bind(_ socket: Int32, to address: SocketAddress) -> IOResult {
        unsafe withUnsafePointer(to: address.storage) {
            unsafe IOResult(cl_bind(socket, $0, address.length))
        }
    }

    /// Another descriptor of the same socket, closed on exec (fcntl(2), F_DUPFD_CLOEXEC).
    public static func duplicate(_ socket: Int32) throws(SystemError) -> FileDescriptor {
        FileDescriptor(owning: Int32(try IOResult(cl_duplicate(socket)).orThrow("fcntl")))
    }

    /// True when somebody accepts connections at a Unix socket's path.
    public static func isAnswered(_ address: SocketAddress) -> Bool {
        let opened = open(family: address.family)
        guard opened.isSuccess else { return true }
        let socket = FileDescriptor(owning: Int32(opened.count))
        let connected = connect(socket.rawValue, to: address)
        // EAGAIN: its accept queue is full, so it has one.
        return connected.isSuccess || connected.errno == EINPROGRESS || connected.wouldBlock
    }
}

extension Socket {
    /// Sends one datagram to a Unix socket and is done with it.
    public static func sendDatagram(_ bytes: [UInt8], to address: SocketAddress) -> IOResult {
        let opened = IOResult(cl_socket(address.family, cl_sock_dgram()))
        guard opened.isSuccess else { return opened }
        let socket = FileDescriptor(owning: Int32(opened.count))
        let connected = connect(socket.rawValue, to: address)
        guard connected.isSuccess else { return connected }
        return unsafe bytes.withUnsafeBytes { space in
            guard let start = space.baseAddress else { return IOResult(0) }
            return unsafe send(socket.rawValue, from: start, count: space.count)
        }
    }
}
