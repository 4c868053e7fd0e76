// The program with listeners that end TLS, and clients of Python's that speak it.

import Glibc
import Support
import Testing

/// A process with a listener `front` that ends TLS, by a certificate for a.example.com and 127.0.0.1.
struct TLSFront {
    let sluice: SluiceProcess
    let authority: TestAuthority
    let port: UInt16

    /// - Parameters:
    ///   - http: Keys of the listener's `http`; nil for a listener of protocol tcp.
    ///   - tls: More keys of its `tls`, with a comma behind each.
    init(
        to backends: [UInt16], http: String? = "", tls: String = "", listener: String = "",
        upstream: String = "", authority: TestAuthority = TestAuthority(), top: String = ""
    ) throws {
        self.authority = authority
        let issued = authority.server(["a.example.com", "127.0.0.1"])
        let certificate =
            "{ cert: \"\(issued.chainFile)\", key: \"\(issued.keyFile)\" }"
        let addresses = backends.map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", ")
        let speaks = http.map { "protocol: http\n    http: { \($0) }" } ?? "protocol: tcp"
        sluice = SluiceProcess(
            """
            workers: 1
            \(top)
            listeners:
              front:
                bind: "127.0.0.1:0"
                upstream: servers
                tls: { \(tls) certificates: [ \(certificate) ] }
                \(speaks)
                \(listener)
            upstreams:
              servers:
                balance: round-robin
                eject: off
                backends: [\(addresses)]
                \(upstream)
            """)
        port = try sluice.port(of: "front")
    }

    /// Runs a script of Python's, which is told the port and the authority's certificate and prints
    /// what went wrong. What it begins with is here.
    func python(_ script: String, _ arguments: String...) -> Command {
        let path = sluice.directory.write(Self.beginning + script, to: "client.py")
        let words = [path, "\(port)", authority.own.certificateFile] + arguments
        return Command.run("python3", words)
    }

    private static let beginning = """
        import hashlib, socket, ssl, struct, sys, threading, time
        port, authority = int(sys.argv[1]), sys.argv[2]
        def context(version=None):
            made = ssl.create_default_context(cafile=authority)
            # An end without close_notify is an error (SSL_OP_IGNORE_UNEXPECTED_EOF is Python's own).
            made.options &= ~0x80
            if version: made.minimum_version = made.maximum_version = version
            return made
        def connect(made=None, session=None):
            plain = socket.create_connection(("127.0.0.1", port), 20)
            plain.settimeout(20)
            return (made or context()).wrap_socket(plain, server_hostname="a.example.com",
                suppress_ragged_eofs=False, session=session)
        def read(stream, count):
            data = bytearray()
            while len(data) < count:
                more = stream.recv(min(count - len(data), 1 << 16))
                if not more: break
                data += more
            return bytes(data)
        def head(stream):
            data = b""
            while not data.endswith(b"\\r\\n\\r\\n"):
                more = stream.recv(1)
                if not more: break
                data += more
            return data.decode()
        versions = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]

        """

    /// The sum of a metric's samples whose labels have some text in them.
    func metric(_ name: String, _ label: String = "") -> Double {
        sluice.metric("sluice_listener_tls_\(name)", label) ?? -1
    }

    /// How many sessions ended for a reason.
    func ended(_ reason: String) -> Double {
        sluice.metric("sluice_listener_sessions_ended_total", "reason=\"\(reason)\"") ?? -1
    }
}
