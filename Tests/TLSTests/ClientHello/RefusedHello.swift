// Hellos that are wrong, and why: streams and records, messages, server names.

import FuzzTLS
import TLS
import Testing

/// What a client sends, and the cause that it is refused for.
struct RefusedHello: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let refusal: ClientHelloRefusal
    let stream: [UInt8]

    private init(_ description: String, _ refusal: ClientHelloRefusal, _ stream: [UInt8]) {
        testDescription = description
        self.refusal = refusal
        self.stream = stream
    }

    private init(_ description: String, _ refusal: ClientHelloRefusal, _ writer: HelloWriter) {
        self.init(description, refusal, writer.stream)
    }

    static let all = streams + messages + names

    private static let message = HelloWriter.browser().message

    static let streams: [RefusedHello] = [
        RefusedHello("GET", .plainHTTP, Array("GET / HTTP/1.1\r\n\r\n".utf8)),
        RefusedHello("OPTIONS", .plainHTTP, Array("OPTIONS * HTTP/1.1\r\n\r\n".utf8)),
        RefusedHello("HTTP/2", .plainHTTP, Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)),
        RefusedHello("CONNECT", .plainHTTP, Array("CONNECT a:1 HTTP/1.1\r\n\r\n".utf8)),
        RefusedHello("another protocol in text", .notTLS, Array("EHLO a\r\n".utf8)),
        RefusedHello("a method in lower case", .notTLS, Array("get / HTTP/1.1\r\n\r\n".utf8)),
        RefusedHello("almost a method", .notTLS, Array("POSTS / HTTP/1.1\r\n\r\n".utf8)),
        RefusedHello("SSH", .notTLS, Array("SSH-2.0-OpenSSH\r\n".utf8)),
        RefusedHello("zeros", .notTLS, [UInt8](repeating: 0, count: 64)),
        RefusedHello("SSL 2.0", .oldHello, [0x80, 0x2E, 1, 0, 2, 0, 0x15, 0, 0, 0, 0x10]),
        RefusedHello(
            "SSL 2.0 that asks for TLS", .oldHello, [0x80, 0x2E, 1, 3, 1, 0, 0x15, 0, 0, 0, 0x10]),
        RefusedHello("another message of SSL 2.0", .notTLS, [0x80, 0x2E, 4, 0, 2]),
        RefusedHello("an alert", .unexpectedRecord, [21, 3, 1, 0, 2, 2, 40]),
        RefusedHello("data", .unexpectedRecord, [23, 3, 3, 0, 1, 0]),
        RefusedHello("a change of cipher", .unexpectedRecord, [20, 3, 3, 0, 1, 1]),
        RefusedHello("a record of DTLS", .badRecordVersion, [22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0]),
        RefusedHello("a record of SSL 2.0", .badRecordVersion, [22, 2, 0, 0, 1, 1]),
        RefusedHello("an empty record", .emptyRecord, [22, 3, 1, 0, 0]),
        RefusedHello(
            "an empty record later", .emptyRecord,
            HelloRecordWriter.record(message[..<9]) + [22, 3, 1, 0, 0]),
        RefusedHello("a record beyond 2^14", .recordTooLong, [22, 3, 1, 0x40, 1, 1]),
        RefusedHello("a hello beyond 16 KiB in one record", .tooLong, [22, 3, 1, 0x40, 0, 1]),
        RefusedHello("a message beyond 16 KiB", .tooLong, [22, 3, 1, 1, 0, 1, 0xFF, 0xFF, 0xFF]),
        RefusedHello("a ServerHello", .notClientHello, [22, 3, 1, 0, 64, 2]),
        RefusedHello("a request for renegotiation", .notClientHello, [22, 3, 1, 0, 4, 0]),
        RefusedHello("a message too short", .badLength, [22, 3, 1, 0, 44, 1, 0, 0, 40]),
        RefusedHello(
            "an alert in between", .unexpectedRecord,
            HelloRecordWriter.record(message[..<100]) + [21, 3, 1, 0, 2, 1, 0]),
        RefusedHello(
            "data in between", .unexpectedRecord,
            HelloRecordWriter.record(message[..<2]) + [23, 3, 1, 0, 2, 1, 0]),
        RefusedHello(
            "another version in between", .badRecordVersion,
            HelloRecordWriter.record(message[..<100]) + [22, 4, 1, 0, 2, 1, 0]),
        RefusedHello("more behind it", .excessData, HelloRecordWriter.record(message + [20])),
        RefusedHello("two of them", .excessData, HelloRecordWriter.record(message + message)),
        RefusedHello(
            "more behind it in a later record", .excessData,
            HelloRecordWriter.record(message[..<100])
                + HelloRecordWriter.record(message[100...] + [0])),
    ]

    static let messages: [RefusedHello] = [
        RefusedHello(
            "SSL 2.0 as version", .badVersion, HelloWriter().with { $0.version = [2, 0xFF] }),
        RefusedHello("version 0", .badVersion, HelloWriter().with { $0.version = [0, 0] }),
        RefusedHello(
            "a session of 33 octets", .badSession,
            HelloWriter().with {
                $0.session = HelloWriter.vector8([UInt8](repeating: 0, count: 33))
            }),
        RefusedHello(
            "no cipher suites", .badCipherSuites, HelloWriter().with { $0.suites = [0, 0] }),
        RefusedHello(
            "half a cipher suite", .badCipherSuites,
            HelloWriter().with { $0.suites = [0, 3, 1, 2, 3] }),
        RefusedHello(
            "cipher suites beyond the end", .badLength,
            HelloWriter().with { $0.suites = [0xFF, 0xFE] }),
        RefusedHello(
            "no compression methods", .badCompressionMethods,
            HelloWriter().with { $0.methods = [0] }),
        RefusedHello(
            "only DEFLATE", .badCompressionMethods, HelloWriter().with { $0.methods = [1, 1] }),
        RefusedHello(
            "compression methods beyond the end", .badLength,
            HelloWriter().with { $0.methods = [255, 0] }),
        RefusedHello(
            "half a length of extensions", .badLength,
            HelloWriter().with {
                $0.extensions = nil
                $0.tail = [0]
            }),
        RefusedHello(
            "extensions beyond the end", .badLength,
            HelloWriter().with {
                $0.extensions = nil
                $0.tail = [0, 5, 0, 23, 0, 0]
            }),
        RefusedHello(
            "octets behind the extensions", .badLength, HelloWriter().with { $0.tail = [0] }),
        RefusedHello("half a type", .badLength, HelloWriter([0])),
        RefusedHello("half a length", .badLength, HelloWriter([0, 23, 0])),
        RefusedHello("an extension beyond the end", .badLength, HelloWriter([0, 23, 0, 1])),
        RefusedHello(
            "two names", .duplicateExtension,
            HelloWriter(HelloWriter.name("a"), HelloWriter.name("a"))),
        RefusedHello(
            "two lists of protocols", .duplicateExtension,
            HelloWriter(HelloWriter.protocols("a"), HelloWriter.protocols("b"))),
        RefusedHello(
            "two unknown ones", .duplicateExtension,
            HelloWriter(HelloWriter.other(999, []), HelloWriter.other(999, [1]))),
        RefusedHello(
            "two reserved ones", .duplicateExtension,
            HelloWriter(HelloWriter.other(0x1A1A, []), HelloWriter.other(0x1A1A, []))),
        RefusedHello(
            "two of the last type", .duplicateExtension,
            HelloWriter(HelloWriter.other(63, []), HelloWriter.other(63, []))),
        RefusedHello(
            "129 extensions", .tooManyExtensions,
            HelloWriter().with {
                $0.extensions = (0..<129).map { HelloWriter.other(1000 + $0, []) }
            }),
        RefusedHello("no protocols", .badProtocols, HelloWriter(HelloWriter.other(16, [0, 0]))),
        RefusedHello("no list of protocols", .badProtocols, HelloWriter(HelloWriter.other(16, []))),
        RefusedHello(
            "an empty protocol", .badProtocols, HelloWriter(HelloWriter.protocols("h2", ""))),
        RefusedHello(
            "a protocol beyond the end", .badProtocols,
            HelloWriter(HelloWriter.other(16, [0, 3, 3, 104, 50]))),
        RefusedHello(
            "protocols beyond the end", .badProtocols,
            HelloWriter(HelloWriter.other(16, [0, 4, 2, 104, 50]))),
        RefusedHello(
            "octets behind protocols", .badProtocols,
            HelloWriter(HelloWriter.other(16, [0, 3, 2, 104, 50, 0]))),
        RefusedHello("no versions", .badSupportedVersions, HelloWriter(HelloWriter.other(43, [0]))),
        RefusedHello(
            "no list of versions", .badSupportedVersions, HelloWriter(HelloWriter.other(43, []))),
        RefusedHello(
            "half a version", .badSupportedVersions,
            HelloWriter(HelloWriter.other(43, [3, 3, 4, 3]))),
        RefusedHello(
            "versions beyond the end", .badSupportedVersions,
            HelloWriter(HelloWriter.other(43, [4, 3, 4]))),
        RefusedHello(
            "octets behind versions", .badSupportedVersions,
            HelloWriter(HelloWriter.other(43, [2, 3, 4, 0]))),
        RefusedHello(
            "an empty encrypted hello", .badECH, HelloWriter(HelloWriter.other(0xFE0D, []))),
        RefusedHello(
            "an encrypted hello of a third kind", .badECH,
            HelloWriter(HelloWriter.other(0xFE0D, [2]))),
    ]

    static let names: [RefusedHello] = [
        RefusedHello("no list", .badServerName, HelloWriter(HelloWriter.other(0, []))),
        RefusedHello("an empty list", .badServerName, HelloWriter(HelloWriter.other(0, [0, 0]))),
        RefusedHello(
            "a list beyond the end", .badServerName,
            HelloWriter(HelloWriter.other(0, [0, 9, 0, 0, 1, 97]))),
        RefusedHello(
            "octets behind the list", .badServerName,
            HelloWriter(HelloWriter.other(0, [0, 4, 0, 0, 1, 97, 0]))),
        RefusedHello(
            "a name beyond the end", .badServerName,
            HelloWriter(HelloWriter.other(0, [0, 4, 0, 0, 2, 97]))),
        RefusedHello("no name", .badServerName, HelloWriter(HelloWriter.other(0, [0, 1, 0]))),
        RefusedHello("an empty name", .badServerName, HelloWriter(HelloWriter.name(""))),
        RefusedHello(
            "another type", .badServerName, HelloWriter(HelloWriter.other(0, [0, 4, 1, 0, 1, 97]))),
        RefusedHello(
            "two names in one list", .badServerName,
            HelloWriter(HelloWriter.other(0, [0, 8, 0, 0, 1, 97, 0, 0, 1, 98]))),
        RefusedHello(
            "254 octets", .serverNameTooLong,
            HelloWriter(HelloWriter.name(ClientHelloTests.longName + "m"))),
        RefusedHello(
            "many octets", .serverNameTooLong,
            HelloWriter(HelloWriter.name([UInt8](repeating: 97, count: 9000)))),
        RefusedHello(
            "a label of 64 octets", .notHostName,
            HelloWriter(HelloWriter.name(ClientHelloTests.label(64) + ".a"))),
        RefusedHello("only a dot", .notHostName, HelloWriter(HelloWriter.name("."))),
        RefusedHello("a dot before", .notHostName, HelloWriter(HelloWriter.name(".a"))),
        RefusedHello("two dots within", .notHostName, HelloWriter(HelloWriter.name("a..b"))),
        RefusedHello("two dots behind", .notHostName, HelloWriter(HelloWriter.name("a.."))),
        RefusedHello("NUL within", .notHostName, HelloWriter(HelloWriter.name([97, 0, 98]))),
        RefusedHello("NUL behind", .notHostName, HelloWriter(HelloWriter.name([97, 0]))),
        RefusedHello("a blank", .notHostName, HelloWriter(HelloWriter.name("a b"))),
        RefusedHello("a line end", .notHostName, HelloWriter(HelloWriter.name("a\n"))),
        RefusedHello("a slash", .notHostName, HelloWriter(HelloWriter.name("a/b"))),
        RefusedHello("an asterisk", .notHostName, HelloWriter(HelloWriter.name("*.example.com"))),
        RefusedHello("a port", .notHostName, HelloWriter(HelloWriter.name("example.com:443"))),
        RefusedHello(
            "an address in brackets", .notHostName, HelloWriter(HelloWriter.name("[::1]"))),
        RefusedHello(
            "Unicode that isn't encoded", .notHostName,
            HelloWriter(HelloWriter.name("bücher.example"))),
        RefusedHello(
            "the octet before `a` and that behind `z`", .notHostName,
            HelloWriter(HelloWriter.name("`{"))),
        RefusedHello(
            "the octet before `A` and that behind `Z`", .notHostName,
            HelloWriter(HelloWriter.name("@["))),
    ]
}
