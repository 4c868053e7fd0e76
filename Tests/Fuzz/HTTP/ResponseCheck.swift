// What has to hold of response heads, whatever they are.

import HTTP

/// Checks of one response head.
struct ResponseCheck {
    private let input: [UInt8]
    private let method: HTTP.Method
    private let limits = HeadLimits()

    init(_ input: [UInt8], to method: HTTP.Method) {
        self.input = input
        self.method = method
    }

    private struct Parsed {
        var outcome: HeadOutcome
        var head = ResponseHead()
        var fields: [HeaderField] = []
        var memory: ExactMemory

        func octets(_ range: HeadRange) -> [UInt8]? {
            memory.octets(range, within: head.byteCount)
        }
    }

    private func parse(_ octets: some Collection<UInt8>) -> Parsed {
        let memory = ExactMemory(octets)
        let table = UnsafeMutablePointer<HeaderField>.allocate(capacity: limits.fieldsMax)
        defer { table.deallocate() }
        var parsed = Parsed(outcome: .incomplete, memory: memory)
        parsed.outcome = ResponseHead.parse(
            memory.bytes, count: memory.count, limits: limits, requestMethod: method,
            into: &parsed.head, fields: table)
        if parsed.outcome == .complete {
            guard parsed.head.fieldCount <= limits.fieldsMax else { fatalError("fields beyond") }
            parsed.fields = (0..<parsed.head.fieldCount).map { table[$0] }
        }
        return parsed
    }

    /// What is wrong; nil when nothing is.
    func violation() -> String? {
        let whole = parse(input)
        let end = whole.outcome == .complete ? whole.head.byteCount : input.count
        for count in Prefixes.lengths(of: input.count, focus: end) {
            let outcome = parse(input[..<count]).outcome
            switch whole.outcome {
            case .complete where count >= whole.head.byteCount:
                if outcome != .complete { return "\(count) octets are no head: \(outcome)" }
            case .refused where outcome == whole.outcome: break
            default:
                if outcome != .incomplete { return "\(count) octets come to \(outcome)" }
            }
        }
        guard whole.outcome == .complete else {
            let isFull = input.count >= limits.headBytesMax
            return whole.outcome == .incomplete && isFull ? "incomplete for ever" : nil
        }
        return partsViolation(whole) ?? rewriteViolation(whole)
    }

    /// Compares what was found with a plain reading.
    private func partsViolation(_ parsed: Parsed) -> String? {
        let head = parsed.head
        guard head.byteCount <= min(input.count, limits.headBytesMax) else { return "head beyond" }
        guard let text = HeadText(Array(input[..<head.byteCount])) else { return "no plain head" }
        guard let reason = parsed.octets(head.reason) else { return "a reason beyond the head" }
        let line = Array("HTTP/1.".utf8) + [text.startLine[7]] + Array(" \(head.status)".utf8)
        guard text.startLine == line || text.startLine == line + [32] + reason else {
            return "another status line"
        }
        guard (100...999).contains(head.status) else { return "status \(head.status)" }
        guard text.fields.count == head.fieldCount else { return "\(head.fieldCount) fields" }
        for (field, plain) in zip(parsed.fields, text.fields) {
            guard parsed.octets(field.name) == plain[0], parsed.octets(field.value) == plain[1]
            else { return "another field than \(plain)" }
        }
        guard let told = text.framing else { return "framing \(head.framing) of nothing" }
        let status = head.status
        let expected: BodyFraming
        if status < 200 || status == 204 || status == 304 || method == .head {
            expected = .none
        } else {
            expected = told == .none ? .untilClose : told
        }
        guard head.framing == expected else { return "framing \(head.framing)" }
        return head.framing == .untilClose && head.keepsAlive ? "kept alive for ever" : nil
    }

    /// A head that is written from what was found says the same.
    private func rewriteViolation(_ parsed: Parsed) -> String? {
        let head = parsed.head
        guard head.minorVersion > 0 else { return nil }
        let room = UnsafeMutablePointer<UInt8>.allocate(capacity: 20_000)
        defer { room.deallocate() }
        var writer = HeadWriter(room, capacity: 20_000)
        writer.statusLine(head.status, reason: head.reason, of: parsed.memory.bytes)
        for field in parsed.fields { writer.field(field, of: parsed.memory.bytes) }
        let count = writer.finish()
        guard count > 0 else { return "no room to write" }
        guard count <= limits.headBytesMax else { return nil }
        let again = parse(UnsafeBufferPointer(start: room, count: count))
        guard again.outcome == .complete else { return "written, it is \(again.outcome)" }
        let other = again.head
        let isSame =
            other.byteCount == count && other.status == head.status
            && other.framing == head.framing && other.keepsAlive == head.keepsAlive
            && other.keepAliveTimeoutSeconds == head.keepAliveTimeoutSeconds
            && again.octets(other.reason) == parsed.octets(head.reason)
            && again.fields.map(\.isNominated) == parsed.fields.map(\.isNominated)
            && again.fields.map { again.octets($0.value) }
                == parsed.fields.map { parsed.octets($0.value) }
        return isSame ? nil : "written, it says something else"
    }
}
