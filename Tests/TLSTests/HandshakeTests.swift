// Handshakes between our server and our client: what they agree upon, in whatever pieces bytes come.

import COpenSSL
import Glibc
import Support
import Testing

@testable import TLS

@Suite("Handshakes")
struct HandshakeTests {
    @Test("both ends agree on the newest version that both speak", arguments: TLSVersion.allCases)
    func versions(version: TLSVersion) {
        let peers = Peers(Fixture.server(), Fixture.client { $0.tls.maximumVersion = version })
        #expect(peers.server.version != version || version == .tls13)
        let result = peers.shake()
        #expect(result.server == .done && result.client == .done)
        #expect(peers.server.version == version && peers.client.version == version)
        #expect(peers.server.isEstablished && !peers.server.isResumed)
        #expect(!peers.server.isEarlyDataAccepted)
        #expect(Fixture.text(peers.server.serverName) == "a.example.com")
        #expect(peers.server.cipher == (version == .tls13 ? 0x1301 : 0xC02B))
        let name = String(cString: peers.server.cipherName)
        #expect(
            name == (version == .tls13 ? "TLS_AES_128_GCM_SHA256" : "ECDHE-ECDSA-AES128-GCM-SHA256")
        )
        #expect(!peers.server.sendsInKernel && !peers.server.receivesInKernel)
        #expect(peers.server.peerWord == "none" && peers.client.peerWord == "ok")
    }

    @Test("nothing is agreed upon before there was a ClientHello")
    func before() {
        let peers = Peers(Fixture.server(), Fixture.client())
        #expect(peers.server.handshake() == .wantsRead)
        #expect(!peers.server.isEstablished && peers.server.cipher == 0)
        #expect(peers.server.serverName.isEmpty && peers.server.applicationProtocol.isEmpty)
    }

    @Test(
        "the first of the server's protocols that the client speaks is taken",
        arguments: [
            (["h2", "http/1.1"], ["http/1.1", "h2"], "h2"),
            (["h2", "http/1.1"], ["http/1.1"], "http/1.1"), (["h2"], [], ""), ([], ["h2"], ""),
            (["h2"], ["h", "h22", "h2"], "h2"),
        ] as [([String], [String], String)])
    func applicationProtocols(own: [String], offered: [String], expected: String) {
        let peers = Peers(
            Fixture.server { $0.tls.applicationProtocols = own },
            Fixture.client { $0.tls.applicationProtocols = offered })
        let result = peers.shake()
        #expect(result.server == .done && result.client == .done)
        #expect(Fixture.text(peers.server.applicationProtocol) == expected)
        #expect(Fixture.text(peers.client.applicationProtocol) == expected)
    }

    @Test("a ClientHello that comes byte by byte is a ClientHello", arguments: TLSVersion.allCases)
    func bytes(version: TLSVersion) {
        let (far, near) = Sockets.pair()
        let hello = Self.clientHello(Fixture.client { $0.tls.maximumVersion = version })
        let server = Fixture.server().session(socket: near)!
        for byte in hello {
            #expect(server.handshake() == .wantsRead)
            Sockets.write([byte], to: far)
        }
        #expect(server.handshake() == .wantsRead)
        #expect(server.version == version && Sockets.read(far).first == 22)
        server.free()
        close(far)
        close(near)
    }

    @Test("a ClientHello that is cut after any byte is a handshake cut short")
    func cuts() {
        let hello = Self.clientHello(Fixture.client())
        let contexts = Fixture.server()
        for count in 0..<hello.count {
            let (far, near) = Sockets.pair()
            let server = contexts.session(socket: near)!
            Sockets.write(hello[..<count], to: far)
            close(far)
            let progress = server.handshake()
            #expect(progress == .failed(.handshakeCutShort), "after \(count) bytes")
            #expect(ERR_peek_error() == 0)
            server.free()
            close(near)
        }
        contexts.free()
    }

    @Test("a ClientHello with any byte changed fails by its rules or is another ClientHello")
    func changes() {
        var generator = SeededGenerator()
        let hello = Self.clientHello(Fixture.client())
        let contexts = Fixture.server()
        for index in hello.indices {
            let (far, near) = Sockets.pair()
            let server = contexts.session(socket: near)!
            var changed = hello
            changed[index] ^= UInt8.random(in: 1...255, using: &generator)
            Sockets.write(changed, to: far)
            shutdown(far, Int32(SHUT_WR))
            let progress = server.handshake()
            guard case .failed(let failure) = progress else {
                Issue.record("byte \(index): \(progress), seed \(generator.seed)")
                return
            }
            #expect(
                failure != .internalError && failure != .outOfMemory,
                "byte \(index), seed \(generator.seed)")
            #expect(ERR_peek_error() == 0)
            server.free()
            close(far)
            close(near)
        }
        contexts.free()
    }

    /// What a client sends first.
    static func clientHello(_ context: TLSClientContext) -> [UInt8] {
        let (far, near) = Sockets.pair()
        defer {
            close(far)
            close(near)
        }
        let client = Peers.client(context, socket: near, name: "a.example.com")!
        defer { client.free() }
        precondition(client.handshake() == .wantsRead)
        return Sockets.read(far)
    }
}
