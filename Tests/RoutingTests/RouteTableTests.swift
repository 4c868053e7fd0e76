// Each rule of matching and of precedence by itself.

import Routing
import Testing

struct RouteTableTests {
    @Test(
        "a host matches without case, its last dot and the hosts beside it",
        arguments: [
            ("api.example.com", "api.example.com", true),
            ("api.example.com", "API.Example.COM", true),
            ("API.example.com", "api.example.com", true),
            ("api.example.com", "api.example.com.", true),
            ("api.example.com.", "api.example.com", true),
            ("api.example.com", "api.example.com..", false),
            ("api.example.com", "example.com", false),
            ("api.example.com", "xapi.example.com", false),
            ("api.example.com", "a.api.example.com", false),
            ("api.example.com", "", false),
            ("api.example.com", ".", false),
            ("*.example.com", "api.example.com", true),
            ("*.example.com", "a.b.c.d.e.f.EXAMPLE.com.", true),
            ("*.example.com", "example.com", false),
            ("*.example.com", ".example.com", false),
            ("*.example.com", "..example.com", true),
            ("*.example.com", "apiexample.com", false),
            ("*.example.com", "api.example.com.net", false),
            ("*.com", "example.com", true),
            ("*.com", "com", false),
            ("192.0.2.1", "192.0.2.1", true),
            ("[2001:db8::a]", "[2001:DB8::A]", true),
            ("m\u{FC}nchen.example", "m\u{FC}nchen.example", true),
            // Only ASCII letters have a case here, and "@" and "[" are beside them.
            ("m\u{FC}nchen.example", "m\u{DC}nchen.example", false),
            ("a@b[c`d{", "A@B[C`D{", true),
            ("a@b", "a`b", false),
            ("a{b", "a[b", false),
        ])
    func hosts(pattern: String, host: String, isMatch: Bool) {
        let patterns = [RoutePattern(hosts: [HostPattern(pattern)])]
        #expect((match(patterns, PlainRequest(host: host)).index == 0) == isMatch)
    }

    @Test(
        "a path matches by bytes and segments, and tells how much of it the route covers",
        arguments: [
            (.prefix("/v1"), "/v1", 3), (.prefix("/v1"), "/v1/", 3), (.prefix("/v1"), "/v1/x", 3),
            (.prefix("/v1"), "/v1x", nil), (.prefix("/v1"), "/v", nil), (.prefix("/v1"), "/", nil),
            (.prefix("/v1/"), "/v1", 3), (.prefix("/v1/"), "/v1/", 3),
            (.prefix("/v1/"), "/v1/x", 3), (.prefix("/v1/"), "/v1x", nil),
            (.prefix("/v1"), "/V1", nil), (.prefix("/v1"), "/v1//", 3), (.prefix("/v1"), "", nil),
            (.prefix("/"), "/", 0), (.prefix("/"), "/x/y", 0), (.prefix("/"), "", 0),
            (.prefix("/"), "*", 0),
            // One slash at the end is taken off; more are an empty segment.
            (.prefix("/v1//"), "/v1/", 4), (.prefix("/v1//"), "/v1//x", 4),
            (.prefix("/v1//"), "/v1/x", nil), (.prefix("/v1//"), "/v1", nil),
            (.prefix("/a b/\u{FC}"), "/a b/\u{FC}/c", 7),
            (.exact("/health"), "/health", 7), (.exact("/health"), "/health/", nil),
            (.exact("/health/"), "/health/", 8), (.exact("/health/"), "/health", nil),
            (.exact("/health"), "/healt", nil), (.exact("/"), "/", 1), (.exact("/"), "//", nil),
            (.exact("/"), "", nil), (.exact("*"), "*", 1),
        ] as [(PathPattern, String, Int32?)])
    func paths(pattern: PathPattern, path: String, length: Int32?) {
        let found = match([RoutePattern(paths: [pattern])], PlainRequest(path: path))
        #expect(found.index == (length == nil ? -1 : 0))
        #expect(found.prefixLength == length ?? 0)
    }

    @Test(
        "a condition on a value holds, or doesn't",
        arguments: [
            (.exact("1"), "1", true), (.exact("1"), "11", false), (.exact("1"), "", false),
            (.exact("1"), nil, false), (.exact(""), "", true), (.exact(""), "1", false),
            (.exact(""), nil, false), (.exact("Ab"), "ab", false),
            (.exact("present"), "present", true),
            (.prefix("Bearer "), "Bearer abc", true), (.prefix("Bearer "), "Bearer ", true),
            (.prefix("Bearer "), "Bearer", false), (.prefix(""), "", true),
            (.prefix(""), "1", true), (.prefix(""), nil, false),
            (.present, "1", true), (.present, "", true), (.present, nil, false),
            (.absent, nil, true), (.absent, "", false), (.absent, "1", false),
            (.exact("12345678"), "12345678", true), (.exact("12345678"), "12345679", false),
            (.exact("1234567890abcdefg"), "1234567890abcdefg", true),
            (.exact("1234567890abcdefg"), "1234567890Abcdefg", false),
            (.exact("1234567890abcdefg"), "1234567890abcdefG", false),
        ] as [(ValueCondition.Test, String?, Bool)])
    func values(test: ValueCondition.Test, value: String?, isMatch: Bool) {
        let given = value.map { ["x-canary": $0] } ?? [:]
        let field = [RoutePattern(fields: [ValueCondition("X-Canary", test)])]
        #expect((match(field, PlainRequest(fields: given)).index == 0) == isMatch)
        let parameter = [RoutePattern(parameters: [ValueCondition("x-canary", test)])]
        #expect((match(parameter, PlainRequest(parameters: given)).index == 0) == isMatch)
        // A parameter's name has a case, and neither is looked for where the other is.
        let other = [RoutePattern(parameters: [ValueCondition("X-Canary", test)])]
        #expect((match(other, PlainRequest(parameters: given)).index == 0) == (test == .absent))
        #expect((match(field, PlainRequest(parameters: given)).index == 0) == (test == .absent))
    }

    @Test("a method is one of the list, with its case")
    func methods() {
        let patterns = [RoutePattern(methods: ["GET", "PROPPATCH"])]
        for (method, isMatch) in [
            ("GET", true), ("PROPPATCH", true), ("get", false), ("GE", false), ("POST", false),
            ("", false),
        ] {
            #expect((match(patterns, PlainRequest(method: method)).index == 0) == isMatch)
        }
    }

    @Test("without routes, and without one that matches, there is none")
    func none() {
        #expect(match([], PlainRequest()) == .none)
        #expect(match([], PlainRequest(host: "", path: "")) == .none)
        let patterns = [RoutePattern(hosts: [.exact("other.example")])]
        #expect(match(patterns, PlainRequest()) == .none)
        #expect(RouteMatch.none.index == -1)
    }

    @Test("a route with several hosts and paths is for each host with each path")
    func lists() {
        let patterns = [
            RoutePattern(
                hosts: [.exact("a.example"), .below("b.example")],
                paths: [.exact("/x"), .prefix("/y"), .prefix("/y/")])
        ]
        for (host, path, length) in [
            ("a.example", "/x", 2), ("a.example", "/y/z", 2), ("c.b.example", "/x", 2),
            ("c.b.example", "/y", 2), ("b.example", "/x", -1), ("a.example", "/x/z", -1),
        ] {
            let found = match(patterns, PlainRequest(host: host, path: path))
            #expect(found.index == (length < 0 ? -1 : 0), "\(host) \(path)")
            #expect(found.prefixLength == max(Int32(length), 0), "\(host) \(path)")
        }
    }

    @Test("texts of every length around that of a word are found, and nothing near them")
    func lengths() {
        for length in 1...40 {
            let text = String(
                (0..<length).map {
                    "abcdefghij".utf8.map { Character(Unicode.Scalar($0)) }[$0 % 10]
                })
            let patterns = [
                RoutePattern(hosts: [.exact(text)]), RoutePattern(hosts: [.below(text)]),
                RoutePattern(paths: [.exact("/" + text)]),
                RoutePattern(paths: [.prefix("/" + text)]),
            ]
            let table = RouteTable.build(patterns)
            defer { table.deallocate() }
            let near = text.dropLast() + "x"
            #expect(table.match(PlainRequest(host: text)).index == 0)
            #expect(table.match(PlainRequest(host: near + "")).index == -1)
            #expect(table.match(PlainRequest(host: "x" + text)).index == -1)
            for front in ["x.", "long-label.", "a.b.c.d.e.f.g.h.i.j.k."] {
                #expect(table.match(PlainRequest(host: front + text)).index == 1)
                #expect(table.match(PlainRequest(host: front + near)).index == -1)
            }
            #expect(table.match(PlainRequest(path: "/" + text)).index == 2)
            #expect(table.match(PlainRequest(path: "/" + near)).index == -1)
            for end in ["/", "/x", "/a/b/c/d/e/f/g/h/i/j/k", "/long-segment"] {
                let found = table.match(PlainRequest(path: "/" + text + end))
                #expect(found.index == 3 && found.prefixLength == Int32(length + 1))
                #expect(table.match(PlainRequest(path: "/" + near + end)).index == -1)
            }
            #expect(table.match(PlainRequest(path: "/" + text + "x")).index == -1)
        }
    }

    @Test("hosts and paths longer than all that the tables hold are looked at no further")
    func oversized() {
        let patterns = [
            RoutePattern(hosts: [.below("example.com")]), RoutePattern(paths: [.prefix("/a")]),
            RoutePattern(hosts: [.below("")]),
        ]
        let table = RouteTable.build(patterns)
        defer { table.deallocate() }
        let labels = String(repeating: "a.", count: 8000)
        #expect(table.match(PlainRequest(host: labels + "example.com")).index == 0)
        #expect(table.match(PlainRequest(host: labels + "example.net")).index == -1)
        #expect(table.match(PlainRequest(host: "a..")).index == 2)
        #expect(table.match(PlainRequest(path: String(repeating: "/a", count: 8000))).index == 1)
        #expect(table.match(PlainRequest(path: String(repeating: "/", count: 8000))).index == -1)
        #expect(table.match(PlainRequest(path: String(repeating: "a", count: 16_000))).index == -1)
    }

    @Test("names and prefixes nested more deeply than a word has bits are told apart")
    func depths() {
        let names = (1...100).map { Array(repeating: "a", count: $0).joined(separator: ".") }
        let prefixes = (1...100).map { String(repeating: "/a", count: $0) }
        let table = RouteTable.build(
            names.map { RoutePattern(hosts: [.below($0)]) }
                + prefixes.map { RoutePattern(paths: [.prefix($0)]) })
        defer { table.deallocate() }
        for depth in 1...100 {
            let host = table.match(PlainRequest(host: "b." + names[depth - 1]))
            #expect(host.index == Int32(depth - 1))
            let path = table.match(PlainRequest(path: prefixes[depth - 1] + "/b"))
            #expect(path.index == Int32(depth + 99))
            #expect(path.prefixLength == Int32(depth * 2))
        }
    }

    @Test("a table says how large it is")
    func sizes() {
        let pattern = RoutePattern(hosts: [.exact("a.example")])
        var other = pattern
        other.methods = ["GET"]
        let table = RouteTable.build([pattern, other, RoutePattern(), pattern])
        defer { table.deallocate() }
        #expect(table.count == 4)
        #expect(table.candidatesMax == 2)
        #expect(table.byteCount > 0)
    }
}
