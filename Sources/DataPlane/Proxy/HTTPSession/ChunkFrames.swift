// Bodies in chunks, framed anew: what a chunk's line says beside its size stays behind, and so do
// trailers (RFC 9112, section 7.1.1; RFC 9110, section 6.5.1). Nothing that one side reads in one way
// and the other in another gets through.

internal import HTTP

/// Takes chunked bytes apart and writes their data on.
enum ChunkFrames {
    /// What a piece of a body came to.
    struct Outcome: BitwiseCopyable {
        /// Bytes that were taken. All of them, unless the body has ended or is refused.
        var taken = 0
        /// The body has ended.
        var hasEnded = false
        /// It cannot be read on.
        var refusal: Refusal?
    }

    /// Bytes that are written beyond those that are taken, at most: data that goes on from an earlier
    /// piece gets a line of its own, and what ends the body may have come in part before.
    static var growthMax: Int { 64 }

    /// Takes what there is of a body and writes its data: in chunks, or `isFramed` being false, as it
    /// is.
    static func rewrite(
        _ bytes: UnsafePointer<UInt8>, count: Int, _ decoder: inout ChunkedDecoder,
        to writer: inout HeadWriter, isFramed: Bool
    ) -> Outcome {
        var outcome = Outcome()
        while outcome.taken < count {
            let here = unsafe bytes + outcome.taken
            switch unsafe decoder.next(here, count: count - outcome.taken) {
            case .data(let framing, let length):
                if isFramed {
                    writer.appendHexadecimal(UInt64(length))
                    writer.endLine()
                }
                unsafe writer.append(here + framing, count: length)
                if isFramed { writer.endLine() }
                outcome.taken += framing + length
            case .incomplete:
                outcome.taken = count
            case .ended(let framing):
                if isFramed { writer.append("0\r\n\r\n") }
                outcome.taken += framing
                outcome.hasEnded = true
                return outcome
            case .refused(let refusal):
                outcome.refusal = refusal
                return outcome
            }
        }
        return outcome
    }
}
