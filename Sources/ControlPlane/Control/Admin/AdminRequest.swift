// Requests on the admin socket: as much of HTTP/1.1 (RFC 9112) as a local client needs, read
// strictly. What is ambiguous is refused, never repaired.

internal import Linux

/// One request, read in full.
struct AdminRequest: Equatable {
    /// As sent: methods are case-sensitive.
    var method: String
    /// The target without its query.
    var path: String
    /// The client wants the connection to stay.
    var keepsAlive: Bool
    /// What came behind the head.
    var body: [UInt8] = []
    /// Who asks; nil when the kernel does not tell. The parser does not know it.
    var peer: PeerCredentials?
}

/// What the bytes so far are.
enum AdminParse: Equatable {
    /// Not a whole request yet.
    case incomplete
    /// A request, of so many bytes.
    case request(AdminRequest, bytes: Int)
    /// Nothing that can be answered otherwise.
    case refused(status: Int, reason: String)
}

extension AdminRequest {
    /// Reads a request from the start of `bytes`.
    static func parse(_ bytes: [UInt8]) -> AdminParse {
        guard let headEnd = endOfHead(bytes) else {
            return bytes.count > ControlLimits.adminRequestBytesMax
                ? .refused(status: 431, reason: "the request's head is too long") : .incomplete
        }
        var lines: [String] = []
        var start = 0
        for index in 0..<(headEnd - 2) where bytes[index] == 0x0d && bytes[index + 1] == 0x0a {
            lines.append(String(decoding: bytes[start..<index], as: UTF8.self))
            start = index + 2
        }
        guard let requestLine = lines.first else { return bad("there is no request line") }
        let isClean = lines.allSatisfy { line in
            line.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f || $0 == 0x09 }
        }
        guard isClean else { return bad("the head has bytes that are not text") }
        let words = requestLine.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty, words[0].utf8.allSatisfy(isTokenByte),
            words[1].hasPrefix("/"), !words[1].contains("\t")
        else {
            return bad("the request line is not `METHOD /path HTTP/1.1`")
        }
        guard words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0" else {
            return .refused(status: 505, reason: "only HTTP/1.1 and HTTP/1.0 are spoken here")
        }
        let path = words[1].split(separator: "?", omittingEmptySubsequences: false)[0]
        var request = AdminRequest(
            method: String(words[0]), path: String(path), keepsAlive: words[2] == "HTTP/1.1")
        return readFields(lines.dropFirst(), &request, headEnd, bytes)
    }

    private static func readFields(
        _ lines: ArraySlice<String>, _ request: inout AdminRequest, _ headEnd: Int, _ bytes: [UInt8]
    ) -> AdminParse {
        var bodyBytes: Int?
        var hostCount = 0
        // What only the version tells so far.
        let needsHost = request.keepsAlive
        var wantsClose = false
        for line in lines {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex,
                line[..<colon].utf8.allSatisfy(isTokenByte)
            else { return bad("a header field is not `name: value`") }
            let name = line[..<colon].lowercased()
            let value = line[line.index(after: colon)...].trimmed()
            switch name {
            case "content-length":
                guard bodyBytes == nil, !value.isEmpty,
                    value.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let count = Int(value)
                else { return bad("Content-Length is not one number") }
                bodyBytes = count
            case "transfer-encoding":
                return .refused(status: 411, reason: "send a Content-Length, or no body")
            case "host": hostCount += 1
            case "connection":
                let options = value.lowercased().split(separator: ",").map { $0.trimmed() }
                if options.contains("close") { wantsClose = true }
                if options.contains("keep-alive") { request.keepsAlive = true }
            default: break
            }
        }
        guard hostCount == 1 || hostCount == 0 && !needsHost else {
            return bad("HTTP/1.1 needs one Host field (any name will do)")
        }
        if wantsClose { request.keepsAlive = false }
        let body = bodyBytes ?? 0
        guard body <= ControlLimits.adminRequestBytesMax else {
            return .refused(status: 413, reason: "the request's body is too long")
        }
        guard bytes.count >= headEnd + body else { return .incomplete }
        request.body = Array(bytes[headEnd..<(headEnd + body)])
        return .request(request, bytes: headEnd + body)
    }

    /// Where the head ends, behind its empty line, or nil.
    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        let last = min(bytes.count, ControlLimits.adminRequestBytesMax) - 4
        guard last >= 0 else { return nil }
        for index in 0...last
        where bytes[index] == 0x0d && bytes[index + 1] == 0x0a && bytes[index + 2] == 0x0d
            && bytes[index + 3] == 0x0a
        { return index + 4 }
        return nil
    }

    private static func bad(_ reason: String) -> AdminParse {
        .refused(status: 400, reason: reason)
    }

    /// A byte of a token (RFC 9110, section 5.6.2).
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

extension StringProtocol {
    /// Without spaces and tabs at both ends.
    fileprivate func trimmed() -> String {
        var text = self[...]
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
