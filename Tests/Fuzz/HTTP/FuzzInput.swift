// What a fuzzer's input means, and what has to hold of it. The same checks run over the committed
// inputs in HTTPTests.

import HTTP

/// Inputs: the first octet says what the others are.
public enum FuzzInput {
    /// What is wrong with how the parsers take an input; nil when nothing is.
    public static func violation(_ input: [UInt8]) -> String? {
        guard let kind = input.first else { return nil }
        let rest = Array(input.dropFirst())
        switch kind % 4 {
        // `P`, a request.
        case 0: return RequestCheck(rest).violation()
        // `Q` and `R`, a response to GET and to HEAD.
        case 1: return ResponseCheck(rest, to: .get).violation()
        case 2: return ResponseCheck(rest, to: .head).violation()
        // `S`, a chunked body.
        default: return ChunksCheck(rest).violation()
        }
    }
}
