// What is said of routes by ClientHello that are not right: exact places and words.

import Config
import Testing

@Suite struct HelloRouteKeyTests {
    /// What a listener that passes TLS on has.
    static let listeners: [(String, [String])] = [
        (
            "upstream: u, protocol: http, hello_timeout: 1s",
            [
                "2:30+13 error: 'hello_timeout' is for protocol tcp, and listener 'l' speaks "
                    + "http | remove it, or write tls: { handshake_timeout: ... }"
            ]
        ),
        (
            "upstream: u, hello_timeout: 1s",
            [
                "2:14+13 warning: 'hello_timeout' changes nothing: no route of listener 'l' "
                    + "looks at a ClientHello | remove it"
            ]
        ),
        (
            "upstream: u, hello_timeout: 1s, tls: { certificates: a.pem }",
            [
                "2:14+13 error: 'hello_timeout' is for TLS that is passed on, and 'tls' of "
                    + "listener 'l' ends it | write tls: { handshake_timeout: ... }"
            ]
        ),
        (
            "upstream: u, hello_timeout: off, routes: [{ sni: a.example, upstream: u }]",
            [
                "2:29+3 error: expected a duration from 10ms to 10m, found 'off'"
            ]
        ),
        (
            "routes: [{ sni: a.example, upstream: u }]",
            []
        ),
        (
            "routes: [{ sni: [a.example, '*.A.example'], alpn: [h2, acme-tls/1], upstream: u "
                + "}, { alpn: h2, upstream: u }]",
            []
        ),
        (
            "upstream: u, routes: [{ sni: a.example, upstream: v }]",
            [
                "2:51+1 error: there is no upstream 'v' | the upstreams here are u"
            ]
        ),
        (
            "upstream: u, routes: [{ sni: '*', upstream: u }, { sni: 10.0.0.1, upstream: u }, "
                + "{ sni: '[::1]', upstream: u }, { sni: '::1', upstream: u }, { sni: "
                + "'münchen.example', upstream: u }, { sni: 'a.example:443', upstream: u }, { sni: "
                + "'*.*.a', upstream: u }, { sni: a b, upstream: u }, { sni: [a.example, "
                + "A.example], upstream: u }]",
            [
                "2:30+3 error: '*' is no name | leave out 'sni' to take sessions of any",
                "2:57+8 error: '10.0.0.1' is an address, and servers are asked for by names "
                    + "only | write a name such as api.example.com",
                "2:89+7 error: '[::1]' is an address, and servers are asked for by names only "
                    + "| write a name such as api.example.com",
                "2:120+5 error: '::1' is an address, and servers are asked for by names only "
                    + "| write a name such as api.example.com",
                "2:149+17 error: 'münchen.example' has letters beyond ASCII, and no "
                    + "ClientHello has | write the name as DNS has it, with xn--",
                "2:190+15 error: 'a.example:443' has a port, and names of servers have none | "
                    + "write a.example",
                "2:229+7 error: '*.*.a' has '*' where it is no label of its own at the "
                    + "beginning | write one such as *.example.com",
                "2:260+3 error: 'a b' is not a host | write a name such as api.example.com or "
                    + "*.example.com",
                "2:299+9 error: name 'a.example' is there twice in route 9 of listener 'l', "
                    + "first on line 2",
            ]
        ),
        (
            "upstream: u, routes: [{ sni: a.example }, { upstream: u }, { snii: a.example, "
                + "upstream: u }]",
            [
                "2:23+1 error: route 1 of listener 'l' lacks the key 'upstream' | add "
                    + "upstream: site",
                "2:43+1 error: route 2 of listener 'l' lacks one of the keys sni, alpn | add "
                    + "sni: example.com; 'upstream' of the listener takes the others",
                "2:60+1 error: route 3 of listener 'l' lacks one of the keys sni, alpn | add "
                    + "sni: example.com; 'upstream' of the listener takes the others",
                "2:62+4 error: unknown key 'snii' in route 3 of listener 'l' | did you mean "
                    + "'sni'?",
            ]
        ),
        (
            "upstream: u, routes: [{ sni: a.example, host: b, path: /a, redirect: /b, "
                + "priority: 1, upstream: u }]",
            [
                "2:41+4 error: 'host' is for routes of protocol http, not for route 1 of "
                    + "listener 'l' | write sni: the name in the ClientHello; hosts are for "
                    + "protocol http",
                "2:50+4 error: 'path' is for routes of protocol http, not for route 1 of "
                    + "listener 'l' | write protocol: http, or remove it",
                "2:60+8 error: 'redirect' is for routes of protocol http, not for route 1 of "
                    + "listener 'l' | write protocol: http, or an upstream",
                "2:74+8 error: 'priority' is for routes of protocol http, not for route 1 of "
                    + "listener 'l' | remove it: the most exact route wins",
            ]
        ),
        (
            "upstream: u, protocol: http, routes: [{ sni: a.example, upstream: u }, { alpn: "
                + "h2, upstream: u }]",
            [
                "2:41+3 error: 'sni' is for routes of protocol tcp, not for route 1 of "
                    + "listener 'l' | write host: requests have that",
                "2:74+4 error: 'alpn' is for routes of protocol tcp, not for route 2 of "
                    + "listener 'l' | remove it",
            ]
        ),
        (
            "upstream: u, protocol: tcp, routes: [{ host: a.example, upstream: u }]",
            [
                "2:29+6 error: 'routes' without 'sni' and 'alpn' is for protocol http, and "
                    + "listener 'l' speaks tcp | write protocol: http, or routes by sni or alpn"
            ]
        ),
        (
            "upstream: u, routes: [{ snii: a.example, upstream: u }]",
            [
                "2:14+6 error: 'routes' without 'sni' and 'alpn' is for protocol http, and "
                    + "listener 'l' speaks tcp | write protocol: http, or routes by sni or alpn",
                "2:25+4 error: unknown key 'snii' in route 1 of listener 'l' | did you mean "
                    + "'sni'?",
            ]
        ),
        (
            "upstream: u, routes: [{ sni: a.example, upstream: u }, { sni: [b.example, "
                + "a.example], upstream: u }]",
            [
                "2:56+1 error: route 2 in listener 'l' matches sessions that route 1, on line "
                    + "2, matches alike | give each of them other values of sni or alpn"
            ]
        ),
        (
            "upstream: u, routes: [{ sni: a.example, alpn: [h2, a], upstream: u }, { sni: "
                + "a.example, alpn: [b, h2], upstream: u }, { sni: a.example, upstream: u }, { "
                + "alpn: a, upstream: u }]",
            [
                "2:71+1 error: route 2 in listener 'l' matches sessions that route 1, on line "
                    + "2, matches alike | give each of them other values of sni or alpn"
            ]
        ),
        (
            "upstream: u, routes: [{ sni: a.example, upstream: u }], tls: { certificates: "
                + "a.pem }",
            [
                "2:14+6 error: 'routes' by sni or alpn is for TLS that is passed on, and "
                    + "'tls' of listener 'l' ends it | remove one of them, or write protocol: http "
                    + "and routes by host"
            ]
        ),
        (
            "upstream: u, routes: [{ sni: a.example, upstream: u }], http: {}",
            [
                "2:57+4 error: 'http' is for protocol http, and listener 'l' speaks tcp | "
                    + "write protocol: http, or remove it"
            ]
        ),
        (
            "upstream: u, routes: { sni: a.example, upstream: u }",
            [
                "2:22+1 error: expected a list, each element a mapping, found a mapping"
            ]
        ),
        (
            "routes: []",
            [
                "2:1+6 error: 'routes' without 'sni' and 'alpn' is for protocol http, and "
                    + "listener 'l' speaks tcp | write protocol: http, or routes by sni or alpn",
                "2:9+1 error: the list is empty, and needs at least one route in listener 'l'",
            ]
        ),
        (
            "protocol: tcpp, routes: [{ sni: a.example, upstream: u }], tls: { certificates: "
                + "a.pem, alpn: h2 }",
            [
                "2:11+4 error: expected one of tcp, http, found 'tcpp' | did you mean 'tcp'?"
            ]
        ),
        (
            "hello_timeout: 1s",
            [
                "1:14+1 error: listener 'l' lacks the key 'upstream' | add upstream: site",
                "2:1+13 warning: 'hello_timeout' changes nothing: no route of listener 'l' "
                    + "looks at a ClientHello | remove it",
            ]
        ),
    ]

    @Test(arguments: listeners)
    func aWrongRouteIsExplained(_ keys: String, _ expected: [String]) {
        let result = parse(listener: keys)
        #expect(report(result) == expected)
        #expect((result.configuration == nil) == expected.contains { $0.contains(" error: ") })
    }

    @Test func manyRoutesAreComparedWithinBounds() {
        let names = (0..<250).map { "h\($0)" }.joined(separator: ", ")
        let protocols = (0..<64).map { "p\($0)" }.joined(separator: ", ")
        let route = "{ upstream: u, sni: [\(names)], alpn: [\(protocols)] }"
        // Each route is 16,000 pairs, and no route is compared behind 50,000.
        let lines = report(
            parse(
                listener: "routes: [\([String](repeating: route, count: 5).joined(separator: ","))]"
            ))
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0.contains("that route 1, on line 2, matches alike") })
    }
}
