// What a response says of what may be done with it on its way (RFC 9111, section 5.2).

/// The Cache-Control field.
public enum CacheControl {
    /// True when a value has the directive `no-transform` (RFC 9111, section 5.2.2.6). What stands in
    /// quotes is no directive.
    public static func forbidsTransform(_ value: UnsafePointer<UInt8>, count: Int) -> Bool {
        var directives = unsafe Directives(value, count: count)
        while let directive = unsafe directives.next() {
            if unsafe isNamed(directive, "no-transform") { return true }
        }
        return false
    }

    /// True when a value keeps the response out of caches that several clients share: it has
    /// `no-store`, or `private` for all of it rather than for some fields (RFC 9111, sections 5.2.2.5
    /// and 5.2.2.7).
    public static func forbidsSharing(_ value: UnsafePointer<UInt8>, count: Int) -> Bool {
        var directives = unsafe Directives(value, count: count)
        while let directive = unsafe directives.next() {
            if unsafe isNamed(directive, "no-store") { return true }
            if let start = directive.baseAddress,
                unsafe ASCIIText.equals(start, directive.count, "private")
            {
                return true
            }
        }
        return false
    }

    /// True for a directive of that name, which has no argument; one is passed over.
    private static func isNamed(
        _ directive: UnsafeBufferPointer<UInt8>, _ name: StaticString
    ) -> Bool {
        guard let start = directive.baseAddress else { return false }
        var end = 0
        while end < directive.count, unsafe start[end] > UInt8(ascii: " "),
            unsafe start[end] != 0x3D
        {
            end += 1
        }
        return unsafe ASCIIText.equals(start, end, name)
    }

    /// The directives of a value, one after the other and without blanks around them.
    @safe private struct Directives {
        private let value: UnsafePointer<UInt8>
        private let count: Int
        private var index = 0

        init(_ value: UnsafePointer<UInt8>, count: Int) {
            unsafe self.value = unsafe value
            self.count = count
        }

        mutating func next() -> UnsafeBufferPointer<UInt8>? {
            guard index < count else { return nil }
            var start = index
            var isQuoted = false
            while index < count, unsafe isQuoted || value[index] != UInt8(ascii: ",") {
                if unsafe value[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
                // A quoted pair is no end of quotes (RFC 9110, section 5.6.4).
                if isQuoted, unsafe value[index] == UInt8(ascii: "\\") { index += 1 }
                index += 1
            }
            var end = min(index, count)
            index += 1
            while start < end, unsafe isBlank(value[start]) { start += 1 }
            while end > start, unsafe isBlank(value[end - 1]) { end -= 1 }
            return unsafe UnsafeBufferPointer(start: value + start, count: end - start)
        }

        private func isBlank(_ octet: UInt8) -> Bool {
            octet == UInt8(ascii: " ") || octet == 0x09
        }
    }
}
