// What is said of the keys of an upstream that are for HTTP, where they are not right: exact places and words.

import Config
import Testing

@Suite struct UpstreamHTTPKeyTests {
    /// What an upstream of an HTTP listener has.
    static let upstreams: [(String, [String])] = [
        (
            "http: { timeouts: { first_byte: off, idle: 1 } }",
            [
                "3:33+3 error: expected a duration from 10ms to 1d, found 'off'",
                "3:44+1 error: '1' has no unit | write 1s, 1ms, 1m, 1h or 1d",
            ]
        ),
        (
            "http: { retry: { statuses: [200, 502, 502], first_byte_timeout: on } }",
            [
                "3:29+3 error: '200' is out of range: expected an integer from 400 to 599",
                "3:39+3 error: status '502' is there twice in 'retry' of 'http' of upstream "
                    + "'u', first on line 3",
                "3:65+2 error: expected true or false, found 'on' | write true",
            ]
        ),
        (
            "http: { keep_alive: { max_idle: 0, idle: 2h } }",
            [
                "3:33+1 error: '0' is out of range: expected an integer from 1 to 100000"
            ]
        ),
        (
            "http: { keep_alive: { idle: 2h } }",
            [
                "3:29+2 error: 'idle' of 2h is longer than 'max_age' of 1h in 'keep_alive' "
                    + "of 'http' of upstream 'u' | write idle: 1h or less"
            ]
        ),
        (
            "http: { keep_alive: { max_age: 10s } }",
            [
                "3:32+3 error: 'idle' of 30s is longer than 'max_age' of 10s in 'keep_alive' "
                    + "of 'http' of upstream 'u' | write idle: 10s or less"
            ]
        ),
        (
            "http: { keep_alive: false }",
            [
                "3:21+5 error: expected a mapping, or off, found 'false' | write off"
            ]
        ),
        (
            "http: { retry: { statuses: 503 } }, connect: { retries: 0, retry_budget: off }",
            [
                "3:9+5 warning: 'retry' changes nothing: there are no retries in upstream "
                    + "'u' | remove it, or write connect: { retries: 1 } or more"
            ]
        ),
        (
            "affinity: {}",
            [
                "3:1+8 warning: without 'secret' every restart sends clients to other "
                    + "backends in 'affinity' of upstream 'u' | add secret: with 16 bytes or "
                    + "more, the same on every node"
            ]
        ),
        ("affinity: SLUICE", ["3:11+6 error: expected a mapping, or off, found 'SLUICE'"]),
        (
            "affinity: { cookie: 'a b', secret: short, path: a, secure: 1, same_site: None, "
                + "max_age: 1500ms }",
            [
                "3:21+5 error: 'a b' is not the name of a cookie | use letters, digits and "
                    + "'-', such as session-id",
                "3:36+5 error: the secret has 5 bytes, and needs at least 16 | make one "
                    + "with: openssl rand -base64 24",
                "3:49+1 error: 'a' is not a path | write one that begins with '/', such as "
                    + "/v1",
                "3:60+1 error: expected true or false, found '1' | write true",
                "3:74+4 error: expected one of lax, strict, none, found 'None' | did you "
                    + "mean 'none'?",
                "3:89+6 error: '1500ms' is out of range: expected a duration from 1s to 400d "
                    + "in whole seconds",
            ]
        ),
        (
            "affinity: { secret: '0123456789abcdef', same_site: none }",
            [
                "3:41+9 error: browsers drop a cookie with 'same_site: none' that is not "
                    + "'secure' in 'affinity' of upstream 'u' | add secure: true"
            ]
        ),
        (
            "affinity: { secret: '0123456789abcdef', cookie: __Host-a }",
            [
                "3:49+8 error: browsers drop a cookie of that name that is not 'secure' with "
                    + "the path '/' in 'affinity' of upstream 'u' | add secure: true, or choose "
                    + "another name"
            ]
        ),
        (
            "affinity: { secret: '0123456789abcdef', cookie: __Host-a, secure: true, path: "
                + "/a }",
            [
                "3:49+8 error: browsers drop a cookie of that name that is not 'secure' with "
                    + "the path '/' in 'affinity' of upstream 'u' | add secure: true, or choose "
                    + "another name"
            ]
        ),
        (
            "affinity: { secret: '0123456789abcdef', path: '/a;b' }",
            [
                "3:47+6 error: '/a;b' holds a ';', which ends a cookie's path"
            ]
        ),
        (
            "affinity: { secret: '0123456789abcdef', path: '/"
                + String(repeating: "a", count: 1024) + "' }",
            [
                "3:47+1027 error: the path is longer than 1024 bytes"
            ]
        ),
        (
            "affinity: { secret: '0123456789abcdef', path: '/"
                + String(repeating: "a", count: 1023) + "' }", []
        ),
        ("balance: { algorithm: maglev, key: 'header:X-User' }", []),
        (
            "balance: { algorithm: maglev, key: header }",
            [
                "3:36+6 error: 'header' lacks a name | write one behind a colon, such as "
                    + "header:user"
            ]
        ),
        (
            "balance: { algorithm: maglev, key: 'header:' }",
            [
                "3:36+9 error: the name of the header field is empty"
            ]
        ),
        (
            "balance: { algorithm: maglev, key: 'headr:a' }",
            [
                "3:36+9 error: expected one of source-ip, source-ip-port, listener, sni, "
                    + "host, path, or header:NAME, cookie:NAME or query:NAME, found 'headr:a' | did "
                    + "you mean 'header'?"
            ]
        ),
        (
            "balance: { algorithm: maglev, key: 'source_ip' }",
            [
                "3:36+11 error: expected one of source-ip, source-ip-port, listener, sni, "
                    + "host, path, or header:NAME, cookie:NAME or query:NAME, found 'source_ip' | did "
                    + "you mean 'source-ip'?"
            ]
        ),
        (
            "balance: { algorithm: maglev, key: 'cookie:a b' }",
            [
                "3:36+12 error: 'a b' is not the name of a cookie | use letters, digits and "
                    + "'-', such as session-id"
            ]
        ),
        (
            "balance: { algorithm: maglev, key: 'query:a=b' }",
            [
                "3:36+11 error: 'a=b' cannot be the name of a parameter in a URL | write it "
                    + "as it stands there, percent-encoded: a blank is %20"
            ]
        ),
        (
            "balance: { algorithm: maglev, key: url }",
            [
                "3:36+3 error: expected one of source-ip, source-ip-port, listener, sni, "
                    + "host, path, or header:NAME, cookie:NAME or query:NAME, found 'url'"
            ]
        ),
        (
            "balance: { algorithm: random, key: path }",
            [
                "3:31+3 warning: 'key' changes nothing: 'random' does not hash | remove it, "
                    + "or hash with 'maglev' and 'ring'"
            ]
        ),
    ]

    /// The same of a TCP listener.
    static let relayed: [(String, [String])] = [
        (
            "affinity: { secret: '0123456789abcdef' }",
            [
                "3:1+8 error: upstream 'u' has 'affinity', and listener 'l' speaks tcp | "
                    + "remove it: only requests carry cookies"
            ]
        ),
        (
            "balance: { algorithm: ring, key: path }",
            [
                "3:34+4 error: upstream 'u' hashes 'path' of requests, and listener 'l' "
                    + "speaks tcp | write key: source-ip"
            ]
        ),
        ("balance: { algorithm: ring, key: listener }", []),
        (
            "http: {}",
            [
                "3:1+4 warning: 'http' changes nothing: no listener of upstream 'u' speaks "
                    + "http | remove it"
            ]
        ),
        ("affinity: off", []),
    ]

    @Test(arguments: ["http", "tcp"])
    func aWrongKeyOfAnUpstreamIsExplained(_ word: String) {
        for (keys, expected) in word == "http" ? Self.upstreams : Self.relayed {
            let text = """
                listeners: { l: { bind: '127.0.0.1:80', protocol: \(word), upstream: u } }
                upstreams: { u: { backends: ['a:1'],
                \(keys)
                } }

                """
            #expect(report(text) == expected, "\(keys)")
        }
    }

    @Test(arguments: [
        ("", "", true), ("cookie: A, ", "", false), ("path: /a, ", "path: /b, ", false),
        ("path: /a/, ", "path: /a, ", true), ("", "path: /b, ", true),
        ("path: /a, ", "path: /ab, ", false),
    ])
    func cookiesOfOneListenerStayApart(_ first: String, _ second: String, _ isRefused: Bool) {
        let secret = "secret: '0123456789abcdef'"
        func text(_ upstream: String) -> String {
            """
            listeners:
             l: { bind: '127.0.0.1:80', protocol: http, upstream: u, routes: [{ path: /v, upstream: v }] }
             m: { bind: '127.0.0.1:81', protocol: http, upstream: \(upstream) }
            upstreams:
             u: { backends: ['a:1'], affinity: { \(first)\(secret) } }
             v: { backends: ['a:1'], affinity: { \(second)\(secret) } }

            """
        }
        #expect(
            report(text("u"))
                == (isRefused
                    ? [
                        "5:26+8 error: upstreams 'v' and 'u' of listener 'l' have the same cookie "
                            + "'SLUICE' | write cookie: SLUICE-u"
                    ] : []))
        let apart = text("v").replacing(", routes: [{ path: /v, upstream: v }]", with: "")
        #expect(report(apart) == [])
    }

    @Test func aSecretIsNotQuoted() {
        for secret in ["hunter2", String(repeating: "hunter2", count: 40)] {
            let lines = report(
                """
                listeners: { l: { bind: /a, protocol: http, upstream: u } }
                upstreams: { u: { backends: ['a:1'], affinity: { secret: \(secret) } } }

                """)
            #expect(lines.count == 1 && !lines[0].contains("hunter2"), "\(lines)")
        }
    }
}
