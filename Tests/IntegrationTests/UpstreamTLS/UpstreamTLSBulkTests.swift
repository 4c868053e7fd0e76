import Glibc
import Support
import Testing

/// A lot of bytes to and from nginx, which speaks TLS.
@Suite(
    "Bulk to TLS",
    .enabled(if: Command.exists("nginx") && Command.exists("curl") && Command.exists("openssl")))
struct UpstreamTLSBulkTests {
    @Test("50 MiB come as they are, and go as they are", arguments: ["TLSv1.2", "TLSv1.3"])
    func bulk(version: String) throws {
        let authority = TestAuthority()
        let issued = authority.server(["127.0.0.1"], key: .rsa)
        let folder = TemporaryDirectory()
        let port = FreePort.take()
        let large = folder.file("large")
        #expect(
            Command.run("dd", ["if=/dev/urandom", "of=\(large)", "bs=1M", "count=50"]).status == 0)
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(folder.path)/\($0);"
        }
        folder.write(
            """
            daemon off; master_process off; pid \(folder.path)/nginx.pid; user root;
            error_log stderr warn; worker_rlimit_nofile 4096;
            events { worker_connections 256; }
            http {
                access_log off; \(temporary.joined(separator: " "))
                root \(folder.path); client_max_body_size 100m; client_body_buffer_size 16k;
                server {
                    listen 127.0.0.1:\(port) ssl; ssl_protocols \(version);
                    ssl_certificate \(issued.chainFile); ssl_certificate_key \(issued.keyFile);
                    location /put/ { dav_methods PUT; }
                }
            }
            """, to: "nginx.conf")
        mkdir(folder.file("put"), 0o777)
        let nginx = RealServer(
            "nginx", ["-p", folder.path, "-e", "stderr", "-c", folder.file("nginx.conf")])
        #expect(nginx.waitUntilListening(port), "\(nginx.program.errors)")
        let sluice = SluiceProcess(
            tlsTo: [port], "ca: \(authority.own.certificateFile)", workers: 2)
        let url = "http://127.0.0.1:\(try sluice.front())"
        for round in 0..<2 {
            let copy = folder.file("copy-\(round)")
            let got = Command.run("curl", ["-sS", "-m", "60", "-o", copy, "\(url)/large"])
            #expect(got.status == 0, "\(got.errors) \(nginx.program.errors)")
            #expect(Command.run("cmp", [copy, large]).status == 0)
        }
        let sent = Command.run(
            "curl", ["-sS", "-m", "60", "-H", "Expect:", "-T", large, "\(url)/put/copy"])
        #expect(sent.status == 0, "\(sent.errors)")
        #expect(Command.run("cmp", [folder.file("put/copy"), large]).status == 0, "\(sent.output)")
        nginx.program.signal(SIGTERM)
        nginx.program.waitForExit()
        try sluice.stop()
    }
}
