// The bytes of a file with their lines: finds what no YAML file may hold before the parser sees it,
// and cuts out the lines that diagnostics show.

/// The text of one file.
struct SourceText: Sendable {
    /// The name of the file, as it was given.
    let name: String
    /// Its bytes.
    let bytes: [UInt8]
    /// Where each line begins in `bytes`. Lines end as in YAML 1.2: LF, CR LF or CR.
    private let lineStarts: [Int]

    init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
        var starts = [0]
        for (index, byte) in bytes.enumerated() {
            let isEnd =
                byte == UInt8(ascii: "\n")
                || byte == UInt8(ascii: "\r")
                    && !(index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n"))
            if isEnd { starts.append(index + 1) }
        }
        lineStarts = starts
    }

    /// Lines, the last one included that nothing ends.
    var lineCount: Int { lineStarts.count }

    /// The bytes of a line, from 1, without its end.
    func line(_ number: Int) -> ArraySlice<UInt8> {
        guard number >= 1, number <= lineStarts.count else { return [] }
        let start = lineStarts[number - 1]
        var end = number < lineStarts.count ? lineStarts[number] : bytes.count
        while end > start, [0x0a, 0x0d].contains(bytes[end - 1]) { end -= 1 }
        return bytes[start..<end]
    }

    /// The surroundings of a place in its line.
    func excerpt(at mark: Mark) -> SourceLine {
        let line = line(Int(mark.line))
        let column = Int(mark.column)
        // Bytes that begin a character; anything invalid is repaired below, one for one.
        var begin = line.startIndex
        var skipped = 0
        while begin < line.endIndex, column - skipped > Limits.excerpt {
            begin += 1
            while begin < line.endIndex, line[begin] & 0xc0 == 0x80 { begin += 1 }
            skipped += 1
        }
        let scalars = String(decoding: line[begin...].prefix(8 * Limits.excerpt), as: UTF8.self)
            .unicodeScalars
        let shown = scalars.prefix(2 * Limits.excerpt)
        return SourceLine(
            text: String(String.UnicodeScalarView(shown)), column: max(column - skipped, 1),
            isCutBefore: skipped > 0,
            isCutAfter: shown.count < scalars.count || line.endIndex - begin > 8 * Limits.excerpt)
    }

    /// The place of a byte.
    func mark(ofByte offset: Int) -> Mark {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        let before = bytes[lineStarts[low]..<offset]
        let column = before.reduce(0) { $0 + ($1 & 0xc0 == 0x80 ? 0 : 1) }
        return Mark(line: Int32(low + 1), column: Int32(column + 1))
    }
}
