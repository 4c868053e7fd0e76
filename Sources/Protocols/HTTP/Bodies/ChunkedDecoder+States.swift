// The grammar of chunked framing as a machine that takes an octet at a time. Framing is a dozen
// octets a chunk; data does not come through here.

extension ChunkedDecoder {
    /// Where in the framing the next octet is.
    enum State: UInt8, BitwiseCopyable, Sendable {
        /// The first digit of a size.
        case sizeStart
        /// A digit of a size, or what follows it.
        case size
        /// Behind `;`.
        case extensionStart
        case extensionName
        /// Behind `=`.
        case extensionValueStart
        case extensionToken
        case extensionQuoted
        /// Behind a backslash in a quoted string.
        case extensionEscape
        /// Behind a quoted string.
        case extensionEnd
        /// Behind the CR of a chunk's line.
        case lineFeed
        /// Data of a chunk, not taken by `accept`.
        case data
        /// Behind the data of a chunk.
        case dataEnd
        /// Behind the CR that follows the data.
        case dataLineFeed
        /// The first octet of a line of the trailer section.
        case trailerStart
        case trailerName
        case trailerValue
        /// Behind the CR of a trailer's line.
        case trailerLineFeed
        /// Behind the CR of the line that ends the body.
        case endLineFeed
        case ended
        case refused
    }

    /// Takes an octet of framing. False when it can't be there, or when the body was over before.
    mutating func accept(_ octet: UInt8) -> Bool {
        switch state {
        case .sizeStart, .size: return acceptSize(octet)
        case .extensionStart, .extensionName, .extensionValueStart, .extensionToken,
            .extensionQuoted, .extensionEscape, .extensionEnd:
            return acceptExtension(octet)
        case .lineFeed:
            guard octet == Octet.lineFeed else { return refuse(.bareCarriageReturn) }
            return beginChunk()
        case .data: preconditionFailure("data is no framing")
        case .dataEnd:
            guard octet == Octet.carriageReturn else { return refuse(.badChunkEnd) }
            state = .dataLineFeed
        case .dataLineFeed:
            guard octet == Octet.lineFeed else { return refuse(.badChunkEnd) }
            state = .sizeStart
        case .trailerStart, .trailerName, .trailerValue, .trailerLineFeed, .endLineFeed:
            return acceptTrailer(octet)
        case .ended, .refused: return false
        }
        return true
    }

    /// `1*HEXDIG`, then an extension or the end of the line.
    private mutating func acceptSize(_ octet: UInt8) -> Bool {
        if OctetClass.hexadecimal.contains(octet) { return appendDigit(octet) }
        guard state == .size else {
            return refuse(octet == Octet.lineFeed ? .bareLineFeed : .badChunkSize)
        }
        switch octet {
        case Octet.carriageReturn:
            state = .lineFeed
            return true
        case Octet.semicolon: return go(toExtension: .extensionStart)
        case Octet.lineFeed: return refuse(.bareLineFeed)
        default: return refuse(.badChunkSize)
        }
    }

    /// `*( ";" token [ "=" ( token / quoted-string ) ] )`.
    private mutating func acceptExtension(_ octet: UInt8) -> Bool {
        if octet == Octet.lineFeed { return refuse(.bareLineFeed) }
        let isToken = OctetClass.token.contains(octet)
        switch state {
        case .extensionStart:
            return isToken ? go(toExtension: .extensionName) : refuse(.badChunkExtension)
        case .extensionName:
            if isToken { return go(toExtension: .extensionName) }
            if octet == Octet.equals { return go(toExtension: .extensionValueStart) }
        case .extensionValueStart:
            if octet == Octet.quote { return go(toExtension: .extensionQuoted) }
            return isToken ? go(toExtension: .extensionToken) : refuse(.badChunkExtension)
        case .extensionToken:
            if isToken { return go(toExtension: .extensionToken) }
        case .extensionQuoted:
            if octet == Octet.quote { return go(toExtension: .extensionEnd) }
            if octet == Octet.backslash { return go(toExtension: .extensionEscape) }
            return Octet.isValue(octet)
                ? go(toExtension: .extensionQuoted) : refuse(.badChunkExtension)
        case .extensionEscape:
            return Octet.isValue(octet)
                ? go(toExtension: .extensionQuoted) : refuse(.badChunkExtension)
        default: break
        }
        if octet == Octet.semicolon { return go(toExtension: .extensionStart) }
        guard octet == Octet.carriageReturn else { return refuse(.badChunkExtension) }
        state = .lineFeed
        return true
    }

    /// Field lines as those of a head, then the empty line (RFC 9112, section 7.1.2).
    private mutating func acceptTrailer(_ octet: UInt8) -> Bool {
        guard trailerBytes < HeadLimits.trailerBytesMax else { return refuse(.trailersTooLarge) }
        trailerBytes += 1
        switch state {
        case .trailerStart:
            if octet == Octet.carriageReturn {
                state = .endLineFeed
                return true
            }
            if Octet.isBlank(octet) { return refuse(.foldedLine) }
            return acceptName(octet)
        case .trailerName:
            if octet == Octet.colon { return endName() }
            if Octet.isBlank(octet) { return refuse(.spaceBeforeColon) }
            return acceptName(octet)
        case .trailerValue:
            if Octet.isValue(octet) { return true }
            guard octet == Octet.carriageReturn else {
                return refuse(octet == Octet.lineFeed ? .bareLineFeed : .badFieldValue)
            }
            state = .trailerLineFeed
        default:
            guard octet == Octet.lineFeed else { return refuse(.bareCarriageReturn) }
            state = state == .endLineFeed ? .ended : .trailerStart
        }
        return true
    }

    private mutating func acceptName(_ octet: UInt8) -> Bool {
        guard OctetClass.token.contains(octet) else {
            return refuse(octet == Octet.lineFeed ? .bareLineFeed : .badFieldName)
        }
        return appendName(octet)
    }
}
