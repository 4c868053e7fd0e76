// The program with one listener that speaks HTTP.

import Glibc
import Support
import Testing

extension SluiceProcess {
    /// A process with one HTTP listener in front of backends that no failure takes out. The texts
    /// go into the listener's `http`, the listener and the upstream.
    convenience init(
        httpTo backends: [UInt16], http: String = "", listener: String = "",
        upstream: String = "", workers: Int = 1, top: String = ""
    ) {
        self.init(
            Self.http(
                to: backends, http: http, listener: listener, upstream: upstream,
                workers: workers, top: top))
    }

    /// Such a configuration.
    static func http(
        to backends: [UInt16], http: String = "", listener: String = "", upstream: String = "",
        workers: Int = 1, top: String = ""
    ) -> String {
        let addresses = backends.map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", ")
        return """
            workers: \(workers)
            \(top)
            listeners:
              front:
                bind: "127.0.0.1:0"
                protocol: http
                upstream: servers
                http: { \(http) }
                \(listener)
            upstreams:
              servers:
                balance: round-robin
                eject: off
                backends: [\(addresses)]
                \(upstream)
            """
    }

    /// The port of that listener.
    func front() throws -> UInt16 { try port(of: "front") }

    /// A client of that listener.
    func client() throws -> HTTPPeer {
        try #require(HTTPPeer(port: try front()), "nobody listens")
    }
}

extension TestSocket {
    /// Connects to a port of 127.0.0.1 with a receive buffer of a size, which the segments that come
    /// are made for; nil when that is refused.
    static func connect(port: UInt16, receiveBuffer: Int32) -> TestSocket? {
        let descriptor = Glibc.socket(
            AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        precondition(descriptor >= 0, "socket: \(errno)")
        let made = TestSocket(owning: descriptor)
        made.set(SOL_SOCKET, SO_RCVBUF, receiveBuffer)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return result == 0 ? made : nil
    }
}
