// What a file must not hold, whatever it says: it is found here with its place, since libyaml would
// report bytes, or count lines where an editor does not.

extension SourceText {
    /// The first thing that makes the file no text that YAML allows (YAML 1.2, section 5.1).
    func firstIllegible() -> Problem? {
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) {
            return Problem(
                "the file begins with a byte order mark", at: .start,
                suggestion: "save it as UTF-8 without a byte order mark")
        }
        if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
            return Problem(
                "the file is UTF-16, not UTF-8", at: .start, suggestion: "save it as UTF-8")
        }
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte >= 0x80 {
                guard let scalar = scalar(at: index) else {
                    let digits = String(byte, radix: 16)
                    return Problem(
                        "the byte 0x\(digits) is not UTF-8 here", at: mark(ofByte: index),
                        suggestion: "save the file as UTF-8")
                }
                // NEL, LS and PS end lines for libyaml and for nobody else.
                let isRefused =
                    scalar.value < 0xa0 || [0x2028, 0x2029, 0xfeff].contains(scalar.value)
                    || scalar.value & 0xfffe == 0xfffe
                if isRefused { return refused(scalar, at: index) }
                index += UTF8.width(scalar)
            } else {
                let isText = byte >= 0x20 && byte != 0x7f || byte == 9 || byte == 10 || byte == 13
                if !isText { return refused(Unicode.Scalar(byte), at: index) }
                index += 1
            }
        }
        return nil
    }

    private func refused(_ scalar: Unicode.Scalar, at index: Int) -> Problem {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let code = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return Problem(
            scalar == "\0"
                ? "the file holds a NUL byte" : "the character U+\(code) is not allowed in YAML",
            at: mark(ofByte: index), suggestion: "remove it")
    }

    /// The character of several bytes at `index`; nil when they are not UTF-8.
    private func scalar(at index: Int) -> Unicode.Scalar? {
        var iterator = bytes[index...].prefix(4).makeIterator()
        var decoder = UTF8()
        if case .scalarValue(let scalar) = decoder.decode(&iterator) { return scalar }
        return nil
    }
}
