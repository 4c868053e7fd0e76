import Glibc
import Support
import Testing

@Suite(
    "examples/tls.yaml and mtls.yaml",
    .enabled(if: Command.exists("nginx") && Command.exists("curl")))
struct TLSExampleTests {
    private static let authority = TestAuthority()

    /// Puts a certificate where the example has one.
    private static func place(
        _ issued: TestAuthority.Issued, as stem: String, in example: inout Example,
        _ directory: TemporaryDirectory
    ) {
        for (file, name) in [(issued.chainFile, "\(stem).pem"), (issued.keyFile, "\(stem).key")] {
            let path = directory.write(TextFile.read(file), to: name)
            example.replace("/tmp/\(name)", by: path)
        }
    }

    @Test("tls: a site by HTTPS, told to browsers, and what comes by HTTP is sent there")
    func tls() throws {
        var example = try Example("tls")
        let directory = TemporaryDirectory()
        Self.place(
            Self.authority.server(["localhost", "127.0.0.1"]), as: "sluice-tls", in: &example,
            directory)
        let ports = [8601, 8602].map { example.port($0) }
        var server: RealServer? = RealServer.nginx(ports, in: directory)
        #expect(server?.waitUntilListening(ports[1]) == true)
        let sluice = SluiceProcess(example.text)
        let front = "https://localhost:\(try sluice.port(of: "secure"))"
        let trust = ["--cacert", Self.authority.own.certificateFile]
        var seen: Set<String> = []
        for _ in 0..<40 { seen.insert(Self.get(trust + [front + "/"])) }
        #expect(seen == Set(ports.map { "\($0)\n" }))
        let head = Self.get(trust + ["-i", front + "/"])
        #expect(head.contains("Strict-Transport-Security: max-age=3600"), "\(head)")
        let plain = "http://127.0.0.1:\(try sluice.port(of: "plain"))/page?a=b"
        let moved = Self.get(["-i", plain])
        #expect(moved.hasPrefix("HTTP/1.1 308 "), "\(moved)")
        #expect(moved.contains("Location: https://localhost:") && moved.contains("/page?a=b\r\n"))
        #expect(Command.run("curl", ["-sS", "-m", "10", front + "/"]).status == 60)
        server = nil
        try sluice.stop()
    }

    @Test("mtls: clients with a certificate are served, and others are not")
    func mutual() throws {
        var example = try Example("mtls")
        let directory = TemporaryDirectory()
        Self.place(
            Self.authority.server(["localhost"]), as: "sluice-mtls-localhost", in: &example,
            directory)
        let authority = Self.authority.own.certificateFile
        example.replace("/tmp/sluice-mtls-ca.pem", by: authority)
        let backend = example.port(8701)
        var server: RealServer? = RealServer.nginx([backend], in: directory)
        #expect(server?.waitUntilListening(backend) == true)
        let sluice = SluiceProcess(example.text)
        let front = "https://localhost:\(try sluice.port(of: "api"))"
        let robot = Self.authority.client(subject: "/CN=robot")
        let own = ["--cert", robot.certificateFile, "--key", robot.keyFile]
        let trust = ["--cacert", authority]
        #expect(Self.get(trust + own + [front + "/whoami"]) == "somebody who is known here\n")
        #expect(Self.get(trust + own + [front + "/"]) == "\(backend)\n")
        let stranger = Command.run("curl", ["-sS", "-m", "10"] + trust + [front + "/whoami"])
        #expect(stranger.status != 0 && stranger.output.isEmpty, "\(stranger)")
        server = nil
        try sluice.stop()
    }

    private static func get(_ arguments: [String]) -> String {
        let curl = Command.run("curl", ["-sS", "-m", "10"] + arguments)
        #expect(curl.status == 0, "\(arguments): \(curl)")
        return curl.output
    }
}
