// Probes against the servers that people have.

import Glibc
import Support
import Testing

@testable import Control

@Suite("Probing real servers")
struct ProbeRealPeerTests {
    /// A server of Debian's, ended when it is released.
    private final class Server {
        let program: ChildProgram
        init(_ name: String, _ arguments: [String]) { program = ChildProgram(name, arguments) }
        deinit {
            program.signal(SIGTERM)
            program.waitForExit()
        }
    }

    /// Probes until the target is up: also how these tests wait for the server to start.
    private func isUp(_ target: ProbeTarget, _ server: Server) throws -> Bool {
        let bench = try ProbeBench()
        bench.probe(target)
        return bench.run {
            bench.prober.status(of: target)?.verdict.state.rawValue == 2
                || !server.program.isRunning
        } && server.program.isRunning
    }

    private func outcome(_ target: ProbeTarget) throws -> ProbeOutcome? {
        try ProbeBench().result(of: target)
    }

    @Test(
        "redis: PING is answered, a wrong word is shown",
        .enabled(if: Command.exists("redis-server")))
    func redis() throws {
        let directory = TemporaryDirectory()
        let port = FreePort.take()
        let server = Server(
            "redis-server",
            [
                "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--dir", directory.path, "--unixsocket", directory.file("redis.sock"),
            ])
        let ping = ProbeAt.exchange("PING\r\n", "+PONG")
        #expect(try isUp(ProbeAt.port(port, ping, interval: 20, rise: 1), server))
        #expect(try outcome(ProbeAt.port(port))?.isSuccess == true)
        #expect(try outcome(ProbeAt.unix(directory.file("redis.sock"), ping))?.isSuccess == true)
        let wrong = ProbeAt.exchange("QUIT\r\n", "+PONG")
        #expect(try outcome(ProbeAt.port(port, wrong))?.text == #"unexpected "+OK\r\n""#)
        let http = try #require(try outcome(ProbeAt.port(port, .http(HTTPProbe()))))
        #expect(http.failure == .closed || http.failure == .unexpected || http.failure == .reset)
    }

    @Test("nginx: statuses, bodies and hosts", .enabled(if: Command.exists("nginx")))
    func nginx() throws {
        let directory = TemporaryDirectory()
        let port = FreePort.take()
        let places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(directory.path)/\($0);"
        }
        directory.write(
            """
            daemon off; master_process off; pid \(directory.path)/nginx.pid;
            error_log stderr warn;
            events { }
            http {
              access_log off; \(places.joined(separator: " "))
              server { listen 127.0.0.1:\(port) default_server; return 404; }
              server {
                listen 127.0.0.1:\(port); server_name a.example;
                location /healthz { return 200 "all is ready"; }
                location /bad { return 503; }
              }
            }
            """, to: "nginx.conf")
        let server = Server(
            "nginx", ["-p", directory.path, "-e", "stderr", "-c", directory.file("nginx.conf")])
        func probe(_ path: String, host: String? = "a.example", body: String? = nil) -> ProbeTarget
        {
            let kind = ProbeKind.http(HTTPProbe(path: path, host: host, body: body))
            return ProbeAt.port(port, kind, interval: 20, rise: 1)
        }
        #expect(try isUp(probe("/healthz"), server), "\(server.program.errors)")
        #expect(try outcome(probe("/healthz", body: "ready"))?.isSuccess == true)
        #expect(try outcome(probe("/healthz", body: "done"))?.failure == .body)
        #expect(try outcome(probe("/bad"))?.text == "status 503")
        #expect(try outcome(probe("/healthz", host: nil))?.text == "status 404")
    }
}
