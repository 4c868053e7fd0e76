// What a response says of being changed on its way (RFC 9111, section 5.2).

/// The Cache-Control field.
public enum CacheControl {
    /// True when a value has the directive `no-transform` (RFC 9111, section 5.2.2.6). What stands in
    /// quotes is no directive.
    public static func forbidsTransform(_ value: UnsafePointer<UInt8>, count: Int) -> Bool {
        var index = 0
        while index < count {
            let start = index
            var isQuoted = false
            while index < count, unsafe isQuoted || value[index] != UInt8(ascii: ",") {
                if unsafe value[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
                // A quoted pair is no end of quotes (RFC 9110, section 5.6.4).
                if isQuoted, unsafe value[index] == UInt8(ascii: "\\") { index += 1 }
                index += 1
            }
            if unsafe isNoTransform(value + start, min(index, count) - start) { return true }
            index += 1
        }
        return false
    }

    /// True for the directive with blanks around it. It has no argument; one is passed over.
    private static func isNoTransform(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var start = 0
        while start < count, unsafe bytes[start] == UInt8(ascii: " ") || bytes[start] == 0x09 {
            start += 1
        }
        var end = start
        while end < count, unsafe bytes[end] > UInt8(ascii: " "), unsafe bytes[end] != 0x3D {
            end += 1
        }
        return unsafe ASCIIText.equals(bytes + start, end - start, "no-transform")
    }
}
