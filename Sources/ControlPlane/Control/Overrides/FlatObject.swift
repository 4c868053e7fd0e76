// JSON objects without anything nested (RFC 8259), read more strictly than Foundation's decoder
// does, which takes commas at the end and of two members of one name the first: a request that can
// be read in two ways is not to be done in either.

/// Reads a flat object.
struct FlatObject {
    /// A member's value.
    enum Value: Equatable {
        case text(String)
        case integer(Int)
        /// `true`, `false`, `null`, or a number that is not whole or too large.
        case other
    }

    /// Why it cannot be read.
    enum Problem: Error, Equatable {
        case notObject
        case twice(String)
        case nested(String)
    }

    private let scalars: [Unicode.Scalar]
    private var at = 0

    /// The members of the object that `bytes` are.
    static func read(_ bytes: [UInt8]) throws(Problem) -> [String: Value] {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notObject }
        var reader = FlatObject(scalars: Array(text.unicodeScalars))
        let members = try reader.object()
        reader.skipBlanks()
        guard reader.at == reader.scalars.count else { throw .notObject }
        return members
    }

    private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private mutating func object() throws(Problem) -> [String: Value] {
        try expect("{")
        var members: [String: Value] = [:]
        if take("}") { return members }
        repeat {
            let name = try string()
            try expect(":")
            let value = try value(of: name)
            guard members.updateValue(value, forKey: name) == nil else { throw .twice(name) }
        } while take(",")
        try expect("}")
        return members
    }

    private mutating func value(of name: String) throws(Problem) -> Value {
        skipBlanks()
        guard at < scalars.count else { throw .notObject }
        switch scalars[at] {
        case "\"": return .text(try string())
        case "{", "[": throw .nested(name)
        default: break
        }
        let start = at
        while at < scalars.count, Self.isWord(scalars[at]) { at += 1 }
        let word = scalars[start..<at]
        let text = word.map { String($0) }.joined()
        if ["true", "false", "null"].contains(text) { return .other }
        guard Self.isNumber(word) else { throw .notObject }
        return Int(text).map { .integer($0) } ?? .other
    }

    /// True for a number (section 6): no plus, no zeros in front, digits around the point.
    private static func isNumber(_ word: ArraySlice<Unicode.Scalar>) -> Bool {
        var rest = word
        func takeDigits() -> Int {
            let count = rest.prefix { ("0"..."9").contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == "-" { rest = rest.dropFirst() }
        let hasZero = rest.first == "0"
        let count = takeDigits()
        guard count == 1 || count > 1 && !hasZero else { return false }
        if rest.first == "." {
            rest = rest.dropFirst()
            guard takeDigits() > 0 else { return false }
        }
        if rest.first == "e" || rest.first == "E" {
            rest = rest.dropFirst()
            if rest.first == "+" || rest.first == "-" { rest = rest.dropFirst() }
            guard takeDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }

    private mutating func string() throws(Problem) -> String {
        try expect("\"")
        var text = String.UnicodeScalarView()
        while at < scalars.count {
            let scalar = scalars[at]
            at += 1
            switch scalar {
            case "\"": return String(text)
            case "\\": text.append(try escaped())
            case _ where scalar.value < 0x20: throw .notObject
            default: text.append(scalar)
            }
        }
        throw .notObject
    }

    /// What stands behind a backslash.
    private mutating func escaped() throws(Problem) -> Unicode.Scalar {
        guard at < scalars.count else { throw .notObject }
        let letter = scalars[at]
        at += 1
        switch letter {
        case "\"", "\\", "/": return letter
        case "b": return "\u{8}"
        case "f": return "\u{c}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "u": break
        default: throw .notObject
        }
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // Half of a pair for what is beyond 16 bits (section 7).
        guard first < 0xdc00, at + 1 < scalars.count, scalars[at] == "\\", scalars[at + 1] == "u"
        else { throw .notObject }
        at += 2
        let second = try hexadecimal()
        guard (0xdc00...0xdfff).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else { throw .notObject }
        return scalar
    }

    private mutating func hexadecimal() throws(Problem) -> UInt32 {
        guard at + 4 <= scalars.count else { throw .notObject }
        var number: UInt32 = 0
        for scalar in scalars[at..<(at + 4)] {
            guard let digit = Character(scalar).hexDigitValue, scalar.isASCII else {
                throw .notObject
            }
            number = number << 4 + UInt32(digit)
        }
        at += 4
        return number
    }

    private mutating func expect(_ scalar: Unicode.Scalar) throws(Problem) {
        guard take(scalar) else { throw .notObject }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard at < scalars.count, scalars[at] == scalar else { return false }
        at += 1
        return true
    }

    private mutating func skipBlanks() {
        while at < scalars.count, [" ", "\t", "\n", "\r"].contains(scalars[at]) { at += 1 }
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII
            && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || scalar == "-" || scalar == "+" || scalar == ".")
    }
}
