import Glibc
import Support
import Testing

/// Real clients and real servers, which speak TLS with each other and know nothing of the proxy.
@Suite(
    "TLS that is passed through",
    .enabled(if: Command.exists("nginx") && Command.exists("curl") && Command.exists("openssl")))
struct PassThroughTests {
    private static let hosts = [
        "one": ["one.example"], "two": ["two.example"], "wild": ["*.wild.example"],
        "rest": ["rest.example"], "modern": ["one.example"],
    ]

    private static func configuration(_ origins: TLSOrigins) -> String {
        let upstreams = origins.ports.map {
            "  \($0.key): { backends: [\"127.0.0.1:\($0.value)\"] }\n"
        }
        return """
            workers: 2
            listeners:
              tls:
                bind: "127.0.0.1:0"
                protocol: tcp
                upstream: rest
                routes:
                  - { sni: one.example, upstream: one }
                  - { sni: one.example, alpn: [h2], upstream: modern }
                  - { sni: two.example, upstream: two }
                  - { sni: "*.wild.example", upstream: wild }
            upstreams:
            \(upstreams.joined())
            """
    }

    @Test("curl reaches the server whose certificate is for the host, by name and by protocol")
    func curl() throws {
        let origins = TLSOrigins(Self.hosts)
        let sluice = SluiceProcess(Self.configuration(origins))
        let port = try sluice.port(of: "tls")
        let old = "--http1.1"
        #expect(origins.curl("one.example", port, old) == "one one.example http/1.1\n")
        #expect(origins.curl("two.example", port, old) == "two two.example http/1.1\n")
        #expect(origins.curl("a.wild.example", port, old) == "wild a.wild.example http/1.1\n")
        #expect(origins.curl("rest.example", port, old) == "rest rest.example http/1.1\n")
        #expect(origins.curl("one.example", port, "--http2") == "modern one.example h2\n")
        #expect(
            origins.curl("one.example", port, old, "--tlsv1.2", "--tls-max", "1.2")
                == "one one.example http/1.1\n")
        // That nobody has.
        #expect(origins.curl("no.example", port, old).hasPrefix("60: "))
        let large = origins.curl("two.example", port, path: "large", old)
        #expect(large == TLSOrigins.large, "\(large.prefix(200))")
        origins.stop()
        try sluice.stop()
    }

    @Test("openssl s_client sees the certificate of the name that it asks for, or none")
    func openssl() throws {
        let origins = TLSOrigins(Self.hosts)
        let whole = Self.configuration(origins)
        let sluice = SluiceProcess(whole.replacing("    upstream: rest\n", with: ""))
        let port = try sluice.port(of: "tls")
        func connect(_ arguments: String...) -> Command {
            Command.run("openssl", ["s_client", "-connect", "127.0.0.1:\(port)"] + arguments)
        }
        for name in ["one", "two"] {
            let client = connect("-servername", "\(name).example")
            #expect(client.output.contains("subject=CN = \(name).example"), "\(client)")
        }
        for arguments in [["-servername", "no.example"], ["-noservername"]] {
            let client = Command.run(
                "openssl", ["s_client", "-connect", "127.0.0.1:\(port)"] + arguments)
            #expect(client.status != 0 && client.errors.contains("unrecognized name"), "\(client)")
        }
        let small = connect("-servername", "two.example", "-max_send_frag", "512", "-tls1_2")
        #expect(small.output.contains("subject=CN = two.example"), "\(small)")
        #expect(try sluice.ended("no_route") == 2)
        origins.stop()
        try sluice.stop()
    }
}
