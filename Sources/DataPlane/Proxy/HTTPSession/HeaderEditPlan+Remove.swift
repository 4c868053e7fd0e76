// Which fields of a head the configuration takes away.

internal import HTTP

extension HeaderEditPlan {
    /// True for a field that is removed or set.
    func removes(_ field: HeaderField, _ bytes: UnsafePointer<UInt8>) -> Bool {
        for index in 0..<removedCount {
            guard let name = unsafe removed?[index], let text = unsafe name.bytes else { continue }
            let isSame = unsafe FieldText.isEqual(
                bytes + Int(field.name.start), count: Int(field.name.count), to: text,
                count: name.count)
            if isSame { return true }
        }
        return false
    }
}
