// The host that a request names, as it goes to the backend: edits of its fields have been made.

internal import Linux
internal import TLS

/// A host without its port, and without the brackets of an IPv6 address. Good until the head is.
@safe struct RequestHost: BitwiseCopyable {
    private let first: UnsafePointer<UInt8>
    /// How many bytes it has, above 0.
    let count: Int

    /// Finds the field Host in a head that was written here, or nil when it is empty.
    init?(ofHead bytes: UnsafePointer<UInt8>, count total: Int) {
        var start = unsafe Self.nextLine(bytes, 0, total)
        while start < total, unsafe bytes[start] != 13 {
            if unsafe Self.isHost(bytes, start, total) {
                guard let range = unsafe Self.name(bytes, start + 5, total) else { return nil }
                unsafe first = unsafe bytes + range.lowerBound
                count = range.count
                return
            }
            start = unsafe Self.nextLine(bytes, start, total)
        }
        return nil
    }

    /// False for what nothing can have a certificate for. One that begins with a dot would be taken
    /// for all names below it (X509_check_host(3)).
    @inline(__always) var isName: Bool {
        unsafe count <= TLSClientContext.nameBytesMax && first[0] != Ascii.dot
    }

    /// Calls `body` with the host in lower case, which has to be a name.
    @inline(__always)
    func withLowercased<Result>(_ body: (UnsafePointer<UInt8>, Int) -> Result) -> Result {
        precondition(isName)
        return unsafe withUnsafeTemporaryAllocation(
            of: UInt8.self, capacity: TLSClientContext.nameBytesMax
        ) { space in
            guard let base = space.baseAddress else { preconditionFailure("no room on the stack") }
            for index in 0..<count { unsafe base[index] = Ascii.lowercased(first[index]) }
            return unsafe body(base, count)
        }
    }

    private static func nextLine(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ total: Int
    ) -> Int {
        var at = start
        while at < total, unsafe bytes[at] != 10 { at += 1 }
        return at + 1
    }

    private static func isHost(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ total: Int) -> Bool {
        guard start + 5 <= total, unsafe bytes[start + 4] == Ascii.colon else { return false }
        return unsafe Ascii.lowercased(bytes[start]) == UInt8(ascii: "h")
            && Ascii.lowercased(bytes[start + 1]) == UInt8(ascii: "o")
            && Ascii.lowercased(bytes[start + 2]) == UInt8(ascii: "s")
            && Ascii.lowercased(bytes[start + 3]) == UInt8(ascii: "t")
    }

    /// The host in a value that begins at `start`: up to its port, within its brackets.
    private static func name(
        _ bytes: UnsafePointer<UInt8>, _ start: Int, _ total: Int
    ) -> Range<Int>? {
        var start = start
        while start < total, unsafe bytes[start] == Ascii.space || bytes[start] == 9 { start += 1 }
        let isBracketed = start < total && (unsafe bytes[start] == Ascii.bracket)
        if isBracketed { start += 1 }
        var end = start
        while end < total, unsafe bytes[end] > Ascii.space {
            let byte = unsafe bytes[end]
            if isBracketed ? byte == Ascii.closingBracket : byte == Ascii.colon { break }
            end += 1
        }
        // A name that is spelled to its end, the root, is the same (RFC 6066, section 3).
        if end > start + 1, unsafe bytes[end - 1] == Ascii.dot { end -= 1 }
        return end > start ? start..<end : nil
    }
}
