// Routes by the thousand, and requests that go over some or all of them. Exact hosts and path prefixes take
// turns. Numbers have a fixed width, so that a table of many gets requests as long as those of few.

/// So many routes, of which no two take the same requests.
struct RouteSet {
    let count: Int

    /// The elements of sluice's `routes`, a line each.
    func lines(upstream: String, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        return (0..<count).map { index in
            let path = isPrefix(index) ? ", path: \(prefix(index))" : ""
            return "\(margin)- { host: \(host(index))\(path), upstream: \(upstream) }\n"
        }.joined()
    }

    /// A script for wrk that asks for `used` of the routes in turn, in an order that jumps about
    /// the table.
    func script(used: Int) -> String {
        // A prime that divides no count used here, so that no route is met twice.
        let requests = (0..<used).map { request($0 * 7919 % count) }
        return """
            local requests = {
            \(requests.map { "  \"\($0)\"," }.joined(separator: "\n"))
            }
            local turn = 0
            request = function()
              turn = turn % #requests + 1
              return requests[turn]
            end

            """
    }

    /// A whole request, its line ends spelled as Lua does.
    private func request(_ index: Int) -> String {
        let path = isPrefix(index) ? prefix(index) + "/x" : WebBackend.smallPath
        return "GET \(path) HTTP/1.1\\r\\nHost: \(host(index))\\r\\n\\r\\n"
    }

    private func isPrefix(_ index: Int) -> Bool { index % 2 == 1 }

    private func host(_ index: Int) -> String {
        isPrefix(index) ? "api.example.com" : "site-\(number(index)).example.com"
    }

    private func prefix(_ index: Int) -> String { WebBackend.servicePrefix + number(index) }

    private func number(_ index: Int) -> String {
        let digits = String(index)
        return String(repeating: "0", count: 5 - digits.count) + digits
    }
}
