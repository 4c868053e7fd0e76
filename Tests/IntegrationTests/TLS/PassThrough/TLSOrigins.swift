// nginx as several servers that speak TLS, each with a certificate for names of its own: whoever
// checks certificates knows which of them they reached.

import Glibc
import Support
import Testing

/// Servers at ports of 127.0.0.1, which tell their name and what the client asked for.
final class TLSOrigins {
    /// Where each listens, by its name.
    let ports: [String: UInt16]
    /// Who has issued their certificates.
    let authority = TestAuthority()
    private let directory = TemporaryDirectory()
    private let server: RealServer

    /// - Parameter names: What each server's certificate is for, by its name.
    init(_ names: [String: [String]], at given: [String: UInt16] = [:]) {
        var ports = given
        for name in names.keys where ports[name] == nil { ports[name] = FreePort.take() }
        self.ports = ports
        let folder = directory.path
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(folder)/\($0);"
        }
        let authority = self.authority
        let servers = names.map { name, hosts in
            let certificate = authority.server(hosts)
            return """
                server {
                    listen 127.0.0.1:\(ports[name] ?? 0) ssl http2;
                    ssl_certificate \(certificate.certificateFile);
                    ssl_certificate_key \(certificate.keyFile);
                    location / { return 200 "\(name) $ssl_server_name $ssl_alpn_protocol\\n"; }
                    location = /large { root \(folder); }
                }
                """
        }
        directory.write(Self.large, to: "large")
        directory.write(
            """
            daemon off; master_process off; pid \(folder)/nginx.pid;
            error_log stderr warn;
            events { }
            http {
                access_log off; \(temporary.joined(separator: " "))
                \(servers.joined(separator: "\n"))
            }
            """, to: "nginx.conf")
        server = RealServer(
            "nginx", ["-p", folder, "-e", "stderr", "-c", directory.file("nginx.conf")])
        for port in ports.values {
            #expect(server.waitUntilListening(port), "\(server.program.errors)")
        }
    }

    /// What `/large` of each of them holds.
    static let large = (0..<200_000).map { "line \($0) of a large file\n" }.joined()

    /// What curl gets of a host that it takes for the address of `port`, or what it complains of.
    func curl(_ host: String, _ port: UInt16, path: String = "", _ arguments: String...) -> String {
        let curl = Command.run(
            "curl",
            ["-sS", "-m", "20", "--cacert", authority.own.certificateFile]
                + ["--resolve", "\(host):\(port):127.0.0.1"] + arguments
                + ["https://\(host):\(port)/\(path)"])
        return curl.status == 0 ? curl.output : "\(curl.status): \(curl.errors)"
    }

    /// Ends it, and with it all connections to it.
    func stop() {
        server.program.signal(SIGTERM)
        server.program.waitForExit()
    }
}
