// Which of several routes that match goes first: one case for each rule, and the ways on when a
// better one doesn't match after all.

import Routing
import Testing

struct PrecedenceTests {
    /// Routes of which both match, the winner first; they are tried in either order.
    struct Case: CustomTestStringConvertible {
        var rule: String
        var winner: RoutePattern
        var other: RoutePattern
        var request = PlainRequest(host: "a.b.example.com", path: "/v1/users/7")
        var testDescription: String { rule }
    }

    private static let canary = ValueCondition("x-canary", .absent)
    private static let version = ValueCondition("version", .absent)

    static let cases = [
        Case(
            rule: "priority before host", winner: RoutePattern(priority: 1),
            other: RoutePattern(hosts: [.exact("a.b.example.com")])),
        Case(
            rule: "priority before path",
            winner: RoutePattern(hosts: [.below("example.com")], priority: -1),
            other: RoutePattern(
                hosts: [.exact("a.b.example.com")], paths: [.exact("/v1/users/7")], priority: -2)),
        Case(
            rule: "priority before conditions", winner: RoutePattern(priority: 10),
            other: RoutePattern(methods: ["GET"], fields: [canary], priority: 9)),
        Case(
            rule: "an exact host before one below",
            winner: RoutePattern(hosts: [.exact("a.b.example.com")]),
            other: RoutePattern(hosts: [.below("b.example.com")], paths: [.exact("/v1/users/7")])),
        Case(
            rule: "the longer name before the shorter",
            winner: RoutePattern(hosts: [.below("b.example.com")]),
            other: RoutePattern(hosts: [.below("example.com")], paths: [.exact("/v1/users/7")])),
        Case(
            rule: "a name before every host",
            winner: RoutePattern(hosts: [.below("com")]),
            other: RoutePattern(paths: [.exact("/v1/users/7")], methods: ["GET"])),
        Case(
            rule: "an exact path before a prefix, be it as long",
            winner: RoutePattern(paths: [.exact("/v1/users/7")]),
            other: RoutePattern(paths: [.prefix("/v1/users/7")], methods: ["GET"])),
        Case(
            rule: "the longer prefix before the shorter",
            winner: RoutePattern(paths: [.prefix("/v1/users")]),
            other: RoutePattern(paths: [.prefix("/v1")], methods: ["GET"], fields: [canary])),
        Case(
            rule: "a prefix before the root",
            winner: RoutePattern(paths: [.prefix("/v1/")]),
            other: RoutePattern(paths: [.prefix("/")], methods: ["GET"])),
        Case(
            rule: "the root before every path",
            winner: RoutePattern(paths: [.prefix("/")]), other: RoutePattern(methods: ["GET"])),
        Case(
            rule: "a method before none",
            winner: RoutePattern(methods: ["GET", "HEAD"]), other: RoutePattern()),
        Case(
            rule: "a field before none", winner: RoutePattern(fields: [canary]),
            other: RoutePattern()),
        Case(
            rule: "a parameter before none", winner: RoutePattern(parameters: [version]),
            other: RoutePattern()),
        Case(
            rule: "two conditions before one, and methods count as one",
            winner: RoutePattern(fields: [canary], parameters: [version]),
            other: RoutePattern(methods: ["GET", "HEAD", "POST"])),
        Case(
            rule: "a condition said twice counts once",
            winner: RoutePattern(methods: ["GET"], fields: [canary]),
            other: RoutePattern(fields: [canary, ValueCondition("X-Canary", .absent)])),
    ]

    @Test("the better one wins wherever it stands", arguments: cases)
    func rules(example: Case) {
        #expect(match([example.winner], example.request).index == 0)
        #expect(match([example.other], example.request).index == 0)
        #expect(match([example.winner, example.other], example.request).index == 0)
        #expect(match([example.other, example.winner], example.request).index == 1)
    }

    @Test("the order decides at last")
    func order() {
        let canary = RoutePattern(fields: [Self.canary])
        let version = RoutePattern(parameters: [Self.version])
        #expect(match([canary, version], PlainRequest()).index == 0)
        #expect(match([version, canary], PlainRequest()).index == 0)
        #expect(match([canary, canary], PlainRequest()).index == 0)
    }

    @Test("where a better place has no route for the request, the next one has its turn")
    func fallback() {
        let post = ["POST"]
        let patterns = [
            RoutePattern(hosts: [.exact("a.b.c")], paths: [.exact("/x/y")], methods: post),
            RoutePattern(hosts: [.exact("a.b.c")], paths: [.prefix("/x")], methods: ["PUT"]),
            RoutePattern(hosts: [.exact("a.b.c")], methods: ["DELETE"]),
            RoutePattern(hosts: [.below("b.c")], paths: [.prefix("/x/y")], methods: ["PATCH"]),
            RoutePattern(hosts: [.below("c")], methods: ["HEAD"]),
            RoutePattern(paths: [.prefix("/x/y/")], methods: ["OPTIONS"]),
            RoutePattern(paths: [.prefix("/")], methods: ["TRACE"]),
            RoutePattern(),
        ]
        let table = RouteTable.build(patterns)
        defer { table.deallocate() }
        let methods = ["POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "GET"]
        let lengths: [Int32] = [4, 2, 0, 4, 0, 4, 0, 0]
        for (index, method) in methods.enumerated() {
            let found = table.match(PlainRequest(host: "a.b.c", path: "/x/y", method: method))
            #expect(found.index == Int32(index))
            #expect(found.prefixLength == lengths[index])
        }
    }

    @Test("an exact path among prefixes is no step on the way from one to the next")
    func exactBetween() {
        let patterns = [
            RoutePattern(paths: [.prefix("/a/b/c")], methods: ["POST"]),
            RoutePattern(paths: [.exact("/a/b")]),
            RoutePattern(paths: [.prefix("/a")]),
        ]
        let table = RouteTable.build(patterns)
        defer { table.deallocate() }
        #expect(table.match(PlainRequest(path: "/a/b/c/d")).index == 2)
        #expect(table.match(PlainRequest(path: "/a/b/c/d", method: "POST")).index == 0)
        #expect(table.match(PlainRequest(path: "/a/b")).index == 1)
        #expect(table.match(PlainRequest(path: "/a/b/")).index == 2)
    }

    @Test("a host goes on to what it is below, with something before the dot")
    func dotAtTheBeginning() {
        let patterns = [
            RoutePattern(hosts: [.exact(".com")], methods: ["POST"]),
            RoutePattern(hosts: [.below(".com")], methods: ["POST"]),
            RoutePattern(hosts: [.below("com")]),
        ]
        let table = RouteTable.build(patterns)
        defer { table.deallocate() }
        #expect(table.match(PlainRequest(host: ".com", method: "POST")).index == 0)
        #expect(table.match(PlainRequest(host: ".com")).index == -1)
        #expect(table.match(PlainRequest(host: "a..com", method: "POST")).index == 1)
        #expect(table.match(PlainRequest(host: "a..com")).index == 2)
    }

    @Test("with priorities the best of all places wins, and its own prefix is told")
    func acrossPlaces() {
        let patterns = [
            RoutePattern(hosts: [.exact("a.b.c")], paths: [.exact("/x/y")], priority: -1000),
            RoutePattern(paths: [.prefix("/x")], methods: ["POST"], priority: 1000),
            RoutePattern(hosts: [.below("c")], paths: [.prefix("/x/y")], priority: 5),
            RoutePattern(hosts: [.exact("a.b.c")], priority: 5),
            RoutePattern(hosts: [.exact("z.b.c")], priority: Int(Int32.min)),
        ]
        let table = RouteTable.build(patterns)
        defer { table.deallocate() }
        func ask(_ host: String, _ path: String, _ method: String) -> [Int32] {
            let found = table.match(PlainRequest(host: host, path: path, method: method))
            return [found.index, found.prefixLength]
        }
        #expect(ask("a.b.c", "/x/y", "POST") == [1, 2])
        #expect(ask("a.b.c", "/x/y", "GET") == [3, 0])
        #expect(ask("b.b.c", "/x/y/z", "GET") == [2, 4])
        #expect(ask("z.b.c", "/", "GET") == [4, 0])
        #expect(ask("z.b.c", "/x/y", "GET") == [2, 4])
    }

    @Test("a route that equals one before it is shadowed")
    func shadowed() {
        let one = RoutePattern(hosts: [.exact("a.example")], paths: [.prefix("/v1")])
        let spelled = RoutePattern(hosts: [.exact("A.Example.")], paths: [.prefix("/v1/")])
        let both = RoutePattern(
            hosts: [.exact("b.example"), .exact("a.example")], paths: [.prefix("/v1")])
        var higher = one
        higher.priority = 1
        var get = one
        get.methods = ["GET", "HEAD"]
        var head = one
        head.methods = ["HEAD", "GET", "HEAD"]
        for (patterns, expected) in [
            ([one, one], [[1, 0]]), ([one, spelled, one], [[1, 0], [2, 0]]),
            // One of its hosts is left to it; it leaves none.
            ([one, both], []), ([both, one], [[1, 0]]), ([one, higher], [[0, 1]]),
            ([higher, one], [[1, 0]]), ([one, get], []), ([get, head], [[1, 0]]), ([], []),
        ] as [([RoutePattern], [[Int]])] {
            let found = RouteTable.shadowed(patterns).map { [$0.index, $0.shadowedBy] }
            #expect(found == expected)
        }
    }
}
