// A server behind the proxy that speaks TLS by Python's ssl module, and tells what it saw of each
// connection.

import Glibc
import Support
import Testing

/// A Python server on a port of 127.0.0.1. As HTTP it answers each request with what it knows of the
/// connection; see `script` for the paths that are answered otherwise.
final class TLSOrigin {
    /// What it does with a connection.
    enum Service: String {
        case http
        /// Sends back what it receives.
        case echo
        /// Speaks first, then echoes.
        case greet
        /// Takes connections and says nothing, not even TLS.
        case mute
        /// Speaks HTTP without TLS.
        case plain
    }

    /// Where it listens.
    let port: UInt16
    private let server: RealServer
    private let directory = TemporaryDirectory()

    /// Starts it with a certificate.
    ///
    /// - Parameters:
    ///   - version: `1.2` or `1.3`, the only one that it speaks.
    ///   - clients: Demands certificates of this authority.
    init(
        _ service: Service, _ issued: TestAuthority.Issued, version: String = "1.3",
        clients: TestAuthority? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let script = directory.write(Self.script, to: "origin.py")
        let server = RealServer(
            "python3",
            [
                script, service.rawValue, issued.chainFile, issued.keyFile, version,
                clients?.own.certificateFile ?? "",
            ])
        self.server = server
        let isReady = eventually { server.program.output.contains("\n") }
        #expect(isReady, "\(server.program.errors)", sourceLocation: sourceLocation)
        let line = server.program.output.split(separator: "\n").first ?? ""
        port = UInt16(line) ?? 0
        #expect(port > 0, "\(server.program.errors)", sourceLocation: sourceLocation)
    }

    /// One that speaks HTTP.
    convenience init(
        _ issued: TestAuthority.Issued, version: String = "1.3", clients: TestAuthority? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        self.init(
            .http, issued, version: version, clients: clients, sourceLocation: sourceLocation)
    }

    /// What it said of each handshake that succeeded: `version=… resumed=… name=… client=…`.
    var handshakes: [String] {
        server.program.output.split(separator: "\n").dropFirst().filter { !$0.hasPrefix("failed") }
            .map(String.init)
    }

    /// Ends it, and with it all connections to it.
    func stop() {
        server.program.signal(SIGKILL)
        server.program.waitForExit()
    }

    private static let script = #"""
        import hashlib, socket, ssl, sys, threading, time
        service, chain, key, version, clients = sys.argv[1:]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, key)
        only = ssl.TLSVersion.TLSv1_2 if version == "1.2" else ssl.TLSVersion.TLSv1_3
        context.minimum_version = context.maximum_version = only
        if clients:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(clients)
        names = {}
        context.sni_callback = lambda sock, name, _: names.__setitem__(sock, name)
        lock = threading.Lock()
        def say(text):
            with lock: print(text, flush=True)
        class Number: last = 0
        def facts(sock, number):
            shown = sock.getpeercert() or {}
            subject = dict(pair for part in shown.get("subject", ()) for pair in part)
            return (f"version={sock.version()} resumed={sock.session_reused}"
                f" name={names.pop(sock, None)} client={subject.get('commonName')}")
        def http(sock, told, number):
            stream = sock.makefile("rb")
            while True:
                line = stream.readline()
                if not line: return
                target = line.split()[1].decode()
                fields = {}
                while (field := stream.readline().strip()):
                    name, value = field.decode().split(":", 1)
                    fields[name.lower()] = value.strip()
                body = stream.read(int(fields.get("content-length", "0")))
                status, more = "200 OK", ""
                answer = f"connection={number} {told} host={fields.get('host')}".encode()
                if target in ("/cut", "/closed"):
                    sock.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 5000)
                    if target == "/closed": sock.unwrap()
                    stream.close()
                    # A plain end of the stream, with no goodbye of TLS before it.
                    socket.socket(fileno=sock.detach()).close()
                    return
                if target == "/hash": answer = hashlib.sha256(body).hexdigest().encode()
                if target == "/ill": status = "503 Ill"
                if target == "/once": more = "Connection: close\r\n"
                sock.sendall((f"HTTP/1.1 {status}\r\nContent-Length: {len(answer)}\r\n{more}\r\n")
                    .encode() + answer)
                if target == "/late":
                    # When the answer is with the client, whose connection is kept.
                    time.sleep(0.03)
                    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong")
                if target == "/once": return sock.unwrap()
        def serve(raw, number):
            try:
                raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if service == "mute": return raw.recv(1 << 16) and raw.recv(1)
                if service == "plain":
                    if raw.recv(1, socket.MSG_PEEK) == b"\x16":
                        raw.recv(1 << 16)
                        return raw.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                    return http(raw, "plain", number)
                sock = context.wrap_socket(raw, server_side=True)
                told = facts(sock, number)
                say(told)
                if service == "http": return http(sock, told, number)
                if service == "greet": sock.sendall(b"hello ")
                while (piece := sock.recv(1 << 16)): sock.sendall(piece)
                sock.unwrap()
            except Exception as problem: say(f"failed {problem}")
            finally: raw.close()
        listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        say(listening.getsockname()[1])
        while True:
            raw, _ = listening.accept()
            Number.last += 1
            threading.Thread(target=serve, args=(raw, Number.last), daemon=True).start()
        """#
}

extension SluiceProcess {
    /// A process with one HTTP listener in front of backends that speak TLS; `tls` goes into the
    /// upstream's `tls`.
    convenience init(
        tlsTo backends: [UInt16], _ tls: String, upstream: String = "", workers: Int = 1
    ) {
        self.init(Self.tls(to: backends, tls, upstream: upstream, workers: workers))
    }

    /// Such a configuration.
    static func tls(
        to backends: [UInt16], _ tls: String, upstream: String = "", workers: Int = 1
    ) -> String {
        http(
            to: backends, upstream: "tls: { \(tls) }\n    \(upstream)", workers: workers)
    }

    /// How often TLS with its backends failed for a reason.
    func tlsFailures(_ reason: String) -> Double {
        metric("sluice_backend_tls_failures_total", "reason=\"\(reason)\"") ?? 0
    }

    /// Handshakes with its backends of a kind.
    func tlsHandshakes(_ kind: String) -> Double {
        metric("sluice_backend_tls_handshakes_total", "kind=\"\(kind)\"") ?? 0
    }

    /// Exchanges that ended for a reason.
    func exchanges(_ reason: String) -> Double {
        metric("sluice_listener_requests_ended_total", "reason=\"\(reason)\"") ?? 0
    }
}
