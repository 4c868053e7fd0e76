// What a whole message comes to, its body read as the head frames it.

import Conformance
import HTTP
import Testing

/// A message's end: its body and what is behind it, or why there is none.
struct ParsedBody {
    var refusal: Refusal?
    var isIncomplete = false
    var body: [UInt8] = []
    var rest: [UInt8] = []
    var framing = ""
    var chunks: ParsedChunks?

    init(
        _ outcome: HeadOutcome, _ framing: BodyFraming, _ headCount: Int, _ one: ConformanceCase
    ) {
        switch outcome {
        case .incomplete:
            isIncomplete = true
            return
        case .refused(let refusal):
            self.refusal = refusal
            return
        case .complete: break
        }
        let octets = Array(one.octets[headCount...])
        switch framing {
        case .none:
            self.framing = "none"
            rest = octets
        case .length(let count):
            self.framing = "length:\(count)"
            isIncomplete = UInt64(octets.count) < count
            guard !isIncomplete else { return }
            body = Array(octets[..<Int(count)])
            rest = Array(octets[Int(count)...])
        case .untilClose:
            self.framing = "until-close"
            body = octets
        case .chunked:
            self.framing = "chunked"
            let parsed = ParsedChunks([octets])
            chunks = parsed
            switch parsed.end {
            case .incomplete: isIncomplete = true
            case .refused(let refusal): self.refusal = refusal
            case .ended:
                body = parsed.data
                rest = Array(octets[parsed.count...])
            }
        }
    }

    /// Checks all that a case says of the message's end.
    func check(_ one: ConformanceCase, statusOf status: (Refusal) -> UInt16) {
        switch one.expectation {
        case .incomplete:
            #expect(isIncomplete, "\(one): \(self)")
        case .refused(let word, let expected):
            #expect(refusal?.word.description == word, "\(one): \(self)")
            #expect(refusal.map(status) == expected, "\(one)")
        case .accepted(let message):
            #expect(refusal == nil && !isIncomplete, "\(one): \(self)")
            #expect(framing == message.framing, "\(one)")
            #expect(body == message.body, "\(one): \(Escapes.shown(body))")
            #expect(rest == message.rest, "\(one): \(Escapes.shown(rest))")
            let isVerbatim = chunks?.isVerbatim ?? true
            #expect(isVerbatim == !message.flags.contains("rewritten"), "\(one)")
            let hasTrailers = chunks?.hasTrailers ?? false
            #expect(hasTrailers == message.flags.contains("trailers"), "\(one)")
        }
    }
}
