// What is said of the keys of an upstream's TLS that are not right: exact places and words.

import Config
import Testing

@Suite struct UpstreamTLSKeyTests {
    /// What an upstream of an HTTP listener has.
    static let upstreams: [(String, [String])] = [
        (
            "tls: true",
            []
        ),
        (
            "tls: false",
            []
        ),
        (
            "tls: {}",
            []
        ),
        (
            "tls: on",
            [
                "3:6+2 error: expected a mapping, or true or false, found 'on' | write true"
            ]
        ),
        (
            "tls: off",
            [
                "3:6+3 error: expected a mapping, or true or false, found 'off' | write false"
            ]
        ),
        (
            "tls: \"true\"",
            [
                "3:6+6 error: expected a mapping, or true or false, found 'true' | write true"
            ]
        ),
        (
            "tls: ca.pem",
            [
                "3:6+6 error: expected a mapping, or true or false, found 'ca.pem'"
            ]
        ),
        (
            "tls:",
            [
                "4:1+1 error: expected a mapping, or true or false, found nothing"
            ]
        ),
        (
            "tls: { server_name: '*.a.example', ca: '', verify: no, cert: a/, alpn: 'http/2', "
                + "min_version: 1.1, session_reuse: off }",
            [
                "3:21+13 error: '*.a.example' is a pattern, and a server is asked for by one "
                    + "name | write one such as api.example.com",
                "3:40+2 error: the path is empty",
                "3:52+2 error: expected true or false, found 'no' | write false",
                "3:62+2 error: 'a/' is not the path of a file | write one such as "
                    + "/etc/sluice/site.pem or site.pem",
                "3:72+8 error: 'http/2' is not the name of a protocol in ALPN | write h2",
                "3:95+3 error: '1.1' is a version that nobody should speak (RFC 8996) | write "
                    + "1.2",
                "3:115+3 error: expected true or false, found 'off' | write false",
            ]
        ),
        (
            "tls: { server_name: 10.0.0.1 }",
            [
                "3:21+8 error: '10.0.0.1' is an address, and servers are asked for by names "
                    + "only | write a name such as api.example.com"
            ]
        ),
        (
            "tls: { server_name: 'a.example:443' }",
            [
                "3:21+15 error: 'a.example:443' has a port, and names of servers have none | "
                    + "write a.example"
            ]
        ),
        (
            "tls: { server_name: A.example, server_name_from_host: true }",
            [
                "3:32+21 error: 'server_name' and 'server_name_from_host' exclude each other "
                    + "in 'tls' of upstream 'u' | keep one of them"
            ]
        ),
        (
            "tls: { server_name: a.example, server_name_from_host: false }",
            []
        ),
        (
            "tls: { ca: a.pem, verify: false }",
            [
                "3:8+2 error: 'ca' verifies nothing with 'verify: false' in 'tls' of upstream "
                    + "'u' | remove one of them"
            ]
        ),
        (
            "tls: { verify: false }",
            [
                "3:8+6 warning: whoever answers is taken for a backend: 'verify' is false in "
                    + "'tls' of upstream 'u' | name who signed the backends' certificates, as 'ca'"
            ]
        ),
        (
            "tls: { key: a.key, password_file: a.pw }",
            [
                "3:8+3 error: 'key' is for a certificate, and 'cert' names none in 'tls' of "
                    + "upstream 'u' | add cert: sluice.pem, or remove it",
                "3:20+13 error: 'password_file' is for a certificate, and 'cert' names none "
                    + "in 'tls' of upstream 'u' | add cert: sluice.pem, or remove it",
            ]
        ),
        (
            "tls: { key: a.key, cert: a.pem, password_file: a.pw }",
            []
        ),
        (
            "tls: { sni: a, certificates: [a], insecure: true, cafile: a }",
            [
                "3:8+3 error: unknown key 'sni' in 'tls' of upstream 'u' | write server_name",
                "3:16+12 error: 'certificates' is for 'tls' of a listener, not for 'tls' of "
                    + "upstream 'u' | write cert: sluice.pem and key: sluice.key",
                "3:35+8 error: unknown key 'insecure' in 'tls' of upstream 'u' | write "
                    + "verify: false",
                "3:51+6 error: unknown key 'cafile' in 'tls' of upstream 'u' | the keys here "
                    + "are server_name, server_name_from_host, ca, verify, cert, key, "
                    + "password_file, alpn, min_version, session_reuse",
            ]
        ),
        (
            "tls: { alpn: [h2, http/1.1] }",
            [
                "3:15+2 error: HTTP/2 to backends is not there yet, so requests of listener "
                    + "'l' cannot offer 'h2' | write alpn: [http/1.1], or leave it out"
            ]
        ),
        (
            "tls: { alpn: [ftp] }",
            [
                "3:15+3 error: requests of listener 'l' are http, and 'ftp' is something else "
                    + "| write alpn: [http/1.1], or leave it out"
            ]
        ),
        (
            "tls: true, health: { tcp: {}, tls: false }",
            []
        ),
        (
            "tls: true, health: { tcp: {}, tls: true }",
            []
        ),
        (
            "health: { tcp: {}, tls: true }",
            [
                "3:20+3 error: probes go by 'tls' of the upstream, and there is none in "
                    + "upstream 'u' | add tls: true, or remove it"
            ]
        ),
        (
            "health: { tcp: {}, tls: false }",
            [
                "3:20+3 warning: 'tls' changes nothing: there is no TLS in upstream 'u' | "
                    + "remove it"
            ]
        ),
        (
            "health: { tcp: {}, tls: {} }",
            [
                "3:25+1 error: expected true or false, found a mapping"
            ]
        ),
        (
            "balance: { algorithm: ring, key: sni }",
            [
                "3:34+3 error: upstream 'u' hashes 'sni', and listener 'l' speaks http | "
                    + "write key: host"
            ]
        ),
        (
            "ssl: true, ca: a, verify: false, server_name: a, sni: a",
            [
                "3:1+3 error: unknown key 'ssl' in upstream 'u' | did you mean 'tls'?",
                "3:12+2 error: 'ca' is for 'tls', not for upstream 'u' | write tls: { ca: ... "
                    + "}",
                "3:19+6 error: 'verify' is for 'tls', not for upstream 'u' | write tls: { "
                    + "verify: ... }",
                "3:34+11 error: 'server_name' is for 'tls', not for upstream 'u' | write tls: "
                    + "{ server_name: ... }",
                "3:50+3 error: unknown key 'sni' in upstream 'u' | write tls: { server_name: "
                    + "... }",
            ]
        ),
    ]

    /// Whole files, whose listeners and upstreams do not go together.
    static let files: [(String, [String])] = [
        (
            "listeners: { l: { bind: /a, upstream: u } }\nupstreams: { u: { backends: "
                + "['a:1'], balance: { algorithm: ring, key: sni } } }",
            [
                "2:71+3 error: upstream 'u' hashes 'sni', and listener 'l' looks at no "
                    + "ClientHello | write key: source-ip, or give the listener 'tls'"
            ]
        ),
        (
            "listeners: { l: { bind: /a, upstream: u, tls: { certificates: a } } "
                + "}\nupstreams: { u: { backends: ['a:1'], balance: { algorithm: ring, key: sni } } "
                + "}",
            []
        ),
        (
            "listeners: { l: { bind: /a, routes: [{ sni: a.example, upstream: u }] } "
                + "}\nupstreams: { u: { backends: ['a:1'], balance: { algorithm: ring, key: sni } } "
                + "}",
            []
        ),
        (
            "listeners: { l: { bind: /a, upstream: u } }\nupstreams: { u: { backends: "
                + "['a:1'], tls: { server_name_from_host: true } } }",
            [
                "2:45+21 error: 'server_name_from_host' of upstream 'u' is for requests, and "
                    + "listener 'l' speaks tcp | write server_name"
            ]
        ),
        (
            "listeners: { l: { bind: /a, upstream: u } }\nupstreams: { u: { backends: "
                + "['a:1'], tls: { alpn: h2 } } }",
            []
        ),
        (
            "listeners: { l: { bind: /a, upstream: u } }\nupstreams: { u: { backends: ['a:1', "
                + "/run/b], tls: true } }",
            [
                "2:37+6 error: backend '/run/b' has no name to verify in upstream 'u' | add "
                    + "server_name to 'tls'"
            ]
        ),
        (
            "listeners: { l: { bind: /a, upstream: u } }\nupstreams: { u: { backends: ['a:1', "
                + "/run/b], tls: { server_name: a } } }",
            []
        ),
        (
            "listeners: { l: { bind: /a, routes: [{ sni: a.example, upstream: u }] } "
                + "}\nupstreams: { u: { backends: ['a:1'], affinity: {} } }",
            [
                "2:38+8 error: upstream 'u' has 'affinity', and listener 'l' speaks tcp | "
                    + "remove it: only requests carry cookies",
                "2:38+8 warning: without 'secret' every restart sends clients to other "
                    + "backends in 'affinity' of upstream 'u' | add secret: with 16 bytes or more, "
                    + "the same on every node",
            ]
        ),
    ]

    @Test(arguments: upstreams)
    func aWrongKeyOfAnUpstreamIsExplained(_ keys: String, _ expected: [String]) {
        let result = parse(
            """
            listeners: { l: { bind: '127.0.0.1:80', protocol: http, upstream: u } }
            upstreams: { u: { backends: ['a:1'],
            \(keys)
            } }

            """)
        #expect(report(result) == expected)
        #expect((result.configuration == nil) == expected.contains { $0.contains(" error: ") })
    }

    @Test(arguments: files)
    func listenersAndUpstreamsAgree(_ text: String, _ expected: [String]) {
        #expect(report(text) == expected)
    }
}
