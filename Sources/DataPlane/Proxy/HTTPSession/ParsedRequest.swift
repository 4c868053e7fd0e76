// A request's head as routes and balancers ask for it.

internal import HTTP
internal import Routing

/// A parsed head in its buffer. Good until the buffer or the workspace is used for something else.
@safe struct ParsedRequest: RequestView, BitwiseCopyable {
    /// The buffer that the head's ranges are of.
    let bytes: UnsafePointer<UInt8>
    let head: UnsafePointer<RequestHead>
    let fields: UnsafePointer<HeaderField>
    /// The path without escapes that change nothing.
    let path: UnsafeBufferPointer<UInt8>

    /// - Parameter space: Where the path is written when it has escapes.
    init(
        _ bytes: UnsafePointer<UInt8>, _ head: UnsafePointer<RequestHead>,
        _ fields: UnsafePointer<HeaderField>, path space: UnsafeMutablePointer<UInt8>
    ) {
        unsafe self.bytes = unsafe bytes
        unsafe self.head = unsafe head
        unsafe self.fields = unsafe fields
        let range = unsafe head.pointee.path
        if unsafe head.pointee.pathHasEscapes {
            let count = unsafe PathEscapes.decode(
                bytes + Int(range.start), count: Int(range.count), into: space)
            unsafe path = UnsafeBufferPointer(start: space, count: count)
        } else {
            unsafe path = UnsafeBufferPointer(
                start: bytes + Int(range.start), count: Int(range.count))
        }
    }

    /// The text of a range.
    @inline(__always) func text(_ range: HeadRange) -> UnsafeBufferPointer<UInt8> {
        unsafe UnsafeBufferPointer(start: bytes + Int(range.start), count: Int(range.count))
    }

    var host: UnsafeBufferPointer<UInt8> { unsafe text(head.pointee.host) }
    var method: UnsafeBufferPointer<UInt8> { unsafe text(head.pointee.methodRange) }

    func field(named name: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        unsafe FieldValues(bytes: bytes, fields: fields, count: head.pointee.fieldCount)
            .first(named: name)
    }

    /// The value of the first field that is known by `name`, or nil.
    func field(_ name: FieldName) -> UnsafeBufferPointer<UInt8>? {
        for index in 0..<(unsafe head.pointee.fieldCount) where unsafe fields[index].known == name {
            return unsafe text(fields[index].value)
        }
        return nil
    }

    func parameter(named name: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        guard let wanted = name.baseAddress else { return nil }
        let value = unsafe QueryParameters.find(
            wanted, count: name.count, in: bytes, query: head.pointee.query)
        return value.isMissing ? nil : unsafe text(value)
    }

    /// The value of a cookie, or nil.
    func cookie(named name: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        guard let wanted = name.baseAddress else { return nil }
        for index in 0..<(unsafe head.pointee.fieldCount)
        where unsafe fields[index].known == .cookie {
            let value = unsafe CookieParameters.find(
                wanted, count: name.count, in: bytes, value: fields[index].value)
            if !value.isMissing { return unsafe text(value) }
        }
        return nil
    }
}
