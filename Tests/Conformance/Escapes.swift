// Octets as text and back, so that files of cases stay readable.

/// The escapes of case files.
public enum Escapes {
    /// The octets that a text stands for.
    static func decoded(_ text: Substring) -> [UInt8] {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "\\") else {
                result.append(octet)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "r"): result.append(13)
            case UInt8(ascii: "n"): result.append(10)
            case UInt8(ascii: "t"): result.append(9)
            case UInt8(ascii: "s"): result.append(32)
            case UInt8(ascii: "e"): break
            case UInt8(ascii: "\\"): result.append(UInt8(ascii: "\\"))
            case UInt8(ascii: "x"):
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                guard let value = UInt8(digits, radix: 16) else {
                    preconditionFailure("\\x\(digits) in \(text)")
                }
                result.append(value)
                rest = rest.dropFirst(2)
            case UInt8(ascii: "*"):
                let parts = rest.split(separator: UInt8(ascii: "{"), maxSplits: 1)
                let count = Int(String(decoding: parts[0], as: UTF8.self))!
                let end = parts[1].firstIndex(of: UInt8(ascii: "}"))!
                let unit = decoded(Substring(decoding: parts[1][..<end], as: UTF8.self))
                for _ in 0..<count { result += unit }
                rest = parts[1][(end + 1)...]
            default: preconditionFailure("an unknown escape in \(text)")
            }
        }
        return result
    }

    /// Octets as a text to be shown, cut after the first 200.
    public static func shown(_ octets: [UInt8]) -> String {
        octets.prefix(200).map { octet in
            switch octet {
            case 13: return "\\r"
            case 10: return "\\n"
            case 9: return "\\t"
            case 92: return "\\\\"
            case 32...126: return String(UnicodeScalar(octet))
            default: return "\\x" + (octet < 16 ? "0" : "") + String(octet, radix: 16)
            }
        }.joined() + (octets.count > 200 ? "… (\(octets.count) octets)" : "")
    }
}
