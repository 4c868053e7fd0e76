// One key that tickets are sealed with. 80 bytes, laid out as nginx and HAProxy do, so that their
// files serve.

internal import COpenSSL

/// A key: 16 bytes of name, which tickets carry in the clear, 32 for HMAC-SHA256 and 32 for AES-256
/// in CBC mode (RFC 5077, section 4, with a longer key).
///
/// It is a value, and secret: whoever holds one wipes it.
public struct TicketKey: BitwiseCopyable, Equatable, Sendable {
    /// The bytes of a key.
    public static let byteCount = 80
    static let nameByteCount = 16
    static let codeKeyOffset = 16
    static let codeKeyByteCount = 32
    static let cipherKeyOffset = 48

    /// Name, HMAC key and cipher key.
    private(set) var bytes = InlineArray<80, UInt8>(repeating: 0)

    /// A key of zeroes, which stands for none.
    init() {}

    /// A key of given bytes, of which there are 80; nil for other counts.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        for (index, byte) in bytes.enumerated() { self.bytes[index] = byte }
    }

    /// A key that nobody can guess.
    public static func random() -> TicketKey {
        var key = TicketKey()
        let result = unsafe withUnsafeMutableBytes(of: &key.bytes) {
            unsafe RAND_priv_bytes($0.baseAddress, Int32($0.count))
        }
        precondition(result == 1, "OpenSSL has no randomness")
        return key
    }

    /// Overwrites it.
    public mutating func wipe() {
        unsafe withUnsafeMutableBytes(of: &bytes) {
            unsafe OPENSSL_cleanse($0.baseAddress, $0.count)
        }
    }

    /// True when it has the name that stands in a ticket. Names are no secret.
    func isNamed(_ name: UnsafePointer<UInt8>) -> Bool {
        for index in 0..<Self.nameByteCount {
            guard unsafe bytes[index] == name[index] else { return false }
        }
        return true
    }

    /// True for the same bytes.
    public static func == (first: TicketKey, second: TicketKey) -> Bool {
        var difference: UInt8 = 0
        for index in 0..<byteCount { difference |= first.bytes[index] ^ second.bytes[index] }
        return difference == 0
    }
}
