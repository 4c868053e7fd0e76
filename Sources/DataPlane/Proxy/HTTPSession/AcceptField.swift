// What a client takes, as far as answers of our own care.

internal import HTTP

/// The Accept field of a request (RFC 9110, section 12.5.1).
enum AcceptField {
    /// True when JSON is named and HTML is not. Weights are left aside: who names one of the two
    /// wants it.
    static func prefersJSON(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
        unsafe contains("application/json", value) && !contains("text/html", value)
    }

    private static func contains(
        _ text: StaticString, _ value: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard let bytes = value.baseAddress else { return false }
        let count = text.utf8CodeUnitCount
        var start = 0
        while start + count <= value.count {
            if unsafe FieldText.isEqual(bytes + start, count: count, to: text) { return true }
            start += 1
        }
        return false
    }
}
