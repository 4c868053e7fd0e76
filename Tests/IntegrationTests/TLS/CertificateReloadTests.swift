// Certificates that are exchanged while the process runs: by their files and by SIGHUP, good ones and
// bad ones, under handshakes.

import Glibc
import Support
import Testing

@Suite("Certificates exchanged", .enabled(if: Command.exists("python3")))
struct CertificateReloadTests {
    private static let authority = TestAuthority()

    /// A process with a certificate in `a.pem` and `a.key` of its folder, and more keys of TLS.
    private static func start(
        to backend: UInt16, _ more: String = ""
    ) throws -> (SluiceProcess, UInt16) {
        let first = authority.server(["a.example.com"])
        let folder = TemporaryDirectory()
        try exchange(first, in: folder)
        let sluice = SluiceProcess(
            """
            workers: 2
            listeners:
              web:
                bind: "127.0.0.1:0"
                protocol: http
                upstream: site
                tls:
                  certificates: [{ cert: \(folder.path)/a.pem, key: \(folder.path)/a.key }]
                  \(more)
                routes: [{ path: { exact: /own }, respond: { body: "own\\n" } }]
            upstreams: { site: { backends: ["127.0.0.1:\(backend)"] } }
            """)
        Self.folders.withLock { $0[sluice.socketPath] = folder }
        return (sluice, try sluice.port(of: "web"))
    }

    private static let folders = Locked<[String: TemporaryDirectory]>([:])

    private static func folder(of sluice: SluiceProcess) throws -> TemporaryDirectory {
        try #require(folders.withLock { $0[sluice.socketPath] })
    }

    /// Puts a certificate and its key in place, each in one step.
    private static func exchange(
        _ issued: TestAuthority.Issued, in folder: TemporaryDirectory
    ) throws {
        for (file, name) in [(issued.keyFile, "a.key"), (issued.chainFile, "a.pem")] {
            folder.write(TextFile.read(file), to: "new")
            try #require(rename(folder.file("new"), folder.file(name)) == 0)
        }
    }

    private static func serial(_ sluice: SluiceProcess) throws -> String? {
        try sluice.status().listeners[0].certificates?.first?.serial
    }

    private static func serial(of issued: TestAuthority.Issued) -> String {
        let told = Command.run(
            "openssl", ["x509", "-in", issued.certificateFile, "-noout", "-serial"])
        return String(told.output.trimmingPrefix("serial=").prefix { $0 != "\n" })
    }

    /// Runs a script of Python's that knows the port and the authority.
    private static func client(
        _ sluice: SluiceProcess, _ port: UInt16, _ script: String, _ more: String...
    ) -> ChildProgram {
        let beginning = """
            import socket, ssl, sys, time, os
            port, ca = int(sys.argv[1]), sys.argv[2]
            def context(version=None):
                made = ssl.create_default_context(cafile=ca)
                if version: made.minimum_version = made.maximum_version = version
                return made
            def connect(made, session=None):
                plain = socket.create_connection(("127.0.0.1", port), 20)
                return made.wrap_socket(plain, server_hostname="a.example.com", session=session)
            def ask(stream):
                stream.sendall(b"GET /own HTTP/1.1\\r\\nHost: a.example.com\\r\\n\\r\\n")
                data = b""
                while not data.endswith(b"own\\n"):
                    more = stream.recv(4096)
                    if not more: raise SystemExit("cut off: %r" % data)
                    data += more
                return data

            """
        let path = sluice.directory.write(
            beginning + script, to: "client-\(script.utf8.count).py")
        return ChildProgram(
            "python3", [path, "\(port)", authority.own.certificateFile] + more)
    }

    @Test("changed files are in force within moments, and sessions that are open go on")
    func changedFiles() throws {
        let server = TestServer.echo()
        let (sluice, port) = try Self.start(to: server.port)
        let folder = try Self.folder(of: sluice)
        let go = folder.file("go")
        let held = Self.client(
            sluice, port,
            """
            held = connect(context())
            before = held.getpeercert()["serialNumber"]
            ask(held)
            print("ready", flush=True)
            while not os.path.exists(sys.argv[3]): time.sleep(0.01)
            ask(held)
            fresh = connect(context())
            ask(fresh)
            print(before, fresh.getpeercert()["serialNumber"])
            """, go)
        #expect(eventually { held.output.contains("ready") }, "\(held.errors)")
        let second = Self.authority.server(["a.example.com"], key: .rsa)
        try Self.exchange(second, in: folder)
        let serial = Self.serial(of: second)
        #expect(try eventually { try Self.serial(sluice) == serial }, "\(sluice.log)")
        TextFile.write("", to: go)
        #expect(held.waitForExit() == 0, "\(held.errors)")
        let words = held.output.split(whereSeparator: \.isWhitespace)
        #expect(words.count == 3 && words[1] != words[2] && words[2] == serial, "\(words)")
        #expect(sluice.log.contains("certificate changed what="))
        #expect(sluice.log.contains("certificate \(folder.path)/a.pem of a.example.com, until "))
        try sluice.stop()
    }

    @Test("a bad file keeps the old certificate and is told of once; a reload refuses it too")
    func badFile() throws {
        let server = TestServer.echo()
        let (sluice, _) = try Self.start(to: server.port)
        let folder = try Self.folder(of: sluice)
        let before = try Self.serial(sluice)
        let good = TextFile.read(folder.file("a.key"))
        folder.write("nonsense\n", to: "a.key")
        let refused = "sluice_certificate_renewals_total"
        #expect(eventually { sluice.metric(refused, "result=\"refused\"") ?? 0 >= 1 })
        folder.write("nonsense\n", to: "a.key")
        #expect(eventually { sluice.metric(refused, "result=\"refused\"") ?? 0 >= 2 })
        #expect(sluice.metric("sluice_certificate_last_renewal_successful") == 0)
        #expect(try Self.serial(sluice) == before)
        let told = sluice.log.split(separator: "certificates refused, the old ones stay")
        #expect(told.count == 2, "told once: \(sluice.log)")
        #expect(sluice.log.contains("a.key: is not PEM"))

        let reload = sluice.command("reload")
        #expect(reload.status == 2, "\(reload)")
        #expect(reload.errors.contains("a.key: is not PEM: no -----BEGIN line"))
        #expect(try Self.serial(sluice) == before)
        folder.write(good, to: "a.key")
        #expect(eventually { sluice.metric("sluice_certificate_last_renewal_successful") == 1 })
        #expect(sluice.command("reload").status == 0)
        #expect(try Self.serial(sluice) == before)
        try sluice.stop()
    }

    @Test("SIGHUP takes new files up, and what changed is said")
    func signal() throws {
        let server = TestServer.echo()
        let (sluice, _) = try Self.start(to: server.port)
        let second = Self.authority.server(["a.example.com"])
        try Self.exchange(second, in: try Self.folder(of: sluice))
        let reload = sluice.command("reload")
        #expect(reload.status == 0, "\(reload)")
        let serial = Self.serial(of: second)
        #expect(try eventually { try Self.serial(sluice) == serial })
        try sluice.stop()
    }

    @Test(
        "sessions are resumed over reloads and renewals, by tickets and by what is remembered",
        arguments: ["tickets: { rotate: 1h }", "tickets: off\n      session_cache: 100"])
    func resumption(rule: String) throws {
        let server = TestServer.echo()
        let (sluice, port) = try Self.start(to: server.port, rule)
        let folder = try Self.folder(of: sluice)
        let go = folder.file("go")
        let held = Self.client(
            sluice, port,
            """
            made = {}
            versions = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]
            for version in versions:
                kept = context(version)
                stream = connect(kept)
                ask(stream)
                made[version] = (kept, stream.session)
            print("ready", flush=True)
            while not os.path.exists(sys.argv[3]): time.sleep(0.01)
            for version in versions:
                kept, session = made[version]
                stream = connect(kept, session)
                ask(stream)
                print(stream.session_reused)
            """, go)
        #expect(eventually { held.output.contains("ready") }, "\(held.errors)")
        #expect(sluice.command("reload").status == 0)
        let second = Self.authority.server(["a.example.com"])
        try Self.exchange(second, in: folder)
        let serial = Self.serial(of: second)
        #expect(try eventually { try Self.serial(sluice) == serial })
        TextFile.write("", to: go)
        #expect(held.waitForExit() == 0, "\(held.errors)")
        #expect(held.output == "ready\nTrue\nTrue\n", "\(held.output)")
        try sluice.stop()
    }

    @Test("keys of tickets that a command writes are taken up, and the tickets of former ones too")
    func ticketFile() throws {
        let server = TestServer.echo()
        let keys = TemporaryDirectory()
        let path = keys.file("tickets.key")
        let rotate = { Command.run(SluiceProcess.binary, ["tickets", "rotate", path]) }
        #expect(rotate().status == 0)
        let (sluice, port) = try Self.start(to: server.port, "tickets: { file: \(path) }")
        let go = keys.file("go")
        let held = Self.client(
            sluice, port,
            """
            kept = context(ssl.TLSVersion.TLSv1_3)
            stream = connect(kept)
            ask(stream)
            print("ready", flush=True)
            while not os.path.exists(sys.argv[3]): time.sleep(0.01)
            again = connect(kept, stream.session)
            ask(again)
            print(again.session_reused)
            """, go)
        #expect(eventually { held.output.contains("ready") }, "\(held.errors)")
        #expect(rotate().status == 0)
        #expect(eventually { sluice.metric("sluice_ticket_key_rotations_total") == 1 })
        TextFile.write("", to: go)
        #expect(held.waitForExit() == 0, "\(held.errors)")
        #expect(held.output == "ready\nTrue\n", "\(held.output)")
        TextFile.write("nonsense\n", to: path)
        #expect(eventually { sluice.log.contains("line 1 is not 80 bytes in base64") })
        #expect(sluice.metric("sluice_ticket_key_age_seconds", "source=\"file\"") ?? -1 >= 0)
        try sluice.stop()
    }

    @Test("100 exchanges under handshakes: none fails, and nothing is left of them")
    func underLoad() throws {
        let server = TestServer.echo()
        let (sluice, port) = try Self.start(to: server.port)
        let folder = try Self.folder(of: sluice)
        let stop = folder.file("stop")
        let load = Self.client(
            sluice, port,
            """
            count, serials = 0, set()
            print("ready", flush=True)
            while not os.path.exists(sys.argv[3]):
                stream = connect(context())
                ask(stream)
                serials.add(stream.getpeercert()["serialNumber"])
                ask(stream)
                stream.close()
                count += 1
            print(count, len(serials))
            """, stop)
        #expect(eventually { load.output.contains("ready") }, "\(load.errors)")
        let certificates = (0..<2).map { _ in Self.authority.server(["a.example.com"]) }
        let serials = certificates.map(Self.serial)
        let rounds = getenv("SLUICE_RELOADS").flatMap { Int(String(cString: $0)) } ?? 100
        for round in 0..<rounds {
            try Self.exchange(certificates[round % 2], in: folder)
            if round % 2 == 0 { #expect(sluice.command("reload").status == 0) }
            let wanted = serials[round % 2]
            #expect(
                try eventually { try Self.serial(sluice) == wanted },
                "round \(round): \(sluice.log.suffix(1000))")
        }
        TextFile.write("", to: stop)
        #expect(load.waitForExit() == 0, "\(load.errors)")
        let words = load.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        #expect(words.count == 2 && words[0] > 0 && words[1] >= 2, "\(load.output)")
        let retired = "sluice_snapshots_retired"
        #expect(eventually { sluice.metric(retired) == 0 }, "\(sluice.metric(retired) ?? -1)")
        try sluice.stop()
    }
}
