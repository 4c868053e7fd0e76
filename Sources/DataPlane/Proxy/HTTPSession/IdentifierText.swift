// A request's identifier as answers repeat it: one that was made here, or one that came with the
// request and may be any text that a field can have.

internal import HTTP

/// An identifier to be written. Good while the head is that it may have come with.
@safe struct IdentifierText: BitwiseCopyable {
    private let made: RequestIdentifier
    private let given: UnsafeBufferPointer<UInt8>?

    /// Longer ones are not shown on pages.
    private static var shownBytesMax: Int { 128 }

    /// What was made here, or else what was given.
    init(_ made: RequestIdentifier, given: UnsafeBufferPointer<UInt8>? = nil) {
        self.made = made
        unsafe self.given = unsafe made.isNone ? given : nil
    }

    /// How many bytes are written.
    var count: Int { unsafe made.isNone ? given?.count ?? 0 : RequestIdentifier.textBytes }

    /// There is none.
    var isNone: Bool { count == 0 }

    /// True for what stands for itself on a page, in HTML as in JSON.
    var isShown: Bool {
        guard !isNone, count <= Self.shownBytesMax else { return false }
        guard let given = unsafe given else { return true }
        for index in 0..<given.count where unsafe !Self.isPlain(given[index]) { return false }
        return true
    }

    /// Writes it.
    func write(to writer: inout HeadWriter) {
        if !made.isNone { return made.write(to: &writer) }
        guard let given = unsafe given, let base = given.baseAddress else { return }
        unsafe writer.append(base, count: given.count)
    }

    /// Letters, digits and what identifiers are parted by.
    private static func isPlain(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "+"),
            UInt8(ascii: "/"):
            true
        default: false
        }
    }
}
