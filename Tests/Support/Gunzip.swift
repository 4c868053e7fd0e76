// Gzip streams read by zlib, which had no part in making them.

import CZlib

/// Reads gzip streams.
public enum Gunzip {
    /// What a stream holds: all of it, or of a beginning what can be known by it. Nil when it is no
    /// stream, or not whole, or when something stands behind it.
    public static func read(_ bytes: [UInt8], isWhole: Bool = true) -> [UInt8]? {
        let zlib = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        defer { zlib.deallocate() }
        zlib.initialize(to: z_stream())
        precondition(
            inflateInit2_(zlib, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
        defer { inflateEnd(zlib) }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        return bytes.withUnsafeBufferPointer { input -> [UInt8]? in
            zlib.pointee.next_in = input.baseAddress
            zlib.pointee.avail_in = UInt32(input.count)
            while true {
                let (result, count) = buffer.withUnsafeMutableBufferPointer { room in
                    zlib.pointee.next_out = room.baseAddress
                    zlib.pointee.avail_out = UInt32(room.count)
                    let result = inflate(zlib, Z_NO_FLUSH)
                    return (result, room.count - Int(zlib.pointee.avail_out))
                }
                output += buffer[..<count]
                if result == Z_STREAM_END { return zlib.pointee.avail_in == 0 ? output : nil }
                if result == Z_BUF_ERROR || (result == Z_OK && count == 0) {
                    return isWhole ? nil : output
                }
                guard result == Z_OK else { return nil }
            }
        }
    }
}
