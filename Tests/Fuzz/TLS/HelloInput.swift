// What a fuzzer's input means, and what has to hold of it. The same checks run over the committed
// inputs in TLSTests.

import TLS

/// Inputs: the first octet says what the others are.
public enum HelloInput {
    /// What is wrong with how the parser takes an input; nil when nothing is.
    public static func violation(_ input: [UInt8]) -> String? {
        guard let kind = input.first else { return nil }
        let rest = Array(input.dropFirst())
        // `R`, records as they come from a client.
        if kind % 2 == 0 { return violation(stream: rest) }
        // `M`, the size of records, 0 for one, and the body of a message for them.
        guard let size = rest.first else { return nil }
        let message = HelloRecordWriter.message(Array(rest.dropFirst()))
        guard message.count < 1 << 16 else { return nil }
        let fragment = size == 0 ? message.count : Int(size)
        return violation(stream: HelloRecordWriter.records(message, size: fragment))
    }

    /// What is wrong with how the parser takes what a client sends; nil when nothing is.
    public static func violation(stream: [UInt8]) -> String? {
        let outcome = ParsedOutcome.parse(stream)
        let plain = PlainHello(stream)
        var focus = stream.count
        switch outcome {
        case .complete(let hello):
            guard let plain else { return "a hello that is none" }
            guard hello == ParsedHello(plain) else { return "another hello" }
            focus = hello.byteCount
            let fault = violation(of: hello, in: stream, plain)
            if let fault { return fault }
        case .incomplete(let least):
            guard plain == nil else { return "a hello that isn't found" }
            guard least > stream.count, least <= ClientHelloLimits.streamBytesMax else {
                return "a wish for \(least) octets"
            }
        case .refused:
            guard plain == nil else { return "a hello that isn't taken" }
        }
        for count in prefixes(of: stream.count, focus: focus) {
            let fault = violation(ofPrefix: count, of: stream, outcome)
            if let fault { return "of \(count) octets: \(fault)" }
        }
        return nil
    }

    /// What is wrong with a prefix of what comes to an outcome.
    private static func violation(
        ofPrefix count: Int, of stream: [UInt8], _ outcome: ParsedOutcome
    ) -> String? {
        let part = ParsedOutcome.parse(stream[..<count])
        switch (part, outcome) {
        case (.incomplete(let least), .complete(let hello)):
            return least > count && least <= hello.byteCount && count < hello.byteCount
                ? nil : "a wish for \(least) octets"
        case (.incomplete(let least), .incomplete(let later)):
            return least > count && least <= later ? nil : "a wish for \(least) octets"
        case (.incomplete(let least), .refused): return least > count ? nil : "no wish"
        default: return part == outcome ? nil : "\(part)"
        }
    }

    /// What is wrong with a hello when it comes in other records, or has something behind it.
    private static func violation(
        of hello: ParsedHello, in stream: [UInt8], _ plain: PlainHello
    ) -> String? {
        guard ParsedOutcome.parse(stream[..<hello.byteCount] + [21, 0, 255]) == .complete(hello)
        else { return "what follows it counts" }
        for size in [1, 2, 7, 64, plain.message.count / 2, plain.message.count] {
            let other = HelloRecordWriter.records(plain.message, size: size)
            guard other.count <= ClientHelloLimits.streamBytesMax else { continue }
            var expected = hello
            expected.byteCount = other.count
            guard ParsedOutcome.parse(other) == .complete(expected) else {
                return "in records of \(size) it is something else"
            }
        }
        return nil
    }

    /// Lengths at which an input is cut: all of a short one.
    private static func prefixes(of count: Int, focus: Int) -> [Int] {
        if count <= 64 { return Array(0..<count) }
        let spread = stride(from: 0, to: count, by: count / 24 + 1)
        return Array(0..<16) + spread + Array(max(0, focus - 6)..<min(count, focus + 3))
    }
}
