import Support
import Testing

/// Sessions that are spread by the name in their ClientHello.
@Suite("Hashing of server names")
struct HelloHashTests {
    @Test("a name keeps its backend, however it is spelled and whoever asks, and names are spread")
    func sticks() throws {
        let servers = ["a", "b", "c"].map(HelloFront.backend)
        let backends = servers.map { "\"127.0.0.1:\($0.port)\"" }.joined(separator: ", ")
        let sluice = SluiceProcess(
            """
            workers: 2
            listeners: { tls: { bind: "127.0.0.1:0", routes: [{ sni: "*.example", upstream: hashed }], upstream: hashed } }
            upstreams: { hashed: { balance: { algorithm: maglev, key: sni }, backends: [\(backends)] } }
            """)
        let port = try sluice.port(of: "tls")
        func ask(_ name: String?, from host: UInt32) -> String? {
            let hello = SentHello(name).stream
            guard let client = TestSocket.connect(port: port, from: host) else { return nil }
            client.send(hello)
            return HelloFront.name(client, hello)
        }
        var seen: Set<String> = []
        for number in 0..<30 {
            let names = ["n\(number).example", "N\(number).ExAmple", "n\(number).example."]
            let answers = names.enumerated().map { index, name in
                ask(name, from: 0x7f00_0001 + UInt32(number * 3 + index))
            }
            #expect(Set(answers).count == 1, "\(number): \(answers)")
            if let answer = answers[0] { seen.insert(answer) }
        }
        #expect(seen == ["a", "b", "c"])

        // Who asks for nothing is known by the address.
        seen = []
        for host in 1...40 as ClosedRange<UInt32> {
            let first = ask(nil, from: 0x7f00_0000 + host)
            #expect(first != nil && ask(nil, from: 0x7f00_0000 + host) == first, "\(host)")
            if let first { seen.insert(first) }
        }
        #expect(seen == ["a", "b", "c"])
        try sluice.stop()
    }
}
