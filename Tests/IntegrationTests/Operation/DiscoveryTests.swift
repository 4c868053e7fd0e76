import Control
import Glibc
import Support
import Testing

/// Upstreams whose backends are found by DNS or in a file.
@Suite("Backends that are found")
struct DiscoveryTests {
    private static func host(_ number: UInt32) -> UInt32 { 0x7f00_0000 + number }

    /// Servers at one port of 127.0.0.11 and following addresses, which name themselves.
    private static func servers(_ count: UInt32) -> (servers: [TestServer], port: UInt16) {
        let first = TestServer.naming("s1", host: host(11))
        let others = (1..<count).map {
            TestServer.naming("s\($0 + 1)", host: host(11 + $0), port: first.port)
        }
        return ([first] + others, first.port)
    }

    private static func members(_ sluice: SluiceProcess) throws -> [String] {
        try sluice.status().upstreams[0].backends.filter { $0.state != "removed" }.map(\.name)
    }

    @Test(
        "records that come and go are followed, sessions live on, and failures empty nothing",
        .enabled(if: Command.exists("dnsmasq")))
    func dns() throws {
        let (servers, port) = Self.servers(3)
        let names = DNSMasq(
            hosts: "127.0.0.11 site.test\n127.0.0.12 site.test\n", "--local-ttl=1")
        let sluice = SluiceProcess(
            """
            workers: 1
            resolver: { servers: ["127.0.0.1:\(names.port)"], timeout: 300ms, attempts: 1 }
            listeners: { one: { bind: "127.0.0.1:0", upstream: site } }
            upstreams:
              site:
                balance: round-robin
                dns: { name: site.test, type: a, port: \(port) }
            """)
        let front = try sluice.port(of: "one")
        #expect(
            try eventually {
                try Self.members(sluice) == ["127.0.0.11:\(port)", "127.0.0.12:\(port)"]
            })
        #expect(eventually { Set((0..<6).map { _ in Client.whoAnswers(front) }) == ["s1", "s2"] })
        let generation = try sluice.status().generation
        let reloads = sluice.metric("sluice_config_reloads_total", "applied")

        // One more, and one less: what its sessions do is their own business.
        let held = try #require(TestSocket.listen(host: Self.host(14), port: port))
        names.setHosts("127.0.0.12 site.test\n127.0.0.14 site.test\n")
        #expect(
            try eventually {
                try Self.members(sluice) == ["127.0.0.12:\(port)", "127.0.0.14:\(port)"]
            })
        // Told when the workers have it.
        #expect(eventually { sluice.log.contains("127.0.0.14:\(port): added") })
        #expect(try sluice.status().generation > generation)
        #expect(sluice.metric("sluice_config_reloads_total", "applied") == reloads)
        let client = try #require(TestSocket.connect(port: front))
        let other = try #require(TestSocket.connect(port: front))
        let backend = try #require(held.accept())
        names.setHosts("127.0.0.12 site.test\n127.0.0.13 site.test\n")
        #expect(
            try eventually {
                try Self.members(sluice) == ["127.0.0.12:\(port)", "127.0.0.13:\(port)"]
            })
        backend.send("still here")
        let answers = [client, other].map { $0.receive(exactly: 2) }
        #expect(answers.contains(Array("st".utf8)), "\(answers)")
        let isTold = eventually { sluice.log.contains("127.0.0.14:\(port): removed") }
        #expect(isTold, "\(sluice.log)")

        // The server says nothing, then that there is no such name: the last good set stays.
        names.suspend()
        #expect(eventually { sluice.metric("sluice_upstream_source_failed") == 1 })
        #expect(try sluice.status().upstreams[0].sourceError?.isEmpty == false)
        names.suspend(false)
        #expect(eventually(within: 20_000) { sluice.metric("sluice_upstream_source_failed") == 0 })
        names.setHosts("")
        #expect(eventually { sluice.metric("sluice_upstream_source_failed") == 1 })
        #expect(
            try Self.members(sluice) == ["127.0.0.12:\(port)", "127.0.0.13:\(port)"])
        #expect(Set((0..<6).map { _ in Client.whoAnswers(front) }) == ["s2", "s3"])
        let isLogged = eventually { sluice.log.contains("members cannot be found") }
        #expect(isLogged, "\(sluice.log)")
        #expect(sluice.command("status").output.contains("from dns site.test A, told "))
        client.reset()
        other.reset()
        backend.close()
        withExtendedLifetime(servers) {}
        try sluice.stop()
    }

    @Test("of many members that change together the log names some and counts the rest")
    func manyChanges() throws {
        let sluice = SluiceProcess(
            """
            listeners: { one: { bind: "127.0.0.1:0", upstream: site } }
            upstreams: { site: { file: backends.txt } }
            """)
        let list = (1...60).map { "127.0.0.\($0):9\n" }.joined()
        TextFile.write(list, to: sluice.directory.file("backends.txt"))
        #expect(eventually { sluice.log.contains("membership changed what=\"40 more\"") })
        let lines = sluice.log.split(separator: "\n").filter { $0.contains("membership changed") }
        #expect(lines.count == 21)
        #expect(try Self.members(sluice).count == 60)
        try sluice.stop()
    }

    @Test("a file is followed through writes, renames and nonsense")
    func file() throws {
        let (servers, port) = Self.servers(3)
        let sluice = SluiceProcess(
            """
            listeners: { one: { bind: "127.0.0.1:0", upstream: site } }
            upstreams: { site: { balance: round-robin, file: backends.txt } }
            """)
        let front = try sluice.port(of: "one")
        // It is not there yet.
        #expect(Client.whoAnswers(front) == nil)
        #expect(eventually { sluice.metric("sluice_upstream_source_failed") == 1 })
        let path = sluice.directory.file("backends.txt")
        TextFile.write("127.0.0.11:\(port)\n", to: path)
        #expect(eventually { Client.whoAnswers(front) == "s1" })
        let next = sluice.directory.file("next")
        TextFile.write("[\"127.0.0.12:\(port)\", \"127.0.0.13:\(port)\"]", to: next)
        rename(next, path)
        #expect(
            try eventually {
                try Self.members(sluice) == ["127.0.0.12:\(port)", "127.0.0.13:\(port)"]
            })
        #expect(eventually { Set((0..<6).map { _ in Client.whoAnswers(front) }) == ["s2", "s3"] })
        TextFile.write("- { address: nonsense\n", to: path)
        #expect(eventually { sluice.metric("sluice_upstream_source_failed") == 1 })
        let problem = try sluice.status().upstreams[0].sourceError ?? ""
        #expect(problem.contains("backends.txt:2:1: error: "), "\(problem)")
        #expect(Set((0..<6).map { _ in Client.whoAnswers(front) }) == ["s2", "s3"])
        unlink(path)
        #expect(sluice.command("reload").status == 0)
        #expect(Set((0..<6).map { _ in Client.whoAnswers(front) }) == ["s2", "s3"])
        withExtendedLifetime(servers) {}
        try sluice.stop()
    }
}
