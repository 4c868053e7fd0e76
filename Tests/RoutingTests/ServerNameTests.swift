// Routes of TLS that is passed through: by server name and by protocols.

import Routing
import Testing

@Suite("Server names lead to routes")
struct ServerNameTests {
    /// The look-up for a name and some protocols.
    private func match(
        _ table: ServerNameTable, _ name: String, _ protocols: [String] = []
    ) -> Int32 {
        let list = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        return Array(name.utf8).withUnsafeBufferPointer { name in
            list.withUnsafeBufferPointer { table.match(serverName: name, protocols: $0) }
        }
    }

    private static func route(_ hosts: [String], _ protocols: [String] = []) -> ServerNamePattern {
        ServerNamePattern(hosts: hosts.map { HostPattern($0) }, protocols: protocols)
    }

    static let patterns = [
        route([]),
        route(["*.example.com"]),
        route(["api.example.com", "www.example.com"]),
        route(["api.example.com"], ["h2", "h3"]),
        route(["*.eu.example.com"]),
        route([], ["acme-tls/1"]),
        route(["*.example.com"], ["http/1.1"]),
    ]

    @Test(
        "exact before longest below before every one, with protocols before without",
        arguments: [
            ("api.example.com", [], 2),
            ("API.example.com.", [], 2),
            ("api.example.com", ["http/1.1"], 2),
            ("api.example.com", ["http/1.1", "h2"], 3),
            ("api.example.com", ["h3"], 3),
            ("www.example.com", ["h2"], 2),
            ("other.example.com", [], 1),
            ("other.example.com", ["http/1.1"], 6),
            ("a.b.example.com", [], 1),
            ("a.eu.example.com", ["http/1.1"], 4),
            ("eu.example.com", [], 1),
            ("example.com", [], 0),
            ("example.org", ["acme-tls/1"], 5),
            ("other.example.com", ["acme-tls/1"], 1),
            ("", [], 0),
            ("", ["h2", "acme-tls/1"], 5),
            ("", ["acme-tls/", "acme-tls/10", "cme-tls/1"], 0),
        ] as [(String, [String], Int32)])
    func precedence(name: String, protocols: [String], index: Int32) {
        let table = ServerNameTable.build(Self.patterns)
        defer { table.deallocate() }
        #expect(match(table, name, protocols) == index)
    }

    @Test("where no route is for every client some take none")
    func none() {
        let empty = ServerNameTable.build([])
        let table = ServerNameTable.build([Self.route(["a.b"]), Self.route([], ["h2"])])
        defer {
            empty.deallocate()
            table.deallocate()
        }
        #expect(match(empty, "a.b") == -1)
        #expect(match(table, "c.b") == -1)
        #expect(match(table, "") == -1)
        #expect(match(table, "c.b", ["h2"]) == 1)
    }

    @Test("among equals the first pattern counts, whatever the client prefers")
    func order() {
        let table = ServerNameTable.build([Self.route([], ["a"]), Self.route([], ["b"])])
        defer { table.deallocate() }
        #expect(match(table, "x", ["b", "a"]) == 0)
        #expect(match(table, "x", ["b"]) == 1)
    }

    @Test("a list of protocols that ends too early has those before")
    func brokenList() {
        let table = ServerNameTable.build([Self.route([], ["h2"]), Self.route([])])
        defer { table.deallocate() }
        for (list, index) in [([2, 104, 50, 9], 0), ([9, 104, 50], 1), ([2], 1), ([0, 0], 1)] {
            let bytes = list.map { UInt8($0) }
            let found = bytes.withUnsafeBufferPointer {
                table.match(
                    serverName: UnsafeBufferPointer(start: nil, count: 0), protocols: $0)
            }
            #expect(found == index, "\(list)")
        }
    }

    @Test("a route is shadowed when all of its protocols are")
    func shadowed() {
        let patterns = [
            Self.route(["a.b"], ["h2", "h2"]),
            Self.route(["a.b"], ["h2", "h3"]),
            Self.route(["a.b"], ["h3", "h2"]),
            Self.route(["a.b"]),
            Self.route(["a.b"]),
        ]
        let found = ServerNameTable.shadowed(patterns)
        #expect(found.map(\.index) == [2, 4])
        #expect(found.last?.shadowedBy == 3)
        #expect([0, 1].contains(found.first?.shadowedBy))
    }

    @Test("each of 10,000 names is found, and others are not")
    func many() {
        let table = ServerNameTable.build(
            (0..<10_000).map { Self.route([$0 % 2 == 0 ? "h\($0).example" : "*.h\($0).example"]) })
        defer { table.deallocate() }
        for index in 0..<10_000 {
            let isExact = index % 2 == 0
            #expect(match(table, "h\(index).example") == (isExact ? Int32(index) : -1))
            #expect(match(table, "a.h\(index).example") == (isExact ? -1 : Int32(index)))
        }
    }
}
