import Glibc
import Support
import Testing

@Suite("What backends, clients and logs are told of an exchange")
struct ForwardingTests {
    /// Everything that is said of 127.0.0.1 is believed.
    private static let trusting = "trusted_proxies: [ 127.0.0.0/8 ]"

    @Test("of somebody who is not trusted, no word on the client or the request is passed on")
    func untrusted() throws {
        for mode in ["x-forwarded", "rfc7239", "both", "off"] {
            let head = try Self.forwarded("forwarded: \(mode), request_id: { header: X-Trace }")
            let said = head.lines.joined(separator: "\n")
            for forged in ["1.2.3.4", "5.6.7.8", "forged"] {
                #expect(!said.contains(forged), "\(mode): \(said)")
            }
            #expect(head.values("X-Trace").count == 1, "\(mode): \(said)")
            #expect(
                head["X-Forwarded-For"]
                    == (mode == "x-forwarded" || mode == "both" ? "127.0.0.1" : nil))
        }
    }

    @Test("of a trusted proxy, several fields are one list, and the client is the last one unknown")
    func trusted() throws {
        let head = try Self.forwarded(
            "\(Self.trusting), request_id: { header: X-Trace }, "
                + "request_headers: { set: { X-Client: \"{client_ip} of {peer_ip}\" } }")
        #expect(head.values("X-Forwarded-For") == ["1.2.3.4, 5.6.7.8, 127.0.0.1"])
        #expect(head["X-Client"] == "5.6.7.8 of 127.0.0.1")
        #expect(head["X-Trace"] == "forged" && head.values("X-Trace").count == 1)
        #expect(head["X-Real-IP"] == "1.2.3.4")
    }

    @Test("variables are what the reference says: the backend, our address, the host, the path")
    func variables() throws {
        let backend = HTTPBackend.telling()
        let sluice = SluiceProcess(
            httpTo: [backend.port],
            http: "request_headers: { set: { X-Way: \"{server_ip} {host} {path}{query}\" } }, "
                + "response_headers: { set: { X-By: \"{backend} {status} {host}\" } }")
        let client = try sluice.client()
        let answer = try #require(client.ask("/a%41?b=c", fields: "X-Host: y\r\n"))
        #expect(answer.head["X-By"] == "127.0.0.1:\(backend.port) 200 \(Self.host)")
        let seen = try #require(backend.take().first).request.head
        #expect(seen["X-Way"] == "127.0.0.1 \(Self.host) /a%41?b=c")
        client.close()
        backend.stop()
        try sluice.stop()
    }

    @Test("the log knows how long an exchange waited in line, and our address")
    func log() throws {
        let backend = HTTPBackend { _, peer in
            usleep(100_000)
            return peer.respond("late")
        }
        let directory = TemporaryDirectory()
        let log = directory.file("access.log")
        let sluice = SluiceProcess(
            """
            workers: 1
            listeners:
              front:
                bind: "127.0.0.1:0"
                protocol: http
                upstream: servers
                http: { access_log: { file: "\(log)", format: "{queue_ms} {first_byte_ms} {server_ip}" } }
            upstreams:
              servers:
                backends: [ { address: "127.0.0.1:\(backend.port)", max_connections: 1 } ]
            """)
        let clients = [try sluice.client(), try sluice.client()]
        for client in clients { client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
        for client in clients { #expect(client.readResponse()?.text == "late") }
        #expect(eventually { TextFile.read(log).split(separator: "\n").count == 2 })
        let lines = TextFile.read(log).split(separator: "\n").map { $0.split(separator: " ") }
        let waits = lines.compactMap { Double($0[0]) }.sorted()
        #expect(waits.count == 2 && waits[0] == 0 && waits[1] >= 50, "\(lines)")
        #expect(lines.allSatisfy { (Double($0[1]) ?? 0) >= 90 && $0[2] == "127.0.0.1" }, "\(lines)")
        for client in clients { client.close() }
        backend.stop()
        try sluice.stop()
    }

    /// The host that `HTTPPeer.ask` names.
    private static let host = "a.test"

    /// What a backend gets of a request that says much of its client.
    private static func forwarded(_ http: String) throws -> HTTPHead {
        let backend = HTTPBackend.telling()
        let sluice = SluiceProcess(httpTo: [backend.port], http: http)
        let client = try sluice.client()
        let fields =
            "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 5.6.7.8\r\nX-Real-IP: 1.2.3.4\r\n"
            + "Forwarded: for=1.2.3.4\r\nX-Forwarded-Host: forged\r\nX-Trace: forged\r\n"
        #expect(client.ask("/", fields: fields) != nil)
        let head = try #require(backend.take().first).request.head
        client.close()
        backend.stop()
        try sluice.stop()
        return head
    }
}
