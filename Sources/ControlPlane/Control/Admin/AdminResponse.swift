// Answers on the admin socket.

/// One answer. Its length is always known, so that it can be told from a cut one.
struct AdminResponse {
    var status: Int
    var contentType: String
    var body: [UInt8]
    /// The methods that the path knows, for a 405.
    var allow: String?

    /// A line of text.
    static func text(_ status: Int, _ line: String) -> AdminResponse {
        AdminResponse(
            status: status, contentType: "text/plain; charset=utf-8", body: Array("\(line)\n".utf8))
    }

    /// JSON, which the caller has encoded.
    static func json(_ status: Int, _ body: [UInt8]) -> AdminResponse {
        AdminResponse(status: status, contentType: "application/json", body: body)
    }

    /// The bytes to send.
    func encoded(keepsAlive: Bool, omitsBody: Bool) -> [UInt8] {
        var head = "HTTP/1.1 \(status) \(Self.phrase(status))\r\n"
        head += "Content-Type: \(contentType)\r\nContent-Length: \(body.count)\r\n"
        head += "Cache-Control: no-store\r\n"
        if let allow { head += "Allow: \(allow)\r\n" }
        if !keepsAlive { head += "Connection: close\r\n" }
        head += "\r\n"
        return Array(head.utf8) + (omitsBody ? [] : body)
    }

    private static func phrase(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 400: "Bad Request"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 411: "Length Required"
        case 413: "Content Too Large"
        case 422: "Unprocessable Content"
        case 431: "Request Header Fields Too Large"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: "Status"
        }
    }
}
