// Diagnostics for a terminal of 80 columns: one line that editors understand, the line of the file
// with a caret, and the suggestion. What a hostile file holds is made visible, never passed on.

extension Diagnostic {
    /// `file:line:column: error: what is wrong`, then the line with carets beneath, then the
    /// suggestion; without a line feed at the end.
    public var text: String {
        var place = Visible.text(file)
        if line > 0 { place += ":\(line):\(column)" }
        var lines = ["\(place): \(severity.rawValue): \(message)"]
        if let sourceLine {
            lines += sourceLine.drawing(length: length, width: 76).map { "    " + $0 }
        }
        if let suggestion { lines.append("  help: \(suggestion)") }
        return lines.joined(separator: "\n")
    }
}

extension SourceLine {
    /// The line, and the line of carets beneath `length` characters; at most `width` columns.
    func drawing(length: Int, width: Int) -> [String] {
        var cells = text.unicodeScalars.map { Visible.scalar($0) }
        let first = min(column - 1, cells.count)
        var last = min(first + max(length, 1), cells.count)
        var caretColumn = 0
        for cell in cells[..<first] { caretColumn += cell.count }

        // Drop what is left of the caret until a third of the width is before it.
        var begin = 0
        var isCutBefore = isCutBefore
        let total = cells.reduce(0) { $0 + $1.count }
        if total > width - 2 {
            while begin < first, caretColumn > width / 3 {
                caretColumn -= cells[begin].count
                begin += 1
                isCutBefore = true
            }
        }
        if isCutBefore { caretColumn += 1 }

        // Then drop what does not fit on the right.
        var end = begin
        var used = isCutBefore ? 2 : 1
        while end < cells.count, used + cells[end].count <= width {
            used += cells[end].count
            end += 1
        }
        let isCutAfter = isCutAfter || end < cells.count
        last = min(last, end)
        cells = Array(cells[begin..<end])
        var carets = 0
        for cell in cells[min(first - begin, cells.count)..<max(first, last) - begin] {
            carets += cell.count
        }
        return [
            (isCutBefore ? "…" : "") + cells.joined() + (isCutAfter ? "…" : ""),
            String(repeating: " ", count: caretColumn)
                + String(repeating: "^", count: max(carets, 1)),
        ]
    }
}
