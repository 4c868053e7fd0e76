// The options that a TCP socket is tuned by. A listening socket hands NODELAY and the user timeout
// down to what it accepts, so an accepted connection costs no call for them.

internal import Glibc

/// Options of a TCP connection (tcp(7)).
public struct SocketOptions: Equatable, Sendable, BitwiseCopyable {
    /// TCP_NODELAY: small writes leave at once.
    public var noDelay: Bool
    /// SO_KEEPALIVE with TCP_KEEPIDLE, seconds; 0 is off.
    public var keepAliveIdle: Int32
    /// TCP_KEEPINTVL, seconds.
    public var keepAliveInterval: Int32
    /// TCP_KEEPCNT.
    public var keepAliveCount: Int32
    /// TCP_USER_TIMEOUT, milliseconds; 0 leaves it to the kernel.
    public var userTimeout: Int32

    /// Options with every value given.
    public init(
        noDelay: Bool = true,
        keepAliveIdle: Int32 = 0,
        keepAliveInterval: Int32 = 15,
        keepAliveCount: Int32 = 4,
        userTimeout: Int32 = 0
    ) {
        self.noDelay = noDelay
        self.keepAliveIdle = keepAliveIdle
        self.keepAliveInterval = keepAliveInterval
        self.keepAliveCount = keepAliveCount
        self.userTimeout = userTimeout
    }

    /// Sets keepalive, if it is on. An option that the kernel refuses is left as it was: tuning is
    /// never a reason to lose a connection.
    public func applyKeepAlive(to socket: Int32) {
        guard keepAliveIdle > 0 else { return }
        set(socket, SOL_SOCKET, SO_KEEPALIVE, 1)
        set(socket, tcpLevel, TCP_KEEPIDLE, keepAliveIdle)
        set(socket, tcpLevel, TCP_KEEPINTVL, keepAliveInterval)
        set(socket, tcpLevel, TCP_KEEPCNT, keepAliveCount)
    }

    /// Sets the user timeout, if it is on.
    public func applyUserTimeout(to socket: Int32) {
        if userTimeout > 0 { set(socket, tcpLevel, TCP_USER_TIMEOUT, userTimeout) }
    }

    private func set(_ socket: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        _ = Socket.setOption(socket, level: level, name: name, value: value)
    }
}

/// IPPROTO_TCP as the integer that setsockopt(2) takes; glibc declares it as an enum.
let tcpLevel: Int32 = 6
