// Addresses of listeners and backends, good and bad.

import Config
import Testing

@Suite struct AddressTests {
    private func bind(_ text: String) -> LoadResult {
        parse(
            "listeners: { l: { bind: '\(text)', upstream: u } }\nupstreams: { u: { backends: "
                + "['h:1'] } }"
        )
    }

    private func upstream(_ text: String) -> LoadResult {
        parse("listeners: { l: { bind: '1.1.1.1:1', upstream: u } }\nupstreams: { u: \(text) }")
    }

    private func backend(_ text: String) -> LoadResult {
        parse(
            "listeners: { l: { bind: '127.0.0.1:80', upstream: u } }\nupstreams: { u: { backends: "
                + "['\(text)'] } }"
        )
    }

    @Test(arguments: [
        ("127.0.0.1:80", BindAddress.ipv4(0x7f00_0001, port: 80)),
        ("0.0.0.0:65535", .ipv4(0, port: 65535)),
        ("255.255.255.255:1", .ipv4(.max, port: 1)),
        ("127.0.0.1:0", .ipv4(0x7f00_0001, port: 0)),
        ("[::]:443", .ipv6(IPv6Address(high: 0, low: 0), port: 443)),
        ("[::1]:443", .ipv6(IPv6Address(high: 0, low: 1), port: 443)),
        ("[1::]:443", .ipv6(IPv6Address(high: 1 << 48, low: 0), port: 443)),
        (
            "[1:2:3:4:5:6:7::]:1",
            .ipv6(IPv6Address(high: 0x1_0002_0003_0004, low: 0x5_0006_0007_0000), port: 1)
        ),
        (
            "[::2:3:4:5:6:7:8]:1",
            .ipv6(IPv6Address(high: 0x2_0003_0004, low: 0x5_0006_0007_0008), port: 1)
        ),
        (
            "[1:2:3:4:5:6:7:8]:1",
            .ipv6(IPv6Address(high: 0x1_0002_0003_0004, low: 0x5_0006_0007_0008), port: 1)
        ),
        ("[2001:DB8::ffFF]:1", .ipv6(IPv6Address(high: 0x2001_0db8 << 32, low: 0xffff), port: 1)),
        (
            "[64:ff9b::10.0.0.1]:1",
            .ipv6(IPv6Address(high: 0x0064_ff9b << 32, low: 0x0a00_0001), port: 1)
        ),
        ("unix:/run/a.sock", .unix(path: "/run/a.sock")),
        ("/run/a b.sock", .unix(path: "/run/a b.sock")),
    ])
    func aLiteralAddressIsBound(_ text: String, _ address: BindAddress) {
        let result = bind(text)
        #expect(result.configuration?.listeners.first?.bind == [address], "\(report(result))")
    }

    @Test(arguments: [
        ("10.0.0.1:80", "10.0.0.1:80"), ("[::1]:80", "[::1]:80"), ("[1::]:80", "[1::]:80"),
        ("[0:0:0:0:0:0:0:0001]:80", "[::1]:80"), ("[1:0:0:2:0:0:0:3]:80", "[1:0:0:2::3]:80"),
        ("[1:0:0:2:3:0:0:4]:80", "[1::2:3:0:0:4]:80"),
        ("[1:0:2:3:4:5:6:7]:80", "[1:0:2:3:4:5:6:7]:80"),
        ("[2001:DB8::A]:80", "[2001:db8::a]:80"), ("/run/a.sock", "unix:/run/a.sock"),
        ("Host.Example:80", "host.example:80"), ("a_b-c:80", "a_b-c:80"), ("host.:80", "host.:80"),
        ("1host:80", "1host:80"), ("10.0.0.1.example:80", "10.0.0.1.example:80"),
    ])
    func aBackendHasOneCanonicalIdentity(_ text: String, _ identity: String) {
        let result = backend(text)
        let read = result.configuration?.upstreams.first?.backends.first
        #expect(read?.identity == identity, "\(report(result))")
        // What is written is what would be read.
        #expect(backend(identity).configuration == result.configuration)
    }

    static let refused: [(String, String)] = [
        ("", "the address is empty"),
        ("80", "'80' is only a port | write the address before it, such as 127.0.0.1:80"),
        (":80", "':80' names no address | for all addresses write 0.0.0.0:80 or [::]:80"),
        ("*:80", "'*:80' names no address | for all addresses write 0.0.0.0:80 or [::]:80"),
        (
            "http://10.0.0.1:80/x",
            "'http://10.0.0.1:80/x' is a URL, not an address | write 10.0.0.1:80"
        ),
        ("10.0.0.1", "'10.0.0.1' has no port | write 10.0.0.1:PORT"),
        ("10.0.0.1:", "'10.0.0.1:' has no port | write 10.0.0.1:PORT"),
        ("10.0.0.1:00", "'00' is not a port | ports are 1 to 65535"),
        ("10.0.0.1:080", "'080' is not a port | ports are 1 to 65535"),
        ("10.0.0.1:65536", "'65536' is not a port | ports are 1 to 65535"),
        ("10.0.0.1:+80", "'+80' is not a port | ports are 1 to 65535"),
        ("10.0.0.1:http", "'http' is not a port | ports are 1 to 65535"),
        ("10.0.0.1: 80", "' 80' is not a port | ports are 1 to 65535"),
        ("10.0.0.1:٨٠", "'٨٠' is not a port | ports are 1 to 65535"),
        ("10.0.0.256:80", "'10.0.0.256' is not an IPv4 address: '256' is more than 255"),
        (
            "010.0.0.1:80",
            "'010.0.0.1' has a number with a leading zero, which some programs read as octal | "
                + "write the number without it"
        ),
        (
            "10.1:80",
            "'10.1' is not an IPv4 address | IPv4 addresses are four numbers with dots, such as "
                + "10.0.0.1"
        ),
        (
            "10.0.0.1.2:80",
            "'10.0.0.1.2' is not an IPv4 address | IPv4 addresses are four numbers with dots, "
                + "such as 10.0.0.1"
        ),
        (
            "10..0.1:80",
            "'10..0.1' is not an IPv4 address | IPv4 addresses are four numbers with dots, such "
                + "as 10.0.0.1"
        ),
        ("::1", "'::1' has no port | write [::1]:PORT"),
        (
            "fe80::1:80",
            "'fe80::1:80' is an IPv6 address without brackets | write [fe80::1]:80 or "
                + "[fe80::1:80]:PORT"
        ),
        (
            "1:2:3:4:5:6:7:8:80",
            "'1:2:3:4:5:6:7:8:80' is an IPv6 address without brackets | write [1:2:3:4:5:6:7:8]:80"
        ),
        (
            "a:b:80",
            "'a:b:80' has more than one colon | write ADDRESS:PORT, such as 10.0.0.1:80 or "
                + "[2001:db8::1]:80"
        ),
        ("[::1]", "'[::1]' has no port | write [::1]:PORT"),
        (
            "[::1",
            "'[::1' has no closing bracket | write ADDRESS:PORT, such as 10.0.0.1:80 or "
                + "[2001:db8::1]:80"
        ),
        (
            "[::1]80",
            "'[::1]80' has something other than a port after the bracket | write [::1]:PORT"
        ),
        (
            "[fe80::1%eth0]:80",
            "'[fe80::1%eth0]:80' has a zone, and zones of IPv6 addresses are not supported | "
                + "use an address that is not link-local"
        ),
        (
            "[::ffff:10.0.0.1]:80",
            "'[::ffff:10.0.0.1]:80' is an IPv4 address in IPv6 clothes | write 10.0.0.1:80"
        ),
        (
            "unix:run/a.sock",
            "'run/a.sock' is not the absolute path of a socket | write a path from the root, such "
                + "as /run/app.sock"
        ),
        (
            "unix:/run/",
            "'/run/' is not the absolute path of a socket | write a path from the root, such as "
                + "/run/app.sock"
        ),
        (
            "/" + String(repeating: "x", count: 107),
            "the path is 108 bytes long, and a Unix socket's path has at most 107"
        ),
    ]

    @Test(arguments: refused)
    func aBadAddressIsRefusedWithWhatIsRight(_ text: String, _ message: String) {
        for result in [bind(text), backend(text)] {
            #expect(result.configuration == nil)
            let start = report(result).first.map { $0[($0.ranges(of: "error: ")[0].upperBound)...] }
            #expect(start.map(String.init) == message)
        }
    }

    @Test(arguments: [
        "", ":", ":::", "1:::2", "::1::", ":1", "1:", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::", "g::", "::1.2.3", "::1.2.3.4.5",
        "::01.2.3.4",
        "1.2.3.4::", "::1.2.3.4:1", "1:2:3:4:5:6:7:1.2.3.4", "-1::", "+1::", " ::1", "::1 ", "1",
        "10.0.0.1",
    ])
    func aBadIPv6LiteralIsRefused(_ text: String) {
        #expect(
            report(bind("[\(text)]:80")).first?.hasSuffix(
                "error: '\(text)' is not an IPv6 address | IPv6 addresses look like 2001:db8::1")
                == true)
    }

    @Test(arguments: [
        "-host:80", "host-:80", "a..b:80", ".a:80", "a b:80", "ho$t:80", "höst:80",
        String(repeating: "a", count: 64) + ":80",
        String(repeating: "a.", count: 127) + "a:80",
    ])
    func aBadHostNameIsRefused(_ text: String) {
        #expect(
            report(backend(text)).first?.contains("is neither an address nor a host name") == true)
    }

    @Test func aListenerIsNotBoundToAName() {
        #expect(
            report(bind("localhost:80")) == [
                "1:25+14 error: 'localhost:80' is a name, and a listener is bound to an address | "
                    + "write 127.0.0.1:80 or [::1]:80"
            ])
        #expect(
            report(bind("web.example:80")) == [
                "1:25+16 error: 'web.example:80' is a name, and a listener is bound to an address "
                    + "| "
                    + "write an address of this machine, or 0.0.0.0:80 or [::]:80"
            ])
    }

    @Test(arguments: ["0.0.0.0:80", "[::]:80"])
    func aBackendIsNotAtAllAddresses(_ text: String) {
        #expect(
            report(backend(text)).first?.hasSuffix(
                "'\(text)' stands for all addresses, and a backend has one | "
                    + "for this machine write 127.0.0.1 or [::1]") == true)
    }

    @Test(arguments: [
        ("10.0.0.1", SourceAddress.ipv4(0x0a00_0001)),
        ("2001:db8::1", .ipv6(IPv6Address(high: 0x2001_0db8 << 32, low: 1))),
    ])
    func connectionsComeFromASourceAddress(_ text: String, _ address: SourceAddress) {
        let result = upstream("{ backends: ['a:1'], connect: { source: '\(text)' } }")
        #expect(result.configuration?.upstreams.first?.connect.source == address)
        #expect(address.description == text)
    }

    @Test(arguments: ["10.0.0.1:80", "[::1]", "localhost", "10.0.0"])
    func aSourceIsAnAddressWithoutAPort(_ text: String) {
        let found = report(upstream("{ backends: ['a:1'], connect: { source: '\(text)' } }"))
        #expect(found.first?.contains("'\(text)' is not an IPv4 or IPv6 address") == true)
    }

    @Test(arguments: ["127.0.0.1:0", "[::1]:0", "web.example:0"])
    func aBackendHasAPort(_ text: String) {
        #expect(
            report(backend(text)).first?.hasSuffix("'0' is not a port | ports are 1 to 65535")
                == true)
    }

    @Test func aPathWithAControlCharacterIsRefused() {
        let text =
            "listeners: { l: { bind: \"/run/a\\0b\", upstream: u } }\nupstreams: { u: { backends: "
            + "['h:1'] } }"
        #expect(report(text) == ["1:25+11 error: '/run/a\\u{0}b' holds a control character"])
    }
}
