import Glibc
import Support
import Testing

@Suite("examples/postgres.yaml", .enabled(if: Postgres.isInstalled))
struct PostgresExampleTests {
    @Test("psql works through it, and sessions spread over both servers")
    func postgres() throws {
        let example = try Example("postgres")
        let directory = TemporaryDirectory()
        let ports = [5432, 5433].map { example.port($0) }
        let servers = Postgres.start(ports, in: directory)
        for (server, port) in zip(servers, ports) {
            #expect(
                eventually(within: 30_000) { Postgres.query(port, "select 1").output == "1\n" },
                "\(server.program.errors)")
        }
        let sluice = SluiceProcess(example.text)
        let front = try sluice.port(of: "postgres")
        let answer = Postgres.query(front, "select sum(n) from generate_series(1, 100000) n")
        #expect(answer.output == "5000050000\n", "\(answer)")
        let bulk = Postgres.query(front, "select repeat('x', 5000000)")
        #expect(bulk.output.utf8.count == 5_000_001, "\(bulk.errors)")

        let isOver = try eventually { try sluice.status().active == 0 }
        #expect(isOver)
        // While one session waits the next goes to the other server.
        let sleeping = ChildProgram(
            "psql", Postgres.arguments(front, "select inet_server_port(), pg_sleep(60)"))
        var busy: [Int] = []
        let isBusy = try eventually {
            busy = try sluice.status().upstreams[0].backends.map(\.active)
            return busy.sorted() == [0, 1]
        }
        #expect(isBusy, "\(busy)")
        let idle = try #require(busy.firstIndex(of: 0))
        for _ in 0..<3 {
            // The last one's session is over a moment after its client.
            let isQuiet = try eventually { try sluice.status().active == 1 }
            #expect(isQuiet)
            #expect(Postgres.query(front, "select inet_server_port()").output == "\(ports[idle])\n")
        }
        sleeping.signal(SIGKILL)
        sleeping.waitForExit()
        withExtendedLifetime(servers) {}
        #expect(try sluice.status().listeners[0].maxConnections == 180)
        // A server notices that its client left when it next writes: let it end first.
        servers.forEach { $0.program.signal(SIGINT) }
        try sluice.stop()
    }
}

/// Debian's PostgreSQL, which refuses to run as root.
enum Postgres {
    static let isInstalled = program("initdb") != nil && Command.exists("psql")

    /// A program of the newest version that is installed.
    static func program(_ name: String) -> String? {
        for version in (9...30).reversed() {
            let path = "/usr/lib/postgresql/\(version)/bin/\(name)"
            if access(path, X_OK) == 0 { return path }
        }
        return nil
    }

    /// Makes one cluster, copies it, and starts a server on each port.
    static func start(_ ports: [UInt16], in directory: TemporaryDirectory) -> [RealServer] {
        chmod(directory.path, 0o711)
        let home = directory.file("home")
        mkdir(home, 0o700)
        if getuid() == 0 { _ = Command.run("chown", ["postgres", home]) }
        let made = run(
            program("initdb") ?? "",
            ["-D", "\(home)/0", "-U", "postgres", "-A", "trust", "-N", "--no-instructions"])
        precondition(made.status == 0, "initdb: \(made.errors)")
        for index in ports.indices.dropFirst() {
            let copied = run("/bin/cp", ["-a", "\(home)/0", "\(home)/\(index)"])
            precondition(copied.status == 0, "cp: \(copied.errors)")
        }
        return ports.enumerated().map { index, port in
            let (name, arguments) = asServer(
                program("postgres") ?? "",
                [
                    "-D", "\(home)/\(index)", "-p", "\(port)", "-c", "listen_addresses=127.0.0.1",
                    "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "shared_buffers=1MB",
                    "-c", "max_connections=20",
                ])
            return RealServer(name, arguments, endedBy: SIGINT)
        }
    }

    static func arguments(_ port: UInt16, _ text: String) -> [String] {
        ["-X", "-h", "127.0.0.1", "-p", "\(port)", "-U", "postgres", "-Atc", text]
    }

    static func query(_ port: UInt16, _ text: String) -> Command {
        Command.run("psql", arguments(port, text), environment: ["PGCONNECT_TIMEOUT": "10"])
    }

    private static func run(_ path: String, _ arguments: [String]) -> Command {
        let (name, words) = asServer(path, arguments)
        return Command.run(name, words)
    }

    private static func asServer(_ path: String, _ arguments: [String]) -> (String, [String]) {
        guard getuid() == 0 else { return (path, arguments) }
        let change = ["--reuid=postgres", "--regid=postgres", "--clear-groups", path]
        return ("setpriv", change + arguments)
    }
}
