// Heads and bodies as tests look at them: parsed from memory of just their size, with what the
// ranges stand for as text.

import HTTP

/// Octets in memory of just their size, so that AddressSanitizer sees every read beyond them.
final class Octets {
    let bytes: UnsafeMutablePointer<UInt8>
    let count: Int

    init(_ octets: some Collection<UInt8>) {
        count = octets.count
        bytes = .allocate(capacity: max(1, count))
        for (index, octet) in octets.enumerated() { bytes[index] = octet }
    }

    convenience init(_ text: String) { self.init(Array(text.utf8)) }

    deinit { bytes.deallocate() }

    /// The text at a range; what is no UTF-8 becomes U+FFFD.
    func text(_ range: HeadRange) -> String {
        precondition(range.end <= count, "a range beyond the buffer")
        return String(
            decoding: UnsafeBufferPointer(start: bytes + Int(range.start), count: Int(range.count)),
            as: UTF8.self)
    }
}

/// A field as text.
struct ParsedField: Equatable {
    var name: String
    var value: String
    var known: FieldName
    var isNominated: Bool
}

/// A request head and its texts.
struct ParsedRequest {
    var outcome: HeadOutcome
    var head = RequestHead()
    var fields: [ParsedField] = []
    var octets: Octets

    init(_ octets: Octets, limits: HeadLimits = HeadLimits()) {
        self.octets = octets
        let table = FieldTable(limits.fieldsMax)
        outcome = RequestHead.parse(
            octets.bytes, count: octets.count, limits: limits, into: &head, fields: table.fields)
        guard outcome == .complete else { return }
        fields = table.parsed(head.fieldCount, in: octets)
    }

    init(_ text: String, limits: HeadLimits = HeadLimits()) {
        self.init(Octets(text), limits: limits)
    }

    var target: String { octets.text(head.target) }
    var host: String { octets.text(head.host) }
    var path: String { octets.text(head.path) }
    var query: String { octets.text(head.query) }
    var method: String { octets.text(head.methodRange) }
}

/// A response head and its texts.
struct ParsedResponse {
    var outcome: HeadOutcome
    var head = ResponseHead()
    var fields: [ParsedField] = []
    var octets: Octets

    init(_ octets: Octets, to method: HTTP.Method = .get, limits: HeadLimits = HeadLimits()) {
        self.octets = octets
        let table = FieldTable(limits.fieldsMax)
        outcome = ResponseHead.parse(
            octets.bytes, count: octets.count, limits: limits, requestMethod: method, into: &head,
            fields: table.fields)
        guard outcome == .complete else { return }
        fields = table.parsed(head.fieldCount, in: octets)
    }

    init(_ text: String, to method: HTTP.Method = .get) { self.init(Octets(text), to: method) }

    var reason: String { octets.text(head.reason) }
}

/// Room for fields.
final class FieldTable {
    let fields: UnsafeMutablePointer<HeaderField>

    init(_ capacity: Int) { fields = .allocate(capacity: capacity) }

    deinit { fields.deallocate() }

    func parsed(_ count: Int, in octets: Octets) -> [ParsedField] {
        (0..<count).map { index in
            let field = fields[index]
            return ParsedField(
                name: octets.text(field.name), value: octets.text(field.value), known: field.known,
                isNominated: field.isNominated)
        }
    }
}

/// What a chunked body came to.
struct ParsedChunks: Equatable {
    enum End: Equatable {
        case ended
        case incomplete
        case refused(Refusal)
    }

    var data: [UInt8] = []
    var end = End.incomplete
    /// Octets up to the end of the body.
    var count = 0
    var isVerbatim = true
    var hasTrailers = false

    /// Decodes a body that arrives in pieces.
    init(_ pieces: [[UInt8]]) {
        var decoder = ChunkedDecoder()
        for piece in pieces where end == .incomplete {
            let octets = Octets(piece)
            var at = 0
            while at < octets.count, end == .incomplete {
                switch decoder.next(octets.bytes + at, count: octets.count - at) {
                case .data(let framing, let amount):
                    precondition(amount > 0 && at + framing + amount <= octets.count)
                    data += piece[at + framing..<at + framing + amount]
                    count += framing + amount
                    at += framing + amount
                case .incomplete:
                    count += octets.count - at
                    at = octets.count
                case .ended(let framing):
                    precondition(decoder.hasEnded && at + framing <= octets.count)
                    count += framing
                    at = octets.count
                    end = .ended
                case .refused(let refusal): end = .refused(refusal)
                }
            }
        }
        isVerbatim = decoder.isVerbatim
        hasTrailers = decoder.hasTrailers
    }

    init(_ text: String) { self.init([Array(text.utf8)]) }
}
