// The field lines of a head, in one pass: names and values are found, checked and noted down, and
// what frames the message is read as it comes by.

/// Parses field lines up to and with the empty line (RFC 9112, section 5).
enum FieldSection {
    /// Reads the lines from `start` on, none beyond `end`, into `fields`, which has room for
    /// `fieldsMax`. What they say of the message goes to `facts`. Stops at the first octet that
    /// can't be; so what a longer buffer begins with never changes what is found wrong in it.
    static func parse(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, fieldsMax: Int,
        into fields: UnsafeMutablePointer<HeaderField>, facts: inout FieldFacts
    ) -> Progress {
        var at = start
        var count = 0
        while true {
            let nameStart = at
            while at < end, OctetClass.token.contains(unsafe bytes[at]) { at &+= 1 }
            guard at < end else { return .incomplete }
            guard unsafe bytes[at] == Octet.colon, at > nameStart else {
                let stop = unsafe noName(bytes, from: nameStart, at: at, to: end)
                guard !stop.isStopped else { return stop }
                facts.fieldCount = count
                if facts.hasOtherNominations {
                    unsafe Nominations.mark(bytes, fields: fields, count: count)
                }
                return stop
            }
            guard count < fieldsMax else { return .refused(.tooManyFields) }
            let nameEnd = at
            repeat { at &+= 1 } while unsafe at < end && Octet.isBlank(bytes[at])
            let valueStart = at
            at = unsafe valueEnd(bytes, from: at, to: end)
            let line = unsafe lineEnd(bytes, at: at, to: end)
            guard !line.isStopped else { return line }
            while at > valueStart, Octet.isBlank(unsafe bytes[at &- 1]) { at &-= 1 }

            let known = unsafe FieldName.find(bytes + nameStart, count: nameEnd &- nameStart)
            let value = HeadRange(from: valueStart, to: at)
            unsafe fields[count] = HeaderField(
                name: HeadRange(from: nameStart, to: nameEnd), value: value, known: known)
            count &+= 1
            if known.isRead {
                let read = unsafe facts.read(known, bytes, value)
                guard !read.isStopped else { return read }
            }
            at = line.offset
        }
    }

    /// Where the first octet from `start` on is that a value can't have, or `end`. Eight octets at a
    /// time: in each lane the top bit comes to be set for one below 0x20 and for 0x7F. A borrow may
    /// set it falsely in lanes above a true one only, so the lowest is right.
    @inline(__always)
    static func valueEnd(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> Int {
        var at = start
        while at &+ 8 <= end {
            let word = unsafe NameWords.word(bytes + at)
            let control = (word &- 0x2020_2020_2020_2020) & ~word
            let other = word ^ 0x7F7F_7F7F_7F7F_7F7F
            let delete = (other &- 0x0101_0101_0101_0101) & ~other
            let found = (control | delete) & 0x8080_8080_8080_8080
            guard found != 0 else {
                at &+= 8
                continue
            }
            at &+= found.trailingZeroBitCount &>> 3
            guard unsafe bytes[at] == Octet.tab else { return at }
            at &+= 1
        }
        while at < end, Octet.isValue(unsafe bytes[at]) { at &+= 1 }
        return at
    }

    /// Goes past the CRLF that has to be where a value ends.
    @inline(__always)
    static func lineEnd(_ bytes: UnsafePointer<UInt8>, at: Int, to end: Int) -> Progress {
        guard at &+ 1 < end else {
            guard at < end else { return .incomplete }
            return unsafe bytes[at] == Octet.carriageReturn
                ? .incomplete : .refused(badEnd(bytes[at]))
        }
        guard unsafe bytes[at] == Octet.carriageReturn else {
            return unsafe .refused(badEnd(bytes[at]))
        }
        guard unsafe bytes[at &+ 1] == Octet.lineFeed else { return .refused(.bareCarriageReturn) }
        return .at(at &+ 2)
    }

    /// Why a value can't end with that octet.
    private static func badEnd(_ octet: UInt8) -> Refusal {
        octet == Octet.lineFeed ? .bareLineFeed : .badFieldValue
    }

    /// A line without name and colon: past the empty line, or why it is refused.
    private static func noName(
        _ bytes: UnsafePointer<UInt8>, from start: Int, at: Int, to end: Int
    ) -> Progress {
        let octet = unsafe bytes[at]
        guard at == start else {
            if Octet.isBlank(octet) { return .refused(.spaceBeforeColon) }
            return .refused(octet == Octet.lineFeed ? .bareLineFeed : .badFieldName)
        }
        switch octet {
        case Octet.carriageReturn: return unsafe lineEnd(bytes, at: at, to: end)
        case Octet.lineFeed: return .refused(.bareLineFeed)
        case Octet.space, Octet.tab: return .refused(.foldedLine)
        default: return .refused(.badFieldName)
        }
    }
}
