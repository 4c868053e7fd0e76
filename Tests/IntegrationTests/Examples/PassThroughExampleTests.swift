import Support
import Testing

@Suite(
    "examples/sni-passthrough.yaml",
    .enabled(if: Command.exists("nginx") && Command.exists("curl")))
struct PassThroughExampleTests {
    @Test("each host has its own server, HTTP/2 another one, and who asks for others is refused")
    func passThrough() throws {
        let example = try Example("sni-passthrough")
        let origins = TLSOrigins(
            [
                "shop": ["shop.example"], "api": ["v1.api.example"], "api-h2": ["v1.api.example"],
                "tenant-1": ["*.tenants.example"], "tenant-2": ["*.tenants.example"],
            ],
            at: [
                "shop": example.port(8501), "api": example.port(8502),
                "api-h2": example.port(8503), "tenant-1": example.port(8504),
                "tenant-2": example.port(8505),
            ])
        let sluice = SluiceProcess(example.text)
        let port = try sluice.port(of: "tls")
        func ask(_ host: String, _ version: String = "--http1.1") -> String {
            String(origins.curl(host, port, version).prefix { $0 != " " && $0 != ":" })
        }
        #expect(ask("shop.example") == "shop")
        #expect(ask("v1.api.example") == "api")
        #expect(ask("v1.api.example", "--http2") == "api-h2")
        var seen: Set<String> = []
        for number in 0..<12 {
            let first = ask("t\(number).tenants.example")
            #expect(ask("t\(number).tenants.example") == first)
            seen.insert(first)
        }
        #expect(seen == ["tenant-1", "tenant-2"])
        // curl: the handshake failed.
        #expect(ask("other.example") == "35")
        origins.stop()
        try sluice.stop()
    }

    @Test("it is good as it is")
    func check() {
        let path = Checkout.path("examples/sni-passthrough.yaml")
        let check = Command.run(SluiceProcess.binary, ["check", path])
        #expect(check.status == 0 && check.errors.isEmpty, "\(check)")
    }
}
