// Which media types are worth compressing: a list of the configuration, prepared so that a look-up
// touches one piece of memory.

/// A list of media types such as `application/json` and ranges such as `text/*`. Copies are the
/// same list; its owner deallocates it.
@safe public struct CompressibleTypes: BitwiseCopyable, @unchecked Sendable {
    /// For each: a byte that is 1 for a range and 0 for a type, the length in a byte, and the text
    /// in lower case; a range's without its star.
    private let bytes: UnsafeMutablePointer<UInt8>
    private let byteCount: Int

    /// Bytes of one type at most.
    public static var typeBytesMax: Int { 255 }

    /// Prepares a list; nil when something in it is no media type. `*/*` is any.
    public init?(_ types: [String]) {
        var prepared: [UInt8] = []
        for type in types {
            let text = type.utf8.map(ASCIIText.lower)
            guard text.count <= Self.typeBytesMax,
                let slash = text.firstIndex(of: UInt8(ascii: "/")), slash > 0,
                slash + 1 < text.count, text.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x3b })
            else { return nil }
            let isRange = text[(slash + 1)...].elementsEqual("*".utf8)
            var kept = isRange ? text.dropLast() : text[...]
            if isRange, kept.elementsEqual("*/".utf8) { kept = [] }
            guard !kept.contains(UInt8(ascii: "*")) else { return nil }
            prepared += [isRange ? 1 : 0, UInt8(kept.count)] + kept
        }
        byteCount = prepared.count
        unsafe bytes = .allocate(capacity: max(1, prepared.count))
        for (index, byte) in prepared.enumerated() { unsafe bytes[index] = byte }
    }

    /// Frees the list.
    public func deallocate() { unsafe bytes.deallocate() }

    /// True when a Content-Type's value, whatever its parameters, is of a type of the list. Nothing
    /// is allocated.
    public func contains(_ value: UnsafePointer<UInt8>, count: Int) -> Bool {
        var length = 0
        while length < count {
            let byte = unsafe value[length]
            if byte == UInt8(ascii: ";") || byte == UInt8(ascii: " ") || byte == 0x09 { break }
            length += 1
        }
        guard length > 0 else { return false }
        var index = 0
        while index < byteCount {
            let isRange = unsafe bytes[index] == 1
            let size = unsafe Int(bytes[index + 1])
            let compared = isRange ? min(size, length) : length
            // A range ends with its slash, so what begins like it has it too.
            if unsafe ASCIIText.equals(value, compared, bytes + index + 2, size) { return true }
            index += 2 + size
        }
        return false
    }
}
