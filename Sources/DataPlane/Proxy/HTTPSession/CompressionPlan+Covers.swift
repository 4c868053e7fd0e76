// Which responses are compressed, by their heads alone.

internal import Compression
internal import HTTP

extension CompressionPlan {
    /// True for a response that clients who take gzip get compressed.
    ///
    /// - Parameter length: Of the body, where the head tells it; else nil.
    func covers(
        _ head: UnsafePointer<ResponseHead>, _ bytes: UnsafePointer<UInt8>,
        _ fields: UnsafePointer<HeaderField>, length: UInt64?
    ) -> Bool {
        // Nothing, a part of something, what the client has already, or what it may be made from.
        switch unsafe head.pointee.status {
        case ..<200, 204, 205, 206, 226, 304: return false
        default: break
        }
        if let length, length == 0 || length < bodyBytesMin { return false }
        var hasType = false
        for index in 0..<(unsafe head.pointee.fieldCount) {
            let field = unsafe fields[index]
            let value = unsafe bytes + Int(field.value.start)
            let count = Int(field.value.count)
            switch field.known {
            case .contentEncoding, .contentRange: return false
            case .contentType:
                guard unsafe types.contains(value, count: count) else { return false }
                hasType = true
            case .cacheControl:
                if unsafe CacheControl.forbidsTransform(value, count: count) { return false }
            case .other: if unsafe Self.isDigest(field, bytes) { return false }
            default: break
            }
        }
        return hasType
    }

    /// The length that the Content-Length field of a head says, which was checked when it was parsed;
    /// nil without one. For responses to HEAD, whose bodies do not come.
    static func statedLength(
        _ head: UnsafePointer<ResponseHead>, _ bytes: UnsafePointer<UInt8>,
        _ fields: UnsafePointer<HeaderField>
    ) -> UInt64? {
        for index in 0..<(unsafe head.pointee.fieldCount)
        where unsafe fields[index].known == .contentLength {
            let value = unsafe fields[index].value
            var length: UInt64 = 0
            for place in 0..<Int(value.count) {
                let digit = unsafe bytes[Int(value.start) + place] &- Ascii.zero
                length = length &* 10 &+ UInt64(digit)
            }
            return length
        }
        return nil
    }

    /// True when a Vary field names Accept-Encoding, or everything (RFC 9110, section 12.5.5).
    static func variesAlready(
        _ head: UnsafePointer<ResponseHead>, _ bytes: UnsafePointer<UInt8>,
        _ fields: UnsafePointer<HeaderField>
    ) -> Bool {
        for index in 0..<(unsafe head.pointee.fieldCount) where unsafe fields[index].known == .vary
        {
            let value = unsafe fields[index].value
            var start = Int(value.start)
            let end = start + Int(value.count)
            while start < end {
                var stop = start
                while stop < end, unsafe bytes[stop] != Ascii.comma { stop += 1 }
                if unsafe isEncodingOrAll(bytes, start, stop) { return true }
                start = stop + 1
            }
        }
        return false
    }

    private static func isEncodingOrAll(
        _ bytes: UnsafePointer<UInt8>, _ first: Int, _ last: Int
    ) -> Bool {
        var start = first
        var end = last
        while start < end, unsafe isBlank(bytes[start]) { start += 1 }
        while end > start, unsafe isBlank(bytes[end - 1]) { end -= 1 }
        return unsafe FieldText.isEqual(bytes + start, count: end - start, to: "Accept-Encoding")
            || FieldText.isEqual(bytes + start, count: end - start, to: "*")
    }

    private static func isBlank(_ octet: UInt8) -> Bool { octet == Ascii.space || octet == 9 }

    /// True for a field that holds for the very bytes (RFC 9530; RFC 1864): it would be wrong for
    /// others.
    private static func isDigest(_ field: HeaderField, _ bytes: UnsafePointer<UInt8>) -> Bool {
        let name = unsafe bytes + Int(field.name.start)
        let count = Int(field.name.count)
        return unsafe FieldText.isEqual(name, count: count, to: "Content-Digest")
            || FieldText.isEqual(name, count: count, to: "Repr-Digest")
            || FieldText.isEqual(name, count: count, to: "Digest")
            || FieldText.isEqual(name, count: count, to: "Content-MD5")
    }
}
