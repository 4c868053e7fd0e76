// What is said of listeners whose protocol and routes do not go together: exact places and words.

import Config
import Testing

@Suite struct RouteAgreementTests {
    /// What a listener has by its protocol, and routes that are in each other's way.
    static let protocols: [(String, [String])] = [
        (
            "upstream: u, routes: [{ upstream: u }]",
            [
                "2:14+6 error: 'routes' without 'sni' and 'alpn' is for protocol http, and "
                    + "listener 'l' speaks tcp | write protocol: http, or routes by sni or alpn"
            ]
        ),
        (
            "http: {}",
            [
                "2:1+4 error: 'http' is for protocol http, and listener 'l' speaks tcp | "
                    + "write protocol: http, or remove it"
            ]
        ),
        (
            "protocol: htpp, routes: [{ upstream: u }]",
            [
                "2:11+4 error: expected one of tcp, http, found 'htpp' | did you mean 'http'?"
            ]
        ),
        (
            "protocol: http",
            [
                "1:14+1 error: listener 'l' lacks one of the keys upstream, routes | add "
                    + "upstream: site"
            ]
        ),
        (
            "protocol: http, http: {}",
            [
                "1:14+1 error: listener 'l' lacks one of the keys upstream, routes | add "
                    + "upstream: site"
            ]
        ),
        (
            "protocol: http, routes: []",
            [
                "2:25+1 error: the list is empty, and needs at least one route in listener "
                    + "'l'"
            ]
        ),
        (
            "protocol: http, routes: { upstream: u }",
            [
                "2:25+1 error: expected a list, each element a mapping, found a mapping"
            ]
        ),
        ("protocol: http, routes: [{ upstream: u }, { host: a.example, upstream: u }]", []),
        (
            "protocol: http, routes: [{ upstream: u, path: /a }, { upstream: u, path: /b }, "
                + "{ upstream: u, path: [/c, /a/] }]",
            [
                "2:80+1 error: route 3 in listener 'l' matches requests that route 1, on "
                    + "line 2, matches alike | give one of them a higher priority, or a "
                    + "condition more"
            ]
        ),
        (
            "protocol: http, routes: [{ upstream: u, path: /a, priority: 1 }, { upstream: u, "
                + "path: /a }]",
            []
        ),
        (
            "protocol: http, routes: [{ upstream: u, path: /a, method: [GET, PUT] }, { "
                + "upstream: u, path: /a, method: [PUT] }, { upstream: u, path: /a, method: POST "
                + "}, { upstream: u, path: /a }]",
            [
                "2:73+1 error: route 2 in listener 'l' matches requests that route 1, on "
                    + "line 2, matches alike | give one of them a higher priority, or a "
                    + "condition more"
            ]
        ),
        (
            "protocol: http, routes: [{ upstream: u, headers: { X-A: a, X-B: b } }, { "
                + "upstream: u, headers: { x-b: b, x-a: a } }, { upstream: u, headers: { x-b: b "
                + "} }]",
            [
                "2:72+1 error: route 2 in listener 'l' matches requests that route 1, on "
                    + "line 2, matches alike | give one of them a higher priority, or a "
                    + "condition more"
            ]
        ),
        (
            "protocol: http, routes: [{ upstream: u, name: a, path: /a }, { upstream: u, "
                + "name: a }]",
            [
                "2:62+1 error: route 'a' is there twice in listener 'l', first on line 2"
            ]
        ),
        (
            "protocol: http, routes: [{ upstream: u, path: /api/* }]",
            [
                "2:47+6 warning: '*' stands for itself here, and every path is a prefix | "
                    + "write /api"
            ]
        ),
        (
            "protocol: http, routes: [{ upstream: u, path: { exat: /a } }]",
            [
                "2:47+1 error: the path of route 1 of listener 'l' lacks one of the keys "
                    + "exact, prefix | add exact: /health",
                "2:49+4 error: unknown key 'exat' in the path of route 1 of listener 'l' | "
                    + "did you mean 'exact'?",
            ]
        ),
    ]

    @Test(arguments: protocols)
    func whatDoesNotGoTogetherIsExplained(_ keys: String, _ expected: [String]) {
        let result = parse(listener: keys)
        #expect(report(result) == expected)
        #expect((result.configuration == nil) == expected.contains { $0.contains(" error: ") })
    }

    @Test func manyRoutesAreComparedWithinBounds() {
        // Each route is more than the pairs that are compared; only the first is compared.
        let hosts = (0..<250).map { "h\($0)" }.joined(separator: ", ")
        let paths = (0..<250).map { "/p\($0)" }.joined(separator: ", ")
        let route = "{ upstream: u, host: [\(hosts)], path: [\(paths)] }"
        let routes = Array(repeating: route, count: 10).joined(separator: ",\n")
        let lines = report(
            "listeners: { l: { bind: /a, protocol: http, routes: [\n\(routes)\n] } }\n"
                + "upstreams: { u: { backends: ['a:1'] } }\n")
        #expect(lines == [])
    }

    @Test(arguments: [10_000, 10_001])
    func aListenerMayHaveTenThousandRoutesAndNoMore(_ count: Int) {
        let routes = (0..<count).map { "  - { upstream: u, path: /p\($0) }\n" }.joined()
        let lines = report(
            "upstreams: { u: { backends: ['a:1'] } }\nlisteners:\n l:\n  bind: /a\n"
                + "  protocol: http\n  routes:\n\(routes)")
        let expected = "10007:5+1 error: more than 10000 routes in listener 'l'"
        #expect(lines == (count > 10_000 ? [expected] : []))
    }

    @Test func aRouteMayHaveAThousandHostsAndNoMore() {
        let hosts = (0..<1001).map { "h\($0)" }.joined(separator: ", ")
        let lines = report(
            "listeners: { l: { bind: /a, protocol: http, routes: [{ upstream: u, host: [\(hosts)] }"
                + "] } }\nupstreams: { u: { backends: ['a:1'] } }\n")
        #expect(lines.count == 1)
        #expect(lines[0].contains("more than 1000 values of 'host' in route 1 of listener 'l'"))
    }
}
