// The version that a request line ends with and a status line begins with.

/// The grammar of `HTTP-version` (RFC 9112, section 2.3).
enum VersionText {
    /// How many octets a version has.
    @inline(__always) static var count: Int { 8 }

    /// Goes past the version at `start`. `minor` is 1 for every 1.x from 1.1 on, which is to be read
    /// as the highest that one knows (RFC 9110, section 2.5).
    @inline(__always)
    static func read(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, minor: inout UInt8
    ) -> Progress {
        if start &+ count <= end,
            unsafe NameWords.word(bytes + start) == NameWords.word(usual.utf8Start)
        {
            minor = 1
            return .at(start &+ count)
        }
        return unsafe readUnusual(bytes, from: start, to: end, minor: &minor)
    }

    @inline(__always)
    private static var usual: StaticString { "HTTP/1.1" }

    private static func readUnusual(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, minor: inout UInt8
    ) -> Progress {
        for index in 0..<count {
            guard start + index < end else { return .incomplete }
            let octet = unsafe bytes[start + index]
            switch index {
            case 5, 7: guard Octet.isDigit(octet) else { return .refused(.badVersion) }
            default:
                guard unsafe octet == usual.utf8Start[index] else { return .refused(.badVersion) }
            }
        }
        guard unsafe bytes[start + 5] == Octet.zero + 1 else {
            return .refused(.unsupportedVersion)
        }
        minor = unsafe bytes[start + 7] == Octet.zero ? 0 : 1
        return .at(start + count)
    }
}
