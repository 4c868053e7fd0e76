// What is said of a key or a value that is not right: exact places and words.

import Config
import Testing

@Suite struct KeyTests {
    /// The report of `small` with a line added at the top level.
    static let topLevel: [(String, [String])] = [
        (
            "worker: 1",
            ["8:1+6 error: unknown key 'worker' at the top level | did you mean 'workers'?"]
        ),
        (
            "Max-Connections: 1",
            [
                "8:1+15 error: unknown key 'Max-Connections' at the top level | did you mean "
                    + "'max_connections'?"
            ]
        ),
        (
            "drian_timeout: 1s",
            [
                "8:1+13 error: unknown key 'drian_timeout' at the top level | did you mean "
                    + "'drain_timeout'?"
            ]
        ),
        (
            "servers: 1",
            [
                "8:1+7 error: unknown key 'servers' at the top level | the keys here are workers, "
                    + "max_connections, drain_timeout, admin, log, resolver, listeners, upstreams"
            ]
        ),
        (
            "<<: 1",
            [
                "8:1+2 error: unknown key '<<' at the top level | the keys here are workers, "
                    + "max_connections, drain_timeout, admin, log, resolver, listeners, upstreams"
            ]
        ),
        (
            "workers: 1\nworkers: 2",
            ["9:1+7 error: key 'workers' is there twice at the top level, first on line 8"]
        ),
        ("workers: 0", ["8:10+1 error: '0' is out of range: expected an integer from 1 to 1024"]),
        (
            "workers: 1025",
            ["8:10+4 error: '1025' is out of range: expected an integer from 1 to 1024"]
        ),
        ("workers: -1", ["8:10+2 error: '-1' is out of range: expected an integer from 1 to 1024"]),
        (
            "workers: 99999999999999999999",
            [
                "8:10+20 error: '99999999999999999999' is out of range: expected an integer from "
                    + "1 to 1024"
            ]
        ),
        ("workers: 010", ["8:10+3 error: expected an integer from 1 to 1024, found '010'"]),
        ("workers: +1", ["8:10+2 error: expected an integer from 1 to 1024, found '+1'"]),
        ("workers: 0x10", ["8:10+4 error: expected an integer from 1 to 1024, found '0x10'"]),
        ("workers: 1_0", ["8:10+3 error: expected an integer from 1 to 1024, found '1_0'"]),
        ("workers: 1.0", ["8:10+3 error: expected an integer from 1 to 1024, found '1.0'"]),
        ("workers: ٣", ["8:10+1 error: expected an integer from 1 to 1024, found '٣'"]),
        ("workers: auto", ["8:10+4 error: expected an integer from 1 to 1024, found 'auto'"]),
        (
            "workers: \"4\"",
            [
                "8:10+3 error: expected an integer from 1 to 1024, found text in quotes | remove "
                    + "the quotes"
            ]
        ),
        ("workers:", ["8:9+1 error: expected an integer from 1 to 1024, found nothing"]),
        ("workers: ~", ["8:10+1 error: expected an integer from 1 to 1024, found nothing"]),
        ("workers: [1]", ["8:10+1 error: expected an integer from 1 to 1024, found a list"]),
        (
            "workers: { a: 1 }",
            ["8:10+1 error: expected an integer from 1 to 1024, found a mapping"]
        ),
        (
            "admin: /run/a.sock",
            ["8:8+11 error: expected a mapping in 'admin', found '/run/a.sock'"]
        ),
        ("admin:", ["8:7+1 error: expected a mapping in 'admin', found nothing"]),
        (
            "admin: { sokcet: /a }",
            ["8:10+6 error: unknown key 'sokcet' in 'admin' | did you mean 'socket'?"]
        ),
        (
            "admin: { socket: a }",
            [
                "8:18+1 error: 'a' is not the absolute path of a socket | write a path from the "
                    + "root, such as /run/app.sock"
            ]
        ),
        ("admin: { mode: 600 }", []),
        (
            "admin: { mode: 0680 }",
            [
                "8:16+4 error: '0680' is not a file mode | write three octal digits after a zero: "
                    + "\"0600\", \"0660\""
            ]
        ),
        (
            "admin: { mode: 1777 }",
            [
                "8:16+4 error: '1777' is not a file mode | write three octal digits after a zero: "
                    + "\"0600\", \"0660\""
            ]
        ),
        (
            "admin: { mode: rw }",
            [
                "8:16+2 error: 'rw' is not a file mode | write three octal digits after a zero: "
                    + "\"0600\", \"0660\""
            ]
        ),
        (
            "log: { level: warn }",
            ["8:15+4 error: expected one of debug, info, warning, error, found 'warn'"]
        ),
        (
            "log: { level: Info }",
            [
                "8:15+4 error: expected one of debug, info, warning, error, found 'Info' | did "
                    + "you mean 'info'?"
            ]
        ),
        (
            "log: { format: jsno }",
            ["8:16+4 error: expected one of text, json, found 'jsno' | did you mean 'json'?"]
        ),
        (
            "log: { file: sluice.log }",
            [
                "8:14+10 error: 'sluice.log' is not the absolute path of a file | write a path "
                    + "from the root, such as /var/log/sluice/sluice.log"
            ]
        ),
    ]

    @Test(arguments: topLevel)
    func aWrongKeyOfTheFileIsExplained(_ line: String, _ expected: [String]) {
        let result = parse(small + line + "\n")
        #expect(report(result) == expected)
        #expect((result.configuration == nil) == !expected.isEmpty)
    }

    @Test(arguments: [
        ("0s", Duration.zero), ("1ms", .milliseconds(1)), ("1500ms", .milliseconds(1500)),
        ("90s", .seconds(90)), ("5m", .seconds(300)), ("1h", .seconds(3600)),
        ("1d", .seconds(86_400)),
        ("\"2s\"", .seconds(2)), ("007s", .seconds(7)),
    ])
    func aDurationHasAUnit(_ text: String, _ duration: Duration) {
        #expect(parse(small + "drain_timeout: \(text)\n").configuration?.drainTimeout == duration)
    }

    static let form = "write a number and a unit: 500ms, 2s, 5m, 1h or 1d"

    @Test(arguments: [
        ("5", "'5' has no unit | write 5s, 5ms, 5m, 5h or 5d"),
        ("0", "'0' has no unit | write 0s, 0ms, 0m, 0h or 0d"),
        ("5sec", "'5sec' has no unit that is known here | write 5s"),
        ("5 s", "'5 s' has no unit that is known here | write 5s"),
        ("5 minutes", "'5 minutes' has no unit that is known here | write 5m"),
        ("5S", "'5S' has no unit that is known here | write 5s"),
        ("1.5s", "'1.5s' is not one whole number with one unit | write 1500ms"),
        ("1m30s", "'1m30s' is not one whole number with one unit | write 90s"),
        ("1h30m", "'1h30m' is not one whole number with one unit | write 90m"),
        ("5us", "'5us' is not a duration | \(form)"),
        ("-5s", "'-5s' is not a duration | \(form)"),
        ("soon", "'soon' is not a duration | \(form)"),
        ("s", "'s' is not a duration | \(form)"),
        ("5MiB", "'5MiB' is not a duration | \(form)"),
        ("٥s", "'٥s' is not a duration | \(form)"),
        ("25h", "'25h' is out of range: expected a duration from 0s to 1d"),
        ("99999999999d", "'99999999999d' is out of range: expected a duration from 0s to 1d"),
        ("9223372036854775807s", "'9223372036854775807s' is too long for a duration"),
        ("99999999999999999999s", "'99999999999999999999s' is too long for a duration"),
        ("off", "expected a duration from 0s to 1d, found 'off'"),
    ])
    func aWrongDurationIsExplained(_ text: String, _ message: String) {
        #expect(
            report(small + "drain_timeout: \(text)\n")
                == ["8:16+\(text.unicodeScalars.count) error: \(message)"])
    }

    /// Lines added to the listener of a file, and what is said of them.
    static let listener: [(String, [String])] = [
        (
            "upstream: u",
            ["4:3+8 error: key 'upstream' is there twice in listener 'l', first on line 3"]
        ),
        ("protocol: udp", ["4:13+3 error: expected one of tcp, http, found 'udp'"]),
        (
            "protocol: TCP",
            ["4:13+3 error: expected one of tcp, http, found 'TCP' | did you mean 'tcp'?"]
        ),
        ("ipv6_only: yes", ["4:14+3 error: expected true or false, found 'yes' | write true"]),
        ("ipv6_only: off", ["4:14+3 error: expected true or false, found 'off' | write false"]),
        (
            "ipv6_only: \"true\"",
            ["4:14+6 error: expected true or false, found text in quotes | remove the quotes"]
        ),
        ("ipv6_only: maybe", ["4:14+5 error: expected true or false, found 'maybe'"]),
        (
            "ipv6_only: true",
            [
                "4:3+9 warning: 'ipv6_only' changes nothing: no IPv6 address is bound in listener "
                    + "'l' | remove it"
            ]
        ),
        (
            "mode: 0600",
            [
                "4:3+4 error: 'mode' is for Unix sockets, and none is bound in listener 'l' | "
                    + "remove it"
            ]
        ),
        (
            "owner: a b\n  group: g",
            [
                "4:3+5 error: 'owner' is for Unix sockets, and none is bound in listener 'l' | "
                    + "remove it",
                "4:10+3 error: 'a b' is not a name | use 1 to 64 letters, digits, '_', '.' and '-'",
                "5:3+5 error: 'group' is for Unix sockets, and none is bound in listener 'l' | "
                    + "remove it",
            ]
        ),
        ("tcp: { keepalive: true }", ["4:21+4 error: expected a mapping, or false, found 'true'"]),
        (
            "tcp: { keepalive: off }",
            ["4:21+3 error: expected a mapping, or false, found 'off' | write false"]
        ),
        (
            "tcp: { keepalive: \"false\" }",
            ["4:21+7 error: expected a mapping, or false, found 'false'"]
        ),
        (
            "tcp: { keepalive: { idel: 1s } }",
            [
                "4:23+4 error: unknown key 'idel' in 'keepalive' of 'tcp' of listener 'l' | did "
                    + "you mean 'idle'?"
            ]
        ),
        (
            "tcp: { keepalive: { idle: 1500ms } }",
            [
                "4:29+6 error: '1500ms' is out of range: expected a duration from 1s to 32767s in "
                    + "whole seconds"
            ]
        ),
        (
            "tcp: { fast_open: false }",
            ["4:21+5 error: expected an integer from 1 to 65535, or off, found 'false' | write off"]
        ),
        (
            "timeouts: { idle: never }",
            [
                "4:21+5 error: expected a duration from 10ms to 30d, or off, found 'never' | "
                    + "write off"
            ]
        ),
        (
            "timeouts: { idle: 0 }",
            ["4:21+1 error: expected a duration from 10ms to 30d, or off, found '0' | write off"]
        ),
        (
            "timeouts: { idle: 0s }",
            ["4:21+2 error: '0s' is out of range: expected a duration from 10ms to 30d"]
        ),
        (
            "timeouts: { lifetime: [] }",
            ["4:25+1 error: expected a duration from 10ms to 365d, found a list"]
        ),
    ]

    @Test(arguments: listener)
    func aWrongKeyOfAListenerIsExplained(_ lines: String, _ expected: [String]) {
        #expect(report(Self.file(listener: lines)) == expected)
    }

    static func file(listener lines: String) -> String {
        """
        listeners:
         l:
          upstream: u
          \(lines)
          bind: "127.0.0.1:80"
        upstreams:
         u: { backends: ["10.0.0.1:80"] }

        """
    }

    /// The value of an upstream, and what is said of it.
    static let upstream: [(String, [String])] = [
        (
            "{}",
            [
                "3:2+1 error: upstream 'u' lacks one of the keys backends, dns, file | add "
                    + "backends: [\"10.0.0.1:6379\", \"10.0.0.2:6379\"]"
            ]
        ),
        ("", ["3:4+1 error: expected a mapping in upstream 'u', found nothing"]),
        (
            "{ backends: [] }",
            ["3:17+1 error: the list is empty, and needs at least one backend in upstream 'u'"]
        ),
        (
            "{ backends: 'a:1' }",
            [
                "3:17+5 error: expected a list, each element an address or a host name with a "
                    + "port, or the path of a Unix socket, or a mapping, found 'a:1'"
            ]
        ),
        (
            "{ backends: [[]] }",
            ["3:18+1 error: expected a mapping in backend 1 of upstream 'u', found a list"]
        ),
        ("{ backends: [''] }", ["3:18+2 error: the address is empty"]),
        (
            "{ backends: [~] }",
            [
                "3:18+1 error: expected an address or a host name with a port, or the path of a "
                    + "Unix socket, found nothing"
            ]
        ),
        (
            "{ backends: ['a:1', 'A:1'] }",
            ["3:25+5 error: backend 'a:1' is there twice in upstream 'u', first on line 3"]
        ),
        (
            "{ backends: ['a:1', { address: 'b:1', name: n }, { address: 'c:1', name: n }] }",
            ["3:54+1 error: backend 'n' is there twice in upstream 'u', first on line 3"]
        ),
        (
            "{ backends: [{ name: n }] }",
            [
                "3:18+1 error: backend 1 of upstream 'u' lacks the key 'address' | add address: "
                    + "\"10.0.0.1:6379\""
            ]
        ),
        (
            "{ backends: [{ address: 'a:1', weigth: 2 }] }",
            [
                "3:36+6 error: unknown key 'weigth' in backend 1 of upstream 'u' | did you mean "
                    + "'weight'?"
            ]
        ),
        (
            "{ backends: [{ address: 'a:1', weight: 1001 }] }",
            ["3:44+4 error: '1001' is out of range: expected an integer from 0 to 1000"]
        ),
        (
            "{ backends: [{ address: 'a:1', name: 'x y' }] }",
            ["3:42+5 error: 'x y' is not a name | use 1 to 64 letters, digits, '_', '.' and '-'"]
        ),
        (
            "{ backends: [{ address: 'a:1', weight: 0 }] }",
            [
                "3:7+8 warning: all backends have weight 0 in upstream 'u', so none gets a "
                    + "session | give one a weight of 1 or more"
            ]
        ),
        (
            "{ backends: ['a:1'], balance: maglve }",
            [
                "3:35+6 error: expected one of random-two, least-connections, round-robin, "
                    + "random, maglev, ring, found 'maglve' | did you mean 'maglev'?"
            ]
        ),
        (
            "{ backends: ['a:1'], balance: round_robin }",
            [
                "3:35+11 error: expected one of random-two, least-connections, round-robin, "
                    + "random, maglev, ring, found 'round_robin' | did you mean 'round-robin'?"
            ]
        ),
        (
            "{ backends: ['a:1'], balance: [] }",
            ["3:35+1 error: expected a mapping in 'balance' of upstream 'u', found a list"]
        ),
        (
            "{ backends: ['a:1'], balance: { key: source-ip } }",
            [
                "3:37+3 warning: 'key' changes nothing: 'random-two' does not hash | remove it, "
                    + "or hash with 'maglev' and 'ring'"
            ]
        ),
        (
            "{ backends: ['a:1'], balance: { algorithm: ring, table_size: 4099 } }",
            ["3:54+10 error: 'table_size' is for 'maglev', not for 'ring' | remove it"]
        ),
        (
            "{ backends: ['a:1'], balance: { algorithm: maglev, table_size: 4098 } }",
            ["3:68+4 error: the table size 4098 is not a prime | write 4099"]
        ),
        ("{ backends: ['a:1'], balance: { algorithm: maglev, table_size: 5000011 } }", []),
        (
            "{ backends: ['a:1'], balance: { algorithm: random, bounded_load: 1.5 } }",
            [
                "3:56+12 error: 'bounded_load' is for 'maglev' and 'ring', not for 'random' | "
                    + "remove it"
            ]
        ),
        ("{ backends: ['a:1'], balance: { algorithm: random, bounded_load: off } }", []),
        (
            "{ backends: ['a:1'], balance: { algorithm: ring, bounded_load: 0.9 } }",
            ["3:68+3 error: '0.9' is out of range: expected a number from 1 to 100"]
        ),
        (
            "{ backends: ['a:1'], balance: { algorithm: ring, bounded_load: 1. } }",
            ["3:68+2 error: expected a number from 1 to 100, found '1.'"]
        ),
        (
            "{ backends: ['a:1'], balance: { algorithm: ring, bounded_load: 1e1 } }",
            ["3:68+3 error: expected a number from 1 to 100, found '1e1'"]
        ),
        (
            "{ backends: ['a:1'], balance: { algorithm: hash, table_size: 5 } }",
            [
                "3:48+4 error: expected one of random-two, least-connections, round-robin, "
                    + "random, maglev, ring, found 'hash'",
                "3:66+1 error: '5' is out of range: expected an integer from 101 to 5000011",
            ]
        ),
        (
            "{ backends: ['a:1'], connect: { timeout: 1ms, retries: 17 } }",
            [
                "3:46+3 error: '1ms' is out of range: expected a duration from 10ms to 10m",
                "3:60+2 error: '17' is out of range: expected an integer from 0 to 7",
            ]
        ),
    ]

    @Test(arguments: upstream)
    func aWrongKeyOfAnUpstreamIsExplained(_ value: String, _ expected: [String]) {
        let text =
            "listeners: { l: { bind: '127.0.0.1:80', upstream: u } }\nupstreams:\n u: \(value)\n"
        #expect(report(text) == expected)
    }

    @Test func maglevNeedsAnEntryABackend() {
        let backends = (0..<102).map { "\"b\($0):80\"" }.joined(separator: ", ")
        let text = small.replacing("\"10.0.0.1:80\"", with: backends)
        #expect(
            report(text + "    balance: { algorithm: maglev, table_size: 101 }\n") == [
                "8:47+3 error: 102 backends do not fit a table of 101 entries in upstream 'site' | "
                    + "write table_size: 10211"
            ])
    }

    @Test(arguments: ["a b", "", "a/b", "a:b", "é", "a\\\"", String(repeating: "a", count: 65)])
    func aNameThatIsNoLabelIsRefused(_ name: String) {
        let text = small.replacing("web:", with: "\"\(name)\":")
        let result = report(text)
        #expect(result.count == 1 && result[0].contains("is not a name | use 1 to 64 letters"))
    }

    @Test func allProblemsOfAFileAreReportedAtOnce() {
        let text = """
            workers: many
            listeners:
              web: { bind: localhost:80, upstream: sit, timeouts: { idle: 5 } }
              wbe: { }
            upstreams:
              site: { backends: ["10.0.0.1"], balence: random }
            """
        #expect(
            report(text) == [
                "1:10+4 error: expected an integer from 1 to 1024, found 'many'",
                "3:16+12 error: 'localhost:80' is a name, and a listener is bound to an address | "
                    + "write 127.0.0.1:80 or [::1]:80",
                "3:40+3 error: there is no upstream 'sit' | did you mean 'site'?",
                "3:63+1 error: '5' has no unit | write 5s, 5ms, 5m, 5h or 5d",
                "4:3+3 error: listener 'wbe' lacks the key 'bind' | add bind: \"0.0.0.0:80\"",
                "4:3+3 error: listener 'wbe' lacks the key 'upstream' | add upstream: site",
                "6:22+10 error: '10.0.0.1' has no port | write 10.0.0.1:PORT",
                "6:35+7 error: unknown key 'balence' in upstream 'site' | did you mean 'balance'?",
            ])
    }
}
