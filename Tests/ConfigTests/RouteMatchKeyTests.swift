// What is said of which requests a route takes, where that is not right: exact places and words.

import Config
import Testing

@Suite struct RouteMatchKeyTests {
    /// Which requests a route takes.
    static let matches: [(String, [String])] = [
        (
            "{ path: /v1 }",
            [
                "2:1+1 error: route 1 of listener 'l' lacks one of the keys upstream, "
                    + "redirect, respond | add upstream: site"
            ]
        ),
        (
            "{ upstream: u, host: 'a.example:80' }",
            [
                "2:22+14 error: 'a.example:80' has a port, and hosts of routes have none | "
                    + "write a.example"
            ]
        ),
        (
            "{ upstream: u, host: '*' }",
            [
                "2:22+3 error: '*' is no host | leave out 'host' to take requests of any"
            ]
        ),
        (
            "{ upstream: u, host: '*.*.a' }",
            [
                "2:22+7 error: '*.*.a' has '*' where it is no label of its own at the "
                    + "beginning | write one such as *.example.com"
            ]
        ),
        (
            "{ upstream: u, host: 'a.*' }",
            [
                "2:22+5 error: 'a.*' has '*' where it is no label of its own at the "
                    + "beginning | write one such as *.example.com"
            ]
        ),
        (
            "{ upstream: u, host: 'https://a.example/x' }",
            [
                "2:22+21 error: 'https://a.example/x' is a URL, not a host | write a.example"
            ]
        ),
        (
            "{ upstream: u, host: 'münchen.example' }",
            [
                "2:22+17 error: 'münchen.example' has letters beyond ASCII, and no request "
                    + "has | write the name as DNS has it, with xn--"
            ]
        ),
        (
            "{ upstream: u, host: 'a.example.' }",
            [
                "2:22+12 error: 'a.example.' ends in a dot | write a.example"
            ]
        ),
        (
            "{ upstream: u, host: '1.2.3' }",
            [
                "2:22+7 error: '1.2.3' is not a host | write a name such as api.example.com "
                    + "or *.example.com"
            ]
        ),
        (
            "{ upstream: u, host: '[::1]:80' }",
            [
                "2:22+10 error: '[::1]:80' has a port, and hosts of routes have none | write "
                    + "[::1]"
            ]
        ),
        (
            "{ upstream: u, host: [a.example, A.example] }",
            [
                "2:34+9 error: host 'a.example' is there twice in route 1 of listener 'l', "
                    + "first on line 2"
            ]
        ),
        (
            "{ upstream: u, host: 'a b' }",
            [
                "2:22+5 error: 'a b' is not a host | write a name such as api.example.com or "
                    + "*.example.com"
            ]
        ),
        (
            "{ upstream: u, host: '' }",
            [
                "2:22+2 error: '' is not a host | write a name such as api.example.com or "
                    + "*.example.com"
            ]
        ),
        (
            "{ upstream: u, path: v1 }",
            [
                "2:22+2 error: 'v1' is not a path | write one that begins with '/', such as "
                    + "/v1"
            ]
        ),
        (
            "{ upstream: u, path: '/a?b' }",
            [
                "2:22+6 error: '/a?b' goes on behind the path with '?' | compare parameters "
                    + "by 'query'"
            ]
        ),
        (
            "{ upstream: u, path: '/a#b' }",
            [
                "2:22+6 error: '/a#b' goes on behind the path with '#' | remove it: clients "
                    + "never send it"
            ]
        ),
        (
            "{ upstream: u, path: '/a/../b' }",
            [
                "2:22+9 error: '/a/../b' has a segment of dots, and no request has | write "
                    + "the path that is meant"
            ]
        ),
        (
            "{ upstream: u, path: '/a/%2E/b' }",
            [
                "2:22+10 error: '/a/%2E/b' has a segment of dots, and no request has | write "
                    + "the path that is meant"
            ]
        ),
        (
            "{ upstream: u, path: '/a/*' }",
            [
                "2:22+6 warning: '*' stands for itself here, and every path is a prefix | "
                    + "write /a"
            ]
        ),
        (
            "{ upstream: u, path: '/%zz' }",
            [
                "2:22+6 error: '/%zz' holds a character that a path cannot | write it "
                    + "percent-encoded, a blank as %20"
            ]
        ),
        (
            "{ upstream: u, path: '/é' }",
            [
                "2:22+4 error: '/é' holds a character that a path cannot | write it "
                    + "percent-encoded, a blank as %20"
            ]
        ),
        (
            "{ upstream: u, path: [/a, /a/] }",
            [
                "2:27+3 error: path '/a' is there twice in route 1 of listener 'l', first on "
                    + "line 2"
            ]
        ),
        (
            "{ upstream: u, path: { exact: /a, prefix: /a } }",
            [
                "2:35+6 error: 'exact' and 'prefix' exclude each other in the path of route "
                    + "1 of listener 'l' | keep one of exact, prefix"
            ]
        ),
        (
            "{ upstream: u, path: { regex: /a } }",
            [
                "2:22+1 error: the path of route 1 of listener 'l' lacks one of the keys "
                    + "exact, prefix | add exact: /health",
                "2:24+5 error: unknown key 'regex' in the path of route 1 of listener 'l' | "
                    + "the keys here are exact, prefix",
            ]
        ),
        (
            "{ upstream: u, path: {} }",
            [
                "2:22+1 error: the path of route 1 of listener 'l' lacks one of the keys "
                    + "exact, prefix | add exact: /health"
            ]
        ),
        (
            "{ upstream: u, path: [] }",
            [
                "2:22+1 error: the list is empty, and needs at least one path in route 1 of "
                    + "listener 'l'"
            ]
        ),
        (
            "{ upstream: u, method: get }",
            [
                "2:24+3 error: 'get' is not a method in capital letters | write GET"
            ]
        ),
        (
            "{ upstream: u, method: 'G T' }",
            [
                "2:24+5 error: 'G T' is not a method in capital letters | write one such as "
                    + "GET"
            ]
        ),
        (
            "{ upstream: u, method: [GET, GET] }",
            [
                "2:30+3 error: method 'GET' is there twice in route 1 of listener 'l', first "
                    + "on line 2"
            ]
        ),
        (
            "{ upstream: u, headers: { 'X A': b } }",
            [
                "2:27+5 error: 'X A' is not the name of a header field | use letters, digits "
                    + "and '-', such as X-Canary"
            ]
        ),
        (
            "{ upstream: u, headers: { 'X-A:': b } }",
            [
                "2:27+6 error: 'X-A:' is not the name of a header field | write X-A"
            ]
        ),
        (
            "{ upstream: u, headers: { X-A: b, x-a: c } }",
            [
                "2:35+3 error: header field 'x-a' is there twice in route 1 of listener 'l', "
                    + "first on line 2"
            ]
        ),
        (
            "{ upstream: u, headers: { X-A: \"a\\rb\" } }",
            [
                "2:32+6 error: the value holds the control character U+000D | remove it"
            ]
        ),
        (
            "{ upstream: u, headers: { X-A: { exact: a, prefix: b } } }",
            [
                "2:44+6 error: 'exact' and 'prefix' exclude each other in header field 'X-A' "
                    + "of route 1 of listener 'l' | keep one of exact, prefix"
            ]
        ),
        (
            "{ upstream: u, headers: { X-A: { prefix: '' } } }",
            [
                "2:42+2 error: every value begins with nothing | write present"
            ]
        ),
        (
            "{ upstream: u, headers: { X-A: ' a' } }",
            [
                "2:32+4 error: ' a' begins or ends with a blank, and no value does | remove "
                    + "it"
            ]
        ),
        (
            "{ upstream: u, headers: [X-A] }",
            [
                "2:25+1 error: expected a mapping from header fields to what they have, "
                    + "found a list"
            ]
        ),
        (
            "{ upstream: u, query: { 'a b': c } }",
            [
                "2:25+5 error: 'a b' cannot be the name of a parameter in a URL | write it "
                    + "as it stands there, percent-encoded: a blank is %20"
            ]
        ),
        (
            "{ upstream: u, query: { 'a=': c } }",
            [
                "2:25+4 error: 'a=' cannot be the name of a parameter in a URL | write it as "
                    + "it stands there, percent-encoded: a blank is %20"
            ]
        ),
        (
            "{ upstream: u, query: { a: 'b&c' } }",
            [
                "2:28+5 error: 'b&c' cannot be the value of a parameter in a URL | write it "
                    + "as it stands there, percent-encoded: a blank is %20"
            ]
        ),
        ("{ upstream: u, query: { a: } }", ["2:28+1 error: expected text, found nothing"]),
        (
            "{ upstream: u, priority: 1001 }",
            [
                "2:26+4 error: '1001' is out of range: expected an integer from -1000 to 1000"
            ]
        ),
        (
            "{ upstream: u, name: '12' }",
            [
                "2:22+4 error: '12' is a number, which routes without a name are called by | "
                    + "write a name with a letter in it"
            ]
        ),
        (
            "{ upstream: u, name: 'a b' }",
            [
                "2:22+5 error: 'a b' is not a name | use 1 to 64 letters, digits, '_', '.' "
                    + "and '-'"
            ]
        ),
    ]

    @Test(arguments: matches)
    func aWrongConditionIsExplained(_ value: String, _ expected: [String]) {
        let result = parse(route: value)
        #expect(report(result) == expected)
        #expect((result.configuration == nil) == expected.contains { $0.contains(" error: ") })
    }
}
