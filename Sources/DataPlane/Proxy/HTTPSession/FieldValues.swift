// Values of fields by name, in a head that was parsed.

internal import HTTP

/// Fields of a head and the buffer that they are in.
@safe struct FieldValues: BitwiseCopyable {
    let bytes: UnsafePointer<UInt8>
    let fields: UnsafePointer<HeaderField>
    let count: Int

    /// The value of the first field of a name, whatever its case, or nil.
    func first(named name: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        guard let wanted = name.baseAddress else { return nil }
        for index in 0..<count {
            let field = unsafe fields[index]
            let isSame = unsafe FieldText.isEqual(
                bytes + Int(field.name.start), count: Int(field.name.count), to: wanted,
                count: name.count)
            if isSame {
                return unsafe UnsafeBufferPointer(
                    start: bytes + Int(field.value.start), count: Int(field.value.count))
            }
        }
        return nil
    }
}
