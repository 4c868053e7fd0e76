// Numbers in decimal, and nothing that only some programs take for a number.

/// Reads numbers.
enum NumberText {
    /// An integer: digits, a minus before them, no leading zero.
    static func integer(_ text: String) -> Int? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard isPlain(digits) else { return nil }
        // Beyond an Int lies beyond every range.
        return Int(text) ?? (text.hasPrefix("-") ? .min : .max)
    }

    /// A decimal fraction: `1`, `1.25`.
    static func fraction(_ text: String) -> Double? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard isPlain(parts[0]), parts.count == 1 || !parts[1].isEmpty,
            parts.dropFirst().allSatisfy({ $0.utf8.allSatisfy(\.isDigit) }), text.utf8.count <= 24
        else { return nil }
        return Double(text)
    }

    private static func isPlain(_ digits: Substring) -> Bool {
        !digits.isEmpty && digits.utf8.allSatisfy(\.isDigit)
            && (digits.utf8.first != 0x30 || digits.utf8.count == 1)
    }
}
