// nginx as the server behind the proxy: with files, gzip, and connections that it likes to close.

import Glibc
import Support
import Testing

/// An nginx on a port of 127.0.0.1 with files of its own.
final class NginxOrigin {
    /// Where it listens.
    let port = FreePort.take()
    private let directory = TemporaryDirectory()
    private let server: RealServer

    /// What the files hold: `/small` 100 octets, `/text` some 300 KB that compress well, `/large`
    /// 24 MiB that differ everywhere.
    init(keepAlive: String = "keepalive_requests 1000;") {
        directory.write(String(repeating: "0123456789", count: 10), to: "small")
        directory.write(Self.text, to: "text")
        var generator = SeededGenerator(seed: 7)
        let line = (0..<4096).map { _ in generator.next() }.map { String($0, radix: 36) }.joined()
        directory.write(
            (0..<768).map { "\($0)\(line)".prefix(1 << 15) }.joined(), to: "large")
        let folder = directory.path
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(folder)/\($0);"
        }
        directory.write(
            """
            daemon off; master_process off; pid \(directory.path)/nginx.pid;
            error_log stderr warn;
            worker_rlimit_nofile 4096;
            events { worker_connections 2048; }
            http {
                access_log off; \(temporary.joined(separator: " "))
                default_type text/plain; root \(directory.path);
                gzip on; gzip_types *; gzip_proxied any; gzip_min_length 200;
                sendfile on; \(keepAlive)
                server {
                    listen 127.0.0.1:\(port);
                    location = /none { return 204; }
                    location = /ok { return 200 "ok\\n"; }
                }
            }
            """, to: "nginx.conf")
        server = RealServer(
            "nginx", ["-p", directory.path, "-e", "stderr", "-c", directory.file("nginx.conf")])
        #expect(server.waitUntilListening(port), "\(server.program.errors)")
    }

    /// Text that compresses well.
    static let text = (0..<10_000).map { "line \($0) of the origin's text\n" }.joined()

    /// The path of a file.
    func file(_ name: String) -> String { directory.file(name) }

    /// Ends it, and with it all connections to it.
    func stop() {
        server.program.signal(SIGTERM)
        server.program.waitForExit()
    }

    /// What it complained of.
    var errors: String { server.program.errors }
}
