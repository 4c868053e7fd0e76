// Hellos of real clients, taken from a socket as they connect.

import FuzzTLS
import Glibc
import Support
import TLS
import Testing

@Suite("Hellos of real clients are understood")
struct RealClientTests {
    /// Receives from a client until its hello is whole, as long as it takes no more than a time.
    private func received(
        _ program: String, _ arguments: (UInt16) -> [String]
    ) throws -> (hello: ParsedHello, stream: [UInt8]) {
        let listening = TestSocket.listen()
        let client = ChildProgram(program, arguments(listening.port))
        defer { client.signal(SIGKILL) }
        let socket = try #require(listening.accept(), "\(client.errors)")
        var stream: [UInt8] = []
        while true {
            guard case .bytes(let bytes) = socket.receive() else { break }
            stream += bytes
            switch ParsedOutcome.parse(stream) {
            case .complete(let hello): return (hello, stream)
            case .incomplete: continue
            case .refused(let refusal): Issue.record("\(refusal)")
            }
            break
        }
        Issue.record("no hello in \(stream.count) octets; \(client.errors)")
        throw CancellationError()
    }

    /// Whatever is parsed has to hold to what holds of every input.
    private func check(_ stream: [UInt8]) {
        #expect(HelloInput.violation(stream: stream) == nil)
    }

    @Test("openssl s_client")
    func openssl() throws {
        let (hello, stream) = try received("openssl") {
            [
                "s_client", "-connect", "127.0.0.1:\($0)", "-servername", "Shop.Example.org",
                "-alpn", "h2,http/1.1",
            ]
        }
        #expect(hello.serverName == Array("shop.example.org".utf8))
        #expect(hello.protocols == [Array("h2".utf8), Array("http/1.1".utf8)])
        #expect(hello.versionMax == 0x0304 && hello.legacyVersion == 0x0303)
        #expect(!hello.hasOuterECH)
        check(stream)
    }

    @Test("openssl s_client without a name, of TLS 1.2 only")
    func opensslOld() throws {
        let (hello, stream) = try received("openssl") {
            ["s_client", "-connect", "127.0.0.1:\($0)", "-noservername", "-tls1_2"]
        }
        #expect(hello.serverName.isEmpty && hello.protocols.isEmpty && !hello.hasAddressName)
        #expect(hello.supportedVersionMax == 0 && hello.versionMax == 0x0303)
        check(stream)
    }

    @Test("openssl s_client with a name that is an address")
    func opensslAddress() throws {
        let (hello, stream) = try received("openssl") {
            ["s_client", "-connect", "127.0.0.1:\($0)", "-servername", "127.0.0.1"]
        }
        #expect(hello.serverName.isEmpty && hello.hasAddressName)
        check(stream)
    }

    @Test("openssl s_client with records of 512 octets and a long list of protocols")
    func opensslRecords() throws {
        let protocols = (0..<80).map { "protocol-number-\($0)" }
        let (hello, stream) = try received("openssl") {
            [
                "s_client", "-connect", "127.0.0.1:\($0)", "-servername", "a.example",
                "-max_send_frag", "512", "-alpn", protocols.joined(separator: ","),
            ]
        }
        #expect(hello.protocols == protocols.map { Array($0.utf8) })
        #expect(hello.serverName == Array("a.example".utf8))
        // It comes in more than one record: the first one ends before the hello does.
        #expect(Int(stream[3]) << 8 | Int(stream[4]) == 512)
        check(stream)
    }

    @Test("curl")
    func curl() throws {
        let (hello, stream) = try received("curl") {
            [
                "--silent", "--insecure", "--noproxy", "*", "--resolve",
                "curl.example:\($0):127.0.0.1", "https://curl.example:\($0)/",
            ]
        }
        #expect(hello.serverName == Array("curl.example".utf8))
        #expect(hello.protocols.contains(Array("http/1.1".utf8)))
        #expect(hello.versionMax == 0x0304)
        check(stream)
    }

    @Test("Python's ssl")
    func python() throws {
        let script = """
            import socket, ssl, sys
            context = ssl.create_default_context()
            context.set_alpn_protocols(["acme-tls/1"])
            plain = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            context.wrap_socket(plain, server_hostname="Python.example")
            """
        let (hello, stream) = try received("python3") { ["-c", script, "\($0)"] }
        #expect(hello.serverName == Array("python.example".utf8))
        #expect(hello.protocols == [Array("acme-tls/1".utf8)])
        #expect(hello.versionMax >= 0x0303)
        check(stream)
    }
}
