// A probe in HTTP/1.1 (RFC 9112): one request on a connection of its own. What it may contain is
// checked where the configuration is read.

internal import Linux

/// A request, and what makes its answer a good one.
struct HTTPProbe: Hashable, Sendable {
    /// The method, such as `GET`.
    let method: String
    /// The path, with its query.
    let path: String
    /// The `Host` field, or nil for the address.
    let host: String?
    /// Statuses of a good answer.
    let statuses: [ClosedRange<Int>]
    /// What a good answer's body contains, or nil when only the status counts. It is looked for in
    /// the body's bytes as they were sent, so that it isn't found across two chunks.
    let body: String?

    /// A probe; an empty `body` is none.
    init(
        method: String = "GET", path: String = "/", host: String? = nil,
        statuses: [ClosedRange<Int>] = [200...399], body: String? = nil
    ) {
        self.method = method
        self.path = path
        self.host = host
        self.statuses = statuses
        self.body = body == "" ? nil : body
    }

    /// The request to `address`, as it is sent.
    func request(to address: SocketAddress) -> [UInt8] {
        let name = host ?? (address.isInternet ? address.description : "localhost")
        let lines = [
            "\(method) \(path) HTTP/1.1", "Host: \(name)", "User-Agent: sluice", "Accept: */*",
            "Connection: close", "", "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }
}
