import Support
import Testing

@Suite("Relaying")
struct RelayTests {
    @Test("bytes go both ways, and the end of each direction is carried over")
    func bothWays() throws {
        let server = TestServer.echo()
        let sluice = SluiceProcess(
            """
            listeners: { echo: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { backends: ["127.0.0.1:\(server.port)"] } }
            """)
        let client = try #require(TestSocket.connect(port: try sluice.port(of: "echo")))
        client.send("hello")
        #expect(client.receive(exactly: 5) == Array("hello".utf8))
        let bulk = [UInt8](repeating: 7, count: 1 << 20)
        ThreadOfTest.start {
            client.send(bulk)
            client.shutdownWrite()
        }
        #expect(client.receiveAll() == bulk)
        try sluice.stop()
    }
}
