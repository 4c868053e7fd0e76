// Fields that a Connection field names, which are then of this connection only.

/// The second look at the fields of a head whose Connection field names some that are unknown.
enum Nominations {
    /// Marks each field that a Connection field names. O(members × fields), both of which are
    /// bounded; `FieldFacts` has checked the lists.
    static func mark(
        _ bytes: UnsafePointer<UInt8>, fields: UnsafeMutablePointer<HeaderField>, count: Int
    ) {
        for index in 0..<count {
            guard unsafe fields[index].known == .connection else { continue }
            var options = unsafe HeaderList(bytes, range: fields[index].value)
            while true {
                let option = options.next()
                guard !option.isMissing else { break }
                for other in 0..<count {
                    let name = unsafe fields[other].name
                    guard name.count == option.count else { continue }
                    if unsafe FieldText.isEqual(
                        bytes + Int(name.start), count: Int(name.count),
                        to: bytes + Int(option.start), count: Int(option.count))
                    {
                        unsafe fields[other].isNominated = true
                    }
                }
            }
        }
    }
}
