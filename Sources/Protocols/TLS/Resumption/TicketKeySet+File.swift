// The file that nodes of a fleet share their ticket keys by.

internal import COpenSSL

extension TicketKeySet {
    /// Why a file is none of ticket keys.
    public enum FileProblem: Error, Equatable, Sendable {
        /// There is no key in it, or more than `countMax`.
        case keyCount(Int)
        /// That line, from 1 on, is not the base64 of 80 bytes.
        case line(Int)

        /// What is wrong, to go behind the name of the file.
        public var message: String {
            switch self {
            case .keyCount(let count): "has \(count) keys instead of 1 to \(countMax)"
            case .line(let number): "line \(number) is not 80 bytes in base64"
            }
        }
    }

    /// Reads keys: a line of base64 each, the one that seals first; empty lines and such that begin
    /// with `#` are passed over. A file of 80, 160 or 240 bytes that are no text is keys as they are,
    /// as nginx has them.
    public static func parse(_ file: [UInt8]) -> Result<TicketKeySet, FileProblem> {
        let isText = file.allSatisfy { $0 == 10 || $0 == 13 || (32...126).contains($0) }
        if !isText, file.count % TicketKey.byteCount == 0 {
            let starts = stride(from: 0, to: file.count, by: TicketKey.byteCount)
            let keys = starts.map { TicketKey(file[$0..<($0 + TicketKey.byteCount)])! }
            return TicketKeySet(keys).map { .success($0) } ?? .failure(.keyCount(keys.count))
        }
        var keys: [TicketKey] = []
        let lines = file.split(separator: 10, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            var text = Array(line)
            while let last = text.last, last == 13 || last == 32 { text.removeLast() }
            guard let first = text.first, first != UInt8(ascii: "#") else { continue }
            guard let key = decoded(text) else { return .failure(.line(index + 1)) }
            keys.append(key)
        }
        return TicketKeySet(keys).map { .success($0) } ?? .failure(.keyCount(keys.count))
    }

    /// The file of these keys.
    public var file: [UInt8] {
        var result = Array("# TLS ticket keys: the first seals, all open. Secret.\n".utf8)
        for index in 0..<count {
            var line = [UInt8](repeating: 0, count: Self.lineByteCount + 1)
            let key = self[index]
            unsafe withUnsafeBytes(of: key.bytes) {
                unsafe _ = EVP_EncodeBlock(
                    &line, $0.baseAddress!.assumingMemoryBound(to: UInt8.self), Int32($0.count))
            }
            result += line.dropLast() + [10]
        }
        return result
    }

    /// The base64 of a key, padding and all.
    private static var lineByteCount: Int { (TicketKey.byteCount + 2) / 3 * 4 }

    private static func decoded(_ line: [UInt8]) -> TicketKey? {
        guard line.count == lineByteCount, line.last == UInt8(ascii: "="),
            line[line.count - 2] != UInt8(ascii: "=")
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: lineByteCount)
        defer { ERR_clear_error() }
        // The padding counts as bytes here.
        guard unsafe EVP_DecodeBlock(&bytes, line, Int32(line.count)) == TicketKey.byteCount + 1
        else { return nil }
        return TicketKey(bytes.prefix(TicketKey.byteCount))
    }
}
