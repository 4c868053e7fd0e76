// Chunked bodies: where the framing is, where the data, and where the body ends. The decoder keeps
// no octets of either; it can stop and go on at every one. See `ChunkedDecoder+States.swift` for
// the grammar.

/// Finds the data in a chunked body (RFC 9112, section 7.1), wherever its octets are parted.
///
/// Stricter than the grammar in one thing: whitespace in a chunk's line is refused, since what
/// stands around the size has been read in too many ways.
public struct ChunkedDecoder: BitwiseCopyable, Sendable {
    /// What the next octets of a body are.
    public enum Step: Equatable, Sendable {
        /// `framing` octets of framing, then `count` octets of data, one or more.
        case data(framing: Int, count: Int)
        /// All of them are framing, and the body goes on.
        case incomplete
        /// `framing` octets of framing, which end the body. What follows is the next message's.
        case ended(framing: Int)
        /// The body can't be read on.
        case refused(Refusal)
    }

    /// Octets of data that the current chunk still has. A caller that moves data without looking
    /// at it tells `skip`.
    public private(set) var remaining: UInt64 = 0
    /// True while there were no chunk extensions: all that was passed can then be sent on as it is.
    /// With one, framing is written anew (RFC 9112, section 7.1.1).
    public private(set) var isVerbatim = true
    /// True when the body had trailer fields.
    public private(set) var hasTrailers = false

    var state = State.sizeStart
    /// Digits of the size so far.
    var digitCount: UInt8 = 0
    /// Extension octets that came beyond the data; see `HeadLimits.chunkExtensionBytesMax`.
    var extensionBytes: UInt16 = 0
    /// Octets of the trailer section so far.
    var trailerBytes: UInt16 = 0
    /// How many octets the name of the current trailer has, of which `name` keeps the first ones.
    var nameCount: UInt16 = 0
    var name: (UInt64, UInt64, UInt64) = (0, 0, 0)
    /// Why the body was refused, once it was.
    var refusal = Refusal.badChunkSize

    /// A decoder at the start of a body.
    public init() {}

    /// True once the body has ended.
    @inline(__always)
    public var hasEnded: Bool { state == .ended }

    /// Takes the next octets of the body, `count` of them, and tells what the first ones are. All
    /// that the step names is passed then; with `incomplete` it is all of them. A refusal stays.
    public mutating func next(_ bytes: UnsafePointer<UInt8>, count: Int) -> Step {
        var at = 0
        while at < count {
            if state == .data {
                let passed = min(remaining, UInt64(count &- at))
                skip(passed)
                return .data(framing: at, count: Int(passed))
            }
            guard unsafe accept(bytes[at]) else { break }
            at &+= 1
            if state == .ended { return .ended(framing: at) }
        }
        switch state {
        case .ended: return .ended(framing: 0)
        case .refused: return .refused(refusal)
        default: return .incomplete
        }
    }

    /// Passes data of the current chunk that went another way than through `next`.
    public mutating func skip(_ count: UInt64) {
        precondition(count <= remaining, "more data than the chunk has")
        guard count > 0 else { return }
        remaining -= count
        let excused = UInt16(truncatingIfNeeded: min(count, UInt64(extensionBytes)))
        extensionBytes &-= excused
        if remaining == 0 { state = .dataEnd }
    }

    /// Takes one more digit of a size.
    mutating func appendDigit(_ octet: UInt8) -> Bool {
        guard digitCount < 16, remaining <= HeadLimits.bodyBytesMax >> 4 else {
            return refuse(.chunkTooLarge)
        }
        digitCount += 1
        remaining = remaining << 4 | UInt64(Octet.hexadecimalValue(octet))
        state = .size
        return true
    }

    /// Goes to a state within an extension, whose octets are counted.
    mutating func go(toExtension next: State) -> Bool {
        isVerbatim = false
        guard extensionBytes < HeadLimits.chunkExtensionBytesMax else {
            return refuse(.chunkExtensionsTooLong)
        }
        extensionBytes += 1
        state = next
        return true
    }

    /// Begins or ends what follows a chunk's line.
    mutating func beginChunk() -> Bool {
        digitCount = 0
        state = remaining > 0 ? .data : .trailerStart
        return true
    }

    /// Takes an octet of a trailer's name.
    mutating func appendName(_ octet: UInt8) -> Bool {
        hasTrailers = true
        let lower = UInt64(Octet.lowercased(octet))
        let shift = UInt64(nameCount & 7) &* 8
        switch nameCount {
        case 0..<8: name.0 |= lower &<< shift
        case 8..<16: name.1 |= lower &<< shift
        case 16..<24: name.2 |= lower &<< shift
        default: break
        }
        nameCount += 1
        state = .trailerName
        return true
    }

    /// Checks the name of a trailer once it is whole.
    mutating func endName() -> Bool {
        var octets = (name.0.littleEndian, name.1.littleEndian, name.2.littleEndian)
        let count = Int(nameCount)
        name = (0, 0, 0)
        nameCount = 0
        // Known names are shorter than what is kept.
        if count < 24 {
            let known = unsafe withUnsafeBytes(of: &octets) { buffer in
                unsafe FieldName.find(
                    buffer.baseAddress!.assumingMemoryBound(to: UInt8.self), count: count)
            }
            guard !known.isForbiddenInTrailers else { return refuse(.forbiddenTrailer) }
        }
        state = .trailerValue
        return true
    }

    /// Ends the body for a cause. Always false, for `accept` to return.
    mutating func refuse(_ cause: Refusal) -> Bool {
        state = .refused
        refusal = cause
        return false
    }
}
