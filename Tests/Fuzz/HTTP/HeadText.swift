// A head read a second time in the plainest way, to compare the parsers with.

import HTTP

/// The lines of a head that was accepted.
struct HeadText: Equatable {
    var startLine: [UInt8]
    var fields: [[[UInt8]]]

    /// Parts the octets of a whole head into lines and these into names and values. Nil when there
    /// is a CR or LF that is not of a line's end, a control octet, or a line without name.
    init?(_ head: [UInt8]) {
        var lines: [[UInt8]] = [[]]
        var index = 0
        while index < head.count {
            if head[index] == 13 {
                guard index + 1 < head.count, head[index + 1] == 10 else { return nil }
                lines.append([])
                index += 2
                continue
            }
            guard head[index] >= 32 && head[index] != 127 || head[index] == 9 else { return nil }
            lines[lines.count - 1].append(head[index])
            index += 1
        }
        // Behind the last line end there is nothing, and before it the empty line.
        if lines.first == [] { lines.removeFirst() }
        guard lines.count >= 3, lines.last == [], lines[lines.count - 2] == [] else { return nil }
        startLine = lines[0]
        fields = []
        for line in lines[1..<lines.count - 2] {
            guard let colon = line.firstIndex(of: 58), colon > 0 else { return nil }
            let name = Array(line[..<colon])
            guard !name.contains(where: { $0 <= 32 || $0 > 126 }) else { return nil }
            var value = line[(colon + 1)...]
            while let first = value.first, first == 32 || first == 9 { value.removeFirst() }
            while let last = value.last, last == 32 || last == 9 { value.removeLast() }
            fields.append([name, Array(value)])
        }
    }

    /// The values of a field, whose name is given in lower case.
    func values(_ name: String) -> [[UInt8]] {
        fields.filter { Self.lowercased($0[0]) == Array(name.utf8) }.map { $0[1] }
    }

    /// The framing that the fields tell, as far as they do.
    var framing: BodyFraming? {
        let lengths = values("content-length")
        let codings = values("transfer-encoding")
        switch (lengths.count, codings.count) {
        case (0, 0): return BodyFraming.none
        case (1, 0): return UInt64(String(decoding: lengths[0], as: UTF8.self)).map { .length($0) }
        case (0, 1): return Self.lowercased(codings[0]) == Array("chunked".utf8) ? .chunked : nil
        default: return nil
        }
    }

    static func lowercased(_ octets: [UInt8]) -> [UInt8] {
        octets.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }
    }
}
