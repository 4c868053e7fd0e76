import Glibc
import Support
import Testing

@Suite("Where a listener listens")
struct AddressTests {
    private static func start(_ listeners: [String], _ server: TestServer, _ more: String = "")
        -> SluiceProcess
    {
        SluiceProcess(
            """
            \(more)
            listeners:
            \(listeners.map { "  \($0)" }.joined(separator: "\n"))
            upstreams: { servers: { backends: ["127.0.0.1:\(server.port)"] } }
            """)
    }

    @Test("[::1] accepts IPv6 and nothing else", .enabled(if: TestSocket.hasIPv6))
    func ipv6() throws {
        let server = TestServer.naming("a")
        let sluice = Self.start(["six: { bind: \"[::1]:0\", upstream: servers }"], server)
        let port = try sluice.port(of: "six")
        #expect(try sluice.status().listeners[0].addresses == ["[::1]:\(port)"])
        #expect(TestSocket.connect(ipv6Loopback: port)?.receiveAll() == Array("a".utf8))
        // Another test may have that port of IPv4: what counts is whose socket it is.
        let names = sluice.resources.names
        for inode in KernelSockets.listening(at: port) {
            #expect(!names.contains { $0.hasSuffix(":socket:[\(inode)]") })
        }
        try sluice.stop()
    }

    @Test("[::] accepts IPv4 too, unless ipv6_only is true", .enabled(if: TestSocket.hasIPv6))
    func dualStack() throws {
        let server = TestServer.naming("a")
        let both = Self.start(["both: { bind: \"[::]:0\", upstream: servers }"], server)
        let port = try both.port(of: "both")
        #expect(TestSocket.connect(ipv6Loopback: port)?.receiveAll() == Array("a".utf8))
        #expect(TestSocket.connect(port: port)?.receiveAll() == Array("a".utf8))
        try both.stop()
        let one = Self.start(
            ["six: { bind: \"[::]:0\", upstream: servers, ipv6_only: true }"], server)
        let only = try one.port(of: "six")
        #expect(TestSocket.connect(ipv6Loopback: only)?.receiveAll() == Array("a".utf8))
        #expect(TestSocket.connect(port: only) == nil)
        try one.stop()
    }

    @Test(
        "an address and the one for all are bound beside each other, and the former wins",
        arguments: [1, 2])
    func parts(workers: Int) throws {
        let (a, b) = (TestServer.naming("a"), TestServer.naming("b"))
        let port = FreePort.take()
        func configuration(_ listeners: String) -> String {
            """
            workers: \(workers)
            listeners: { \(listeners) }
            upstreams:
              a: { backends: ["127.0.0.1:\(a.port)"] }
              b: { backends: ["127.0.0.1:\(b.port)"] }
            """
        }
        let all = "all: { bind: \"0.0.0.0:\(port)\", upstream: a }"
        let one = "one: { bind: \"127.0.0.1:\(port)\", upstream: b }"
        func whoAnswers(_ host: UInt32) -> String? {
            Client.text(TestSocket.connect(host: host, port: port)?.receiveAll())
        }
        let sluice = SluiceProcess(configuration("\(all), \(one)"))
        for _ in 0..<4 { #expect(whoAnswers(0x7f00_0001) == "b" && whoAnswers(0x7f00_0002) == "a") }
        // One goes, comes, goes with the other's coming, and the other way round.
        for (listeners, first, second) in [
            (all, "a", "a"), ("\(all), \(one)", "b", "a"), (one, "b", nil), (all, "a", "a"),
            (one, "b", nil),
        ] {
            sluice.write(configuration(listeners))
            let report = try sluice.admin.reload()
            #expect(report.isApplied, "\(report)")
            #expect(whoAnswers(0x7f00_0001) == first && whoAnswers(0x7f00_0002) == second)
        }
        try sluice.stop()
    }

    @Test("ipv6_only changes by a restart, and for IPv6 alone", .enabled(if: TestSocket.hasIPv6))
    func ipv6OnlyChanges() throws {
        let server = TestServer.naming("a")
        let port = FreePort.take()
        func configuration(_ more: String) -> String {
            """
            listeners:
              one: { bind: ["127.0.0.1:\(port)", "[::1]:\(port)"], upstream: servers\(more) }
            upstreams: { servers: { backends: ["127.0.0.1:\(server.port)"] } }
            """
        }
        let sluice = SluiceProcess(configuration(""))
        let before = KernelSockets.listening(at: port)
        sluice.write(configuration(", ipv6_only: true"))
        let report = try sluice.admin.reload()
        #expect(
            report.errors == [
                "listener one: cannot change ipv6_only of [::1]:\(port) while it is bound: that "
                    + "needs a restart"
            ], "\(report)")
        #expect(KernelSockets.listening(at: port) == before && !before.isEmpty)
        try sluice.stop()
    }

    @Test("one listener has several addresses, and one count")
    func several() throws {
        let server = TestServer.naming("a")
        let sluice = Self.start(
            [
                "one: { bind: [\"127.0.0.1:0\", \"127.0.0.2:0\", \"unix:$DIR/one.sock\"], upstream: servers }"
            ], server)
        let first = try sluice.port(of: "one")
        let second = try sluice.port(of: "one", address: 1)
        let path = sluice.directory.file("one.sock")
        for connection in [
            TestSocket.connect(port: first),
            TestSocket.connect(host: 0x7f00_0002, port: second),
            TestSocket.connect(unix: path),
        ] { #expect(connection?.receiveAll() == Array("a".utf8)) }
        #expect(try sluice.status().listeners[0].accepted == 3)
        try sluice.stop()
        #expect(access(path, F_OK) != 0, "the socket's file is left")
    }

    @Test("a Unix socket has its mode and group, and replaces a file that nobody listens behind")
    func unixSocket() throws {
        let server = TestServer.naming("a")
        let directory = TemporaryDirectory()
        let path = directory.file("front.sock")
        TestSocket.listen(unix: path).close()
        let group = getgrnam("daemon")?.pointee.gr_gid
        let isRoot = getuid() == 0 && group != nil
        let sluice = Self.start(
            [
                "one: { bind: \"\(path)\", upstream: servers, mode: \"0620\"\(isRoot ? ", group: daemon" : "") }"
            ], server)
        var facts = stat()
        #expect(stat(path, &facts) == 0 && facts.st_mode & 0o777 == 0o620)
        if isRoot { #expect(facts.st_gid == group) }
        #expect(TestSocket.connect(unix: path)?.receiveAll() == Array("a".utf8))
        try sluice.stop()
    }

    @Test("a Unix socket's mode comes and goes with the file")
    func modeChanges() throws {
        let server = TestServer.naming("a")
        func configuration(_ more: String) -> String {
            """
            listeners: { one: { bind: "unix:$DIR/front.sock", upstream: servers\(more) } }
            upstreams: { servers: { backends: ["127.0.0.1:\(server.port)"] } }
            """
        }
        let sluice = SluiceProcess(configuration(""))
        func mode() -> mode_t {
            var facts = stat()
            stat(sluice.directory.file("front.sock"), &facts)
            return facts.st_mode & 0o777
        }
        let usual = mode()
        for (setting, expected) in [(", mode: \"0606\"", 0o606), ("", usual)] {
            sluice.write(configuration(setting))
            #expect(try sluice.admin.reload().isApplied)
            #expect(mode() == expected)
        }
        try sluice.stop()
    }

    @Test("a Unix socket in use and a file in the way end the start with code 1, and stay")
    func occupied() {
        let directory = TemporaryDirectory()
        let path = directory.file("front.sock")
        let file = directory.write(
            """
            admin: { socket: \(directory.file("admin.sock")) }
            listeners: { one: { bind: "unix:\(path)", upstream: servers } }
            upstreams: { servers: { backends: ["127.0.0.1:9"] } }
            """, to: "sluice.yaml")
        let listening = TestSocket.listen(unix: path)
        let inUse = Command.run(SluiceProcess.binary, ["run", file])
        #expect(inUse.status == 1 && inUse.errors.contains("another process"), "\(inUse)")
        #expect(TestSocket.connect(unix: path) != nil)
        listening.close()
        unlink(path)
        TextFile.write("precious", to: path)
        let inTheWay = Command.run(SluiceProcess.binary, ["run", file])
        #expect(inTheWay.status == 1 && inTheWay.errors.contains("not a socket"), "\(inTheWay)")
        #expect(TextFile.read(path) == "precious")
    }

    @Test("a limit that descriptors cannot meet is told, and lowered")
    func limit() throws {
        let server = TestServer.naming("a")
        let sluice = Self.start(
            ["one: { bind: \"127.0.0.1:0\", upstream: servers }"], server,
            "max_connections: 10000000")
        let warning = "max_connections: 10000000 cannot be met, "
        #expect(sluice.log.contains(" warning configuration warning=\"\(warning)"), "\(sluice.log)")
        let possible = try sluice.status().maxConnections
        #expect(possible < 1 << 20)
        let again = try sluice.admin.reload()
        #expect(again.warnings.contains { $0.hasPrefix("\(warning)\(possible) can: ") }, "\(again)")
        try sluice.stop()
    }

    @Test("both of two workers get connections")
    func workers() throws {
        let server = TestServer.echo()
        let sluice = Self.start(
            ["one: { bind: \"127.0.0.1:0\", upstream: servers }"], server, "workers: 2")
        let port = try sluice.port(of: "one")
        let held = (0..<64).compactMap { _ in TestSocket.connect(port: port) }
        for client in held { #expect(Client.echoes(client)) }
        let shares = [0, 1].map { sluice.metric("sluice_worker_sessions{worker=\"\($0)\"}") ?? 0 }
        #expect(shares[0] + shares[1] == 64 && shares[0] > 0 && shares[1] > 0, "\(shares)")
        held.forEach { $0.close() }
        try sluice.stop()
    }

    @Test(
        "at max_connections of the process or a listener the next waits, and is served in its turn",
        arguments: ["", ", max_connections: 2"])
    func maximum(ofListener: String) throws {
        let server = TestServer.echo()
        let sluice = Self.start(
            ["one: { bind: \"127.0.0.1:0\", upstream: servers\(ofListener) }"], server,
            ofListener.isEmpty ? "max_connections: 2" : "")
        let port = try sluice.port(of: "one")
        let held = (0..<2).compactMap { _ in TestSocket.connect(port: port) }
        for client in held { #expect(Client.echoes(client)) }
        let waiting = try #require(TestSocket.connect(port: port))
        waiting.send("hello")
        #expect(waiting.receive(milliseconds: 100) == .nothing)
        #expect(try sluice.status().active == 2)
        held[0].close()
        #expect(waiting.receive() == .bytes(Array("hello".utf8)))
        #expect(sluice.log.contains(" is full, connections wait"), "\(sluice.log)")
        #expect(
            (sluice.metric("sluice_listener_accept_pauses_total{listener=\"one\",cause=\"limit\"}")
                ?? 0)
                >= 1)
        held[1].close()
        waiting.close()
        try sluice.stop()
    }
}
