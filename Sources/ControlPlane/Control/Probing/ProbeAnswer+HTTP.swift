// Reading an HTTP/1.1 answer as far as a probe needs it (RFC 9112, section 4): the status line by
// the letter, heads for where they end, a body for what it contains.

extension ProbeAnswer {
    private static let headEnd = Array("\r\n\r\n".utf8)

    /// Judges what was received, one part after the other as they are complete.
    mutating func judgeHTTP(_ probe: HTTPProbe) -> Judgement {
        while true {
            switch part {
            case .statusLine:
                switch readStatusLine() {
                case .incomplete where received.count < ControlLimits.probeHeadBytesMax:
                    return .more
                case .incomplete, .invalid: return .failure(.unexpected)
                case .status(let status):
                    if let judgement = judge(status, probe) { return judgement }
                }
            case .interimHead, .head:
                guard let end = find(Self.headEnd) else {
                    let isFull = received.count >= ControlLimits.probeHeadBytesMax
                    return isFull ? .failure(.unexpected) : .more
                }
                start = end + Self.headEnd.count
                searched = start
                part = part == .head ? .body : .statusLine
            case .body:
                if let body = probe.body, find(Array(body.utf8)) == nil {
                    let isFull = received.count - start >= ControlLimits.probeBodyBytesMax
                    return isFull ? .failure(.body) : .more
                }
                return .success
            }
        }
    }

    /// Judges a status, unless that is for the body to say or for the answer that follows.
    private mutating func judge(_ status: Int, _ probe: HTTPProbe) -> Judgement? {
        // 101 ends HTTP and is final; all others of this kind are followed by an answer (RFC 9110,
        // section 15.2).
        if (100...199).contains(status), status != 101 {
            part = .interimHead
            return nil
        }
        guard probe.statuses.contains(where: { $0.contains(status) }) else {
            return .failure(.status, status: Int32(status))
        }
        part = .head
        return probe.body == nil ? .success : nil
    }

    private enum StatusLine { case incomplete, invalid, status(Int) }

    /// Reads `HTTP/1.1 200 OK` and its end. The space after the status is missing in so many
    /// answers without a reason that it may be; nothing else may.
    private mutating func readStatusLine() -> StatusLine {
        // Bytes: `d` a digit of the status, `v` the version's last digit, others themselves.
        let shape = Array("HTTP/1.v ddd".utf8)
        var status = 0
        for (byte, wanted) in zip(received[start...], shape) {
            switch wanted {
            case UInt8(ascii: "d"):
                guard (0x30...0x39).contains(byte) else { return .invalid }
                status = status * 10 + Int(byte - 0x30)
            case UInt8(ascii: "v"):
                guard byte == UInt8(ascii: "0") || byte == UInt8(ascii: "1") else {
                    return .invalid
                }
            default:
                guard byte == wanted else { return .invalid }
            }
        }
        let rest = received[start...].dropFirst(shape.count)
        guard let separator = rest.first else { return .incomplete }
        guard status >= 100, separator == 0x20 || separator == 0x0d else { return .invalid }
        for index in rest.indices {
            let byte = received[index]
            if byte == 0x0d {
                guard index + 1 < received.count else { return .incomplete }
                guard received[index + 1] == 0x0a else { return .invalid }
                // A head without fields ends with the line's own end and one more.
                searched = index
                return .status(status)
            }
            // Tab, space, visible and obsolete text (RFC 9112, section 4).
            guard byte == 0x09 || byte >= 0x20 && byte != 0x7f else { return .invalid }
        }
        let isFull = received.count - start >= ControlLimits.probeStatusLineBytesMax
        return isFull ? .invalid : .incomplete
    }
}
