// "Did you mean": the nearest of the words that would have been right.

/// Finds near misses.
public enum Spelling {
    /// The candidate nearest to `word` by insertions, deletions, replacements and swaps of
    /// neighbours, when that is near enough to be what was meant. Case does not count, and `-`
    /// counts as `_`. Of equally near ones the first.
    public static func nearest(
        to word: String, among candidates: some Sequence<String>
    ) -> String? {
        guard word.utf8.count <= Limits.nameCharacters else { return nil }
        let written = folded(word)
        // Shorter words are nearer to each other by chance.
        let farthest = written.count <= 3 ? 1 : written.count <= 7 ? 2 : 3
        var bestDistance = farthest + 1
        var best: String?
        for candidate in candidates where candidate.utf8.count <= Limits.nameCharacters {
            guard abs(candidate.utf8.count - written.count) < bestDistance else { continue }
            let right = folded(candidate)
            let found = distance(written, right)
            // A word of which little is left was not meant.
            guard found < bestDistance, found * 2 <= right.count else { continue }
            bestDistance = found
            best = candidate
        }
        return best
    }

    private static func folded(_ word: String) -> [UInt8] {
        word.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            case UInt8(ascii: "-"): UInt8(ascii: "_")
            default: byte
            }
        }
    }

    /// The optimal string alignment distance (Damerau 1964), by three rows of its table.
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        var row = last
        for i in a.indices {
            row[0] = i + 1
            for j in b.indices {
                let replaced = last[j] + (a[i] == b[j] ? 0 : 1)
                row[j + 1] = min(replaced, last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1)
                }
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
