// Records around a message, of whatever sizes.

/// Writes TLS records.
public enum HelloRecordWriter {
    /// One record.
    public static func record(
        _ fragment: some Collection<UInt8>, type: UInt8 = 22, version: UInt16 = 0x0301
    ) -> [UInt8] {
        let count = UInt16(fragment.count)
        return [type, UInt8(version >> 8), UInt8(version & 0xFF)]
            + [UInt8(count >> 8), UInt8(count & 0xFF)] + Array(fragment)
    }

    /// A message in records of `size` octets, the last one of what is left.
    public static func records(_ message: [UInt8], size: Int) -> [UInt8] {
        stride(from: 0, to: message.count, by: size).flatMap {
            record(message[$0..<min($0 + size, message.count)])
        }
    }

    /// A message with its header: its type and its length before its body.
    public static func message(_ body: [UInt8], type: UInt8 = 1) -> [UInt8] {
        let count = body.count
        return [type, UInt8(count >> 16), UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF)] + body
    }
}
