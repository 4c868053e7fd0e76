// The prefixes of an input that are tried: all of a short one.

/// Lengths at which an input is cut.
enum Prefixes {
    /// Up to some 60 lengths below `count`, the last ones before `focus` among them.
    static func lengths(of count: Int, focus: Int) -> [Int] {
        if count <= 48 { return Array(0..<count) }
        let spread = stride(from: 0, to: count, by: count / 32 + 1)
        let near = max(0, focus - 12)..<min(count, focus + 4)
        return Array(spread) + Array(near)
    }
}
