// What is said of the keys of where backends come from, and of what they can take: exact places and
// words.

import Config
import Testing

@Suite struct UpstreamKeyTests {
    /// Where backends come from.
    static let sources: [(String, [String])] = [
        (
            "{ backends: ['a:1'], dns: { name: h, port: 1 } }",
            [
                "3:26+3 error: 'backends' and 'dns' exclude each other in upstream 'u' | keep "
                    + "one of backends, dns, file"
            ]
        ),
        (
            "{ file: f, dns: { name: h, port: 1 }, backends: ['a:1'] }",
            [
                "3:16+3 error: 'file' and 'dns' exclude each other in upstream 'u' | keep one "
                    + "of backends, dns, file",
                "3:43+8 error: 'file' and 'backends' exclude each other in upstream 'u' | keep "
                    + "one of backends, dns, file",
            ]
        ),
        (
            "{ backend: ['a:1'] }",
            [
                "3:2+1 error: upstream 'u' lacks one of the keys backends, dns, file | add "
                    + "backends: [\"10.0.0.1:6379\", \"10.0.0.2:6379\"]",
                "3:7+7 error: unknown key 'backend' in upstream 'u' | did you mean 'backends'?",
            ]
        ),
        (
            "{ file: '' }",
            [
                "3:13+2 error: the path is empty"
            ]
        ),
        (
            "{ file: /etc/ }",
            [
                "3:13+5 error: '/etc/' is not the path of a file | write one such as "
                    + "/etc/sluice/cache.backends or cache.backends"
            ]
        ),
        (
            "{ file: [a] }",
            [
                "3:13+1 error: expected the path of a file, found a list"
            ]
        ),
        (
            "{ file: \"a\\tb\" }",
            [
                "3:13+6 error: 'a\\tb' is not the path of a file | write one such as "
                    + "/etc/sluice/cache.backends or cache.backends"
            ]
        ),
        (
            "{ dns: { port: 1 } }",
            [
                "3:7+3 error: 'dns' of upstream 'u' lacks the key 'name' | add name: cache.example"
            ]
        ),
        (
            "{ dns: cache.example }",
            [
                "3:12+13 error: expected a mapping in 'dns' of upstream 'u', found 'cache.example'"
            ]
        ),
        (
            "{ dns: { name: 10.0.0.1, port: 1 } }",
            [
                "3:20+8 error: '10.0.0.1' is an address, and there is nothing to look up | list "
                    + "it under 'backends'"
            ]
        ),
        (
            "{ dns: { name: '::1', port: 1 } }",
            [
                "3:20+5 error: '::1' is an address, and there is nothing to look up | list it "
                    + "under 'backends'"
            ]
        ),
        (
            "{ dns: { name: 'h:6379' } }",
            [
                "3:20+8 error: 'h:6379' has a port, and a name has none | write name: h, and "
                    + "the port as 'port'"
            ]
        ),
        (
            "{ dns: { name: 'a b', port: 1 } }",
            [
                "3:20+5 error: 'a b' is not a host name | write one such as cache.example or "
                    + "_redis._tcp.example"
            ]
        ),
        (
            "{ dns: { name: h } }",
            [
                "3:7+3 error: 'dns' of upstream 'u' lacks the key 'port', and records of type "
                    + "'a' hold none | add port: 6379, or write type: srv"
            ]
        ),
        (
            "{ dns: { name: h, type: aaaa } }",
            [
                "3:7+3 error: 'dns' of upstream 'u' lacks the key 'port', and records of type "
                    + "'aaaa' hold none | add port: 6379, or write type: srv"
            ]
        ),
        (
            "{ dns: { name: h, type: srv, port: 1 } }",
            [
                "3:34+4 error: 'port' is for types 'a' and 'aaaa'; records of type 'srv' have "
                    + "ports of their own | remove it"
            ]
        ),
        (
            "{ dns: { name: h, type: SRV } }",
            [
                "3:29+3 error: expected one of a, aaaa, srv, found 'SRV' | did you mean 'srv'?"
            ]
        ),
        (
            "{ dns: { name: h, port: 0 } }",
            [
                "3:29+1 error: '0' is out of range: expected an integer from 1 to 65535"
            ]
        ),
        (
            "{ dns: { name: h, port: 1, max_connections: 0 } }",
            [
                "3:49+1 error: '0' is out of range: expected an integer from 1 to 1000000"
            ]
        ),
        (
            "{ backends: [{ address: 'a:1', backup: true, priority: 1 }, 'b:1'] }",
            [
                "3:50+8 error: 'backup' and 'priority' exclude each other in backend 1 of "
                    + "upstream 'u' | keep 'priority'; a backup has priority 1"
            ]
        ),
        (
            "{ backends: [{ address: 'a:1', priority: 8 }] }",
            [
                "3:46+1 error: '8' is out of range: expected an integer from 0 to 7"
            ]
        ),
        (
            "{ backends: [{ address: 'a:1', max_connections: 1000001 }] }",
            [
                "3:53+7 error: '1000001' is out of range: expected an integer from 1 to 1000000"
            ]
        ),
        (
            "{ backends: [{ address: 'a:1', backup: true }, { address: 'b:1', priority: 2 }] }",
            [
                "3:7+8 warning: no backend has priority 0 in upstream 'u', so the next rank is "
                    + "always in use | leave out 'backup' or 'priority' of the first to use"
            ]
        ),
    ]

    /// What bounds sessions with backends that are full or far.
    static let limits: [(String, [String])] = [
        (
            "{ backends: ['a:1'], queue: 5 }",
            [
                "3:33+1 error: expected a mapping, or off, found '5'"
            ]
        ),
        (
            "{ backends: ['a:1'], queue: { size: 0 } }",
            [
                "3:41+1 error: '0' is out of range: expected an integer from 1 to 1000000"
            ]
        ),
        (
            "{ backends: ['a:1'], queue: { size: 1024 } }",
            [
                "3:26+5 warning: 'queue' changes nothing: no backend has max_connections in "
                    + "upstream 'u' | remove it, or give backends max_connections"
            ]
        ),
        ("{ backends: ['a:1'], queue: off }", []),
        (
            "{ backends: ['a:1'], queue: { timeout: 9ms } }",
            [
                "3:44+3 error: '9ms' is out of range: expected a duration from 10ms to 10m"
            ]
        ),
        (
            "{ backends: [{ address: 'a:1', max_connections: 1 }, 'b:1'], queue: { size: 1 } }", []
        ),
        ("{ file: f, queue: { size: 1 } }", []),
        (
            "{ dns: { name: h, port: 1 }, queue: { size: 1 } }",
            [
                "3:34+5 warning: 'queue' changes nothing: no backend has max_connections in "
                    + "upstream 'u' | remove it, or give backends max_connections"
            ]
        ),
        ("{ dns: { name: h, port: 1, max_connections: 2 }, queue: { size: 1 } }", []),
        (
            "{ backends: ['a:1'], connect: { retry_budget: 0 } }",
            [
                "3:51+1 error: expected a mapping, or off, found '0' | write off"
            ]
        ),
        (
            "{ backends: ['a:1'], connect: { retry_budget: { percent: 101, per_second: 10001 } } }",
            [
                "3:62+3 error: '101' is out of range: expected a percentage from 0 to 100",
                "3:79+5 error: '10001' is out of range: expected an integer from 0 to 10000",
            ]
        ),
        (
            "{ backends: ['a:1'], connect: { retries: 0, retry_budget: { percent: 5 } } }",
            [
                "3:49+12 warning: 'retry_budget' changes nothing: there are no retries in "
                    + "'connect' of upstream 'u' | remove it, or write retries: 1 or more"
            ]
        ),
        ("{ backends: ['a:1'], connect: { retries: 0, retry_budget: off } }", []),
        (
            "{ backends: ['a:1'], connect: { retry_budget: { percent: 0, per_second: 0 } } }",
            [
                "3:53+7 warning: a budget of nothing allows no retry in 'retry_budget' of "
                    + "'connect' of upstream 'u' | to have none, write retries: 0"
            ]
        ),
        (
            "{ backends: ['a:1'], pool: {} }",
            [
                "3:26+4 error: 'pool' of upstream 'u' lacks the key 'warm' | add warm: 4"
            ]
        ),
        (
            "{ backends: ['a:1'], pool: 4 }",
            [
                "3:32+1 error: expected a mapping, or off, found '4'"
            ]
        ),
        (
            "{ backends: ['a:1'], pool: { warm: 0 } }",
            [
                "3:40+1 error: '0' is out of range: expected an integer from 1 to 1000"
            ]
        ),
        (
            "{ backends: ['a:1'], pool: { warm: 1001 } }",
            [
                "3:40+4 error: '1001' is out of range: expected an integer from 1 to 1000"
            ]
        ),
        (
            "{ backends: ['a:1'], pool: { warm: 1, max_idle: 2h } }",
            [
                "3:53+2 error: 'max_idle' of 2h is longer than 'max_age' of 1h in 'pool' of "
                    + "upstream 'u' | write max_idle: 1h or less"
            ]
        ),
        (
            "{ backends: ['a:1'], pool: { warm: 1, max_age: 10s } }",
            [
                "3:52+3 error: 'max_idle' of 30s is longer than 'max_age' of 10s in 'pool' of "
                    + "upstream 'u' | write max_idle: 10s or less"
            ]
        ),
        (
            "{ backends: ['a:1'], pool: { warm: 1, max_idle: 99ms, max_age: 31d } }",
            [
                "3:53+4 error: '99ms' is out of range: expected a duration from 100ms to 1d",
                "3:68+3 error: '31d' is out of range: expected a duration from 100ms to 30d",
            ]
        ),
    ]

    @Test(arguments: sources + limits)
    func aWrongKeyIsExplained(_ value: String, _ expected: [String]) {
        let result = parse(upstream: value)
        #expect(report(result) == expected)
        #expect((result.configuration == nil) == expected.contains { $0.contains(" error: ") })
    }
}
