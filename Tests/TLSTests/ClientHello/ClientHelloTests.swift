// What is read of a ClientHello that comes in one piece.

import FuzzTLS
import TLS
import Testing

@Suite("A ClientHello tells what routes need")
struct ClientHelloTests {
    private func parsed(_ stream: [UInt8]) throws -> ParsedHello {
        let outcome = ParsedOutcome.parse(stream)
        guard case .complete(let hello) = outcome else {
            Issue.record("\(outcome)")
            throw CancellationError()
        }
        return hello
    }

    @Test("name, protocols, versions and the encrypted hello, among reserved values")
    func browser() throws {
        let stream = HelloWriter.browser(name: "WWW.Example.com").stream
        let hello = try parsed(stream)
        #expect(hello.serverName == Array("www.example.com".utf8))
        #expect(hello.protocols == [Array("h2".utf8), Array("http/1.1".utf8)])
        #expect(hello.supportedVersionMax == 0x0304 && hello.versionMax == 0x0304)
        #expect(hello.legacyVersion == 0x0303)
        #expect(hello.hasOuterECH && !hello.hasAddressName)
        #expect(hello.byteCount == stream.count)
    }

    @Test("the shortest hello has none of it")
    func shortest() throws {
        var writer = HelloWriter()
        writer.session = [0]
        writer.suites = [0, 2, 0, 47]
        writer.extensions = nil
        let hello = try parsed(writer.stream)
        #expect(writer.stream.count == 5 + 45)
        #expect(hello.serverName.isEmpty && hello.protocols.isEmpty)
        #expect(!hello.hasOuterECH && !hello.hasAddressName)
        #expect(hello.supportedVersionMax == 0 && hello.versionMax == 0x0303)
    }

    @Test(
        "the highest version is of supported_versions, or the one of old up to TLS 1.2",
        arguments: [
            (HelloWriter(), 0x0303),
            (HelloWriter().with { $0.version = [3, 1] }, 0x0301),
            (HelloWriter().with { $0.version = [3, 0] }, 0x0300),
            (HelloWriter().with { $0.version = [3, 4] }, 0x0303),
            (HelloWriter().with { $0.version = [4, 0] }, 0x0303),
            (HelloWriter(HelloWriter.versions(0x0304)), 0x0304),
            (HelloWriter(HelloWriter.versions(0x0303, 0x0304, 0x0302)), 0x0304),
            (HelloWriter(HelloWriter.versions(0x0303)), 0x0303),
            (HelloWriter(HelloWriter.versions(0xFAFA, 0x0303)), 0x0303),
            (HelloWriter(HelloWriter.versions(0x0A0A)), 0),
            (HelloWriter(HelloWriter.versions(0x7F1C, 0x0303)), 0x0303),
        ])
    func versions(writer: HelloWriter, version: Int) throws {
        #expect(try parsed(writer.stream).versionMax == UInt16(version))
    }

    @Test(
        "names that hosts have are names, in lower case and without a last dot",
        arguments: [
            ("a", "a"),
            ("localhost", "localhost"),
            ("API.Example.COM", "api.example.com"),
            ("example.com.", "example.com"),
            ("_dmarc.example.com", "_dmarc.example.com"),
            ("-a-.example", "-a-.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("1.example", "1.example"),
            ("1.2.3", "1.2.3"),
            ("1.2.3.4.5", "1.2.3.4.5"),
            ("1.2.3.4567", "1.2.3.4567"),
            ("1.2.3.a", "1.2.3.a"),
            (label(63) + ".example", label(63) + ".example"),
            (longName, longName),
            (longName + ".", longName),
        ])
    func names(sent: String, name: String) throws {
        let hello = try parsed(HelloWriter(HelloWriter.name(sent)).stream)
        #expect(hello.serverName == Array(name.utf8) && !hello.hasAddressName)
    }

    @Test(
        "an address in place of a name is no name",
        arguments: [
            "127.0.0.1", "10.0.0.1.", "999.1.1.1", "::1", "2001:db8::1", "2001:DB8::1",
            "::ffff:10.0.0.1",
        ])
    func addresses(sent: String) throws {
        let hello = try parsed(HelloWriter(HelloWriter.name(sent)).stream)
        #expect(hello.serverName.isEmpty && hello.hasAddressName)
    }

    @Test("the protocols come in the client's order, reserved ones too, up to 255 octets each")
    func protocols() throws {
        let long = String(repeating: "p", count: 255)
        let stream = HelloWriter(HelloWriter.protocols("\u{5A}\u{5A}", "h2", long, "a")).stream
        let hello = try parsed(stream)
        #expect(hello.protocols == ["ZZ", "h2", long, "a"].map { Array($0.utf8) })
    }

    @Test("a protocol is found by all of its name")
    func contains() {
        let memory = Array(HelloWriter(HelloWriter.protocols("h2", "http/1.1")).stream)
        var scratch = [UInt8](repeating: 0, count: ClientHelloLimits.scratchBytes)
        guard
            case .complete(let hello) = ClientHello.parse(
                memory, count: memory.count, scratch: &scratch)
        else {
            Issue.record("it isn't parsed")
            return
        }
        memory.withUnsafeBufferPointer { _ in
            for (name, isThere) in [
                ("h2", true), ("http/1.1", true), ("h", false), ("h3", false), ("http/1.", false),
                ("", false), ("2", false),
            ] {
                let found = Array(name.utf8).withUnsafeBufferPointer {
                    hello.protocols.contains($0)
                }
                #expect(found == isThere, "\(name)")
            }
        }
    }

    @Test("an inner encrypted hello, which another server passed on, is no outer one")
    func innerHello() throws {
        #expect(try !parsed(HelloWriter(HelloWriter.other(0xFE0D, [1])).stream).hasOuterECH)
        #expect(try parsed(HelloWriter(HelloWriter.other(0xFE0D, [0])).stream).hasOuterECH)
    }

    @Test("other extensions are passed over, whatever is in them, up to 128 of all")
    func others() throws {
        let others = (0..<127).map { HelloWriter.other(1000 + $0, [0, 16, 255]) }
        let writer = HelloWriter().with { $0.extensions = others + [HelloWriter.name("a.b")] }
        #expect(try parsed(writer.stream).serverName == Array("a.b".utf8))
    }

    @Test("what comes behind the hello is not looked at")
    func behind() throws {
        let stream = HelloWriter.browser().stream
        for tail in [[], [20, 3, 3, 0, 1, 1], [0], [0x80, 1], Array("GET ".utf8)] as [[UInt8]] {
            #expect(try parsed(stream + tail).byteCount == stream.count)
        }
    }

    @Test(
        "the record says TLS of any version",
        arguments: [0x0300, 0x0301, 0x0303, 0x0304, 0x03FF] as [UInt16])
    func recordVersions(version: UInt16) throws {
        let stream = HelloRecordWriter.record(HelloWriter.browser().message, version: version)
        #expect(try parsed(stream).versionMax == 0x0304)
    }

    static func label(_ count: Int) -> String { String(repeating: "l", count: count) }

    /// 253 octets, the most that a name can have.
    static let longName = [label(63), label(63), label(63), label(61)].joined(separator: ".")
}
