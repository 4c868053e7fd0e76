// What has to hold of request heads, whatever they are.

import HTTP

/// Checks of one request head.
struct RequestCheck {
    private let input: [UInt8]
    private let limits = HeadLimits()

    init(_ input: [UInt8]) { self.input = input }

    /// A head that was parsed, with its fields.
    struct Parsed {
        var outcome: HeadOutcome
        var head = RequestHead()
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
        parsed.outcome = RequestHead.parse(
            memory.bytes, count: memory.count, limits: limits, into: &parsed.head, fields: table)
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
        guard let method = parsed.octets(head.methodRange), let target = parsed.octets(head.target),
            let path = parsed.octets(head.path), let query = parsed.octets(head.query),
            let host = parsed.octets(head.host)
        else { return "a range beyond the head" }
        let line = method + [32] + target + Array(" HTTP/1.".utf8)
        guard text.startLine.dropLast() == line[...] else { return "another request line" }
        guard host.allSatisfy({ $0 > 32 && $0 < 127 && $0 != 64 && $0 != 44 }) else {
            return "a host with \(host)"
        }
        if head.form == .origin {
            let joined = head.hasQuery ? path + [63] + query : path
            guard joined == target, path.first == 47 else { return "path and query in part" }
        }
        if let wrong = pathViolation(path) { return wrong }
        guard text.fields.count == head.fieldCount else { return "\(head.fieldCount) fields" }
        for (field, plain) in zip(parsed.fields, text.fields) {
            guard parsed.octets(field.name) == plain[0], parsed.octets(field.value) == plain[1]
            else { return "another field than \(plain)" }
            let name = String(decoding: HeadText.lowercased(plain[0]), as: UTF8.self)
            let known = FieldName.allCases.first { $0.text.description.lowercased() == name }
            guard field.known == known ?? .other else { return "\(name) is \(field.known)" }
        }
        guard head.framing == text.framing else { return "framing \(head.framing)" }
        guard text.values("host").count <= 1 else { return "many hosts" }
        let upgrade = head.wantsUpgrade ? parsed.octets(head.upgrade) : nil
        guard upgrade == nil || text.values("upgrade") == [upgrade!] else { return "upgrade" }
        return nil
    }

    /// A path has no dot segments, even when it is decoded.
    private func pathViolation(_ path: [UInt8]) -> String? {
        let source = ExactMemory(path)
        let target = ExactMemory(path)
        let count = PathEscapes.decode(source.bytes, count: source.count, into: target.bytes)
        guard count <= path.count else { return "a path that grows" }
        let decoded = UnsafeBufferPointer(start: target.bytes, count: count)
        for segment in decoded.split(separator: 47) {
            let plain = segment.prefix { $0 != 59 }
            if plain.elementsEqual([46]) || plain.elementsEqual([46, 46]) { return "dot segment" }
        }
        return nil
    }

    /// A head that is written from what was found says the same.
    private func rewriteViolation(_ parsed: Parsed) -> String? {
        let room = UnsafeMutablePointer<UInt8>.allocate(capacity: 20_000)
        defer { room.deallocate() }
        var writer = HeadWriter(room, capacity: 20_000)
        let head = parsed.head
        let bytes = parsed.memory.bytes
        if head.minorVersion > 0 {
            writer.requestLine(method: head.methodRange, target: head.target, of: bytes)
        } else {
            writer.append(head.methodRange, of: bytes)
            writer.append(" ")
            writer.append(head.target, of: bytes)
            writer.append(" HTTP/1.0\r\n")
        }
        for field in parsed.fields { writer.field(field, of: bytes) }
        let count = writer.finish()
        guard count > 0 else { return "no room to write" }
        guard count <= limits.headBytesMax else { return nil }
        let again = parse(UnsafeBufferPointer(start: room, count: count))
        guard again.outcome == .complete else { return "written, it is \(again.outcome)" }
        let other = again.head
        let isSame =
            other.byteCount == count && other.method == head.method && other.form == head.form
            && other.framing == head.framing && other.port == head.port
            && other.keepsAlive == head.keepsAlive && other.wantsUpgrade == head.wantsUpgrade
            && other.expectsContinue == head.expectsContinue && other.hasQuery == head.hasQuery
            && other.minorVersion == head.minorVersion
            && other.pathHasEscapes == head.pathHasEscapes
            && again.octets(other.target) == parsed.octets(head.target)
            && again.octets(other.host) == parsed.octets(head.host)
            && again.octets(other.path) == parsed.octets(head.path)
            && again.octets(other.query) == parsed.octets(head.query)
            && again.fields.map(\.isNominated) == parsed.fields.map(\.isNominated)
            && again.fields.map { again.octets($0.value) }
                == parsed.fields.map { parsed.octets($0.value) }
        guard isSame else { return "written, it says something else" }
        var short = HeadWriter(room, capacity: count - 1)
        short.append(room, count: count - 2)
        return short.finish() == -1 ? nil : "written beyond the bound"
    }
}
