// Fields of a head that are passed on as they came: whole runs of lines at once.

internal import HTTP

/// Copies fields from a parsed head, a run of lines at a time.
@safe struct FieldRuns {
    /// The buffer that the head was parsed in, and where its fields end.
    private let bytes: UnsafePointer<UInt8>
    private let fields: UnsafePointer<HeaderField>
    private let count: Int
    private let end: Int
    /// Where the run begins that is not copied yet, or -1.
    private var start = -1

    /// - Parameter headBytes: The length of the head with its empty line.
    init(
        _ bytes: UnsafePointer<UInt8>, _ fields: UnsafePointer<HeaderField>, count: Int,
        headBytes: Int
    ) {
        unsafe self.bytes = unsafe bytes
        unsafe self.fields = unsafe fields
        self.count = count
        end = headBytes - 2
    }

    /// Field `index` is passed on.
    @inline(__always) mutating func keep(_ index: Int) {
        if start < 0 { start = lineStart(index) }
    }

    /// Field `index` stays behind: what was kept before it is copied.
    @inline(__always) mutating func skip(_ index: Int, _ writer: inout HeadWriter) {
        guard start >= 0 else { return }
        unsafe writer.append(bytes + start, count: lineStart(index) - start)
        start = -1
    }

    /// Copies what is kept and not copied yet.
    @inline(__always) mutating func finish(_ writer: inout HeadWriter) {
        guard start >= 0 else { return }
        unsafe writer.append(bytes + start, count: end - start)
        start = -1
    }

    /// Lines stand one behind the other, so one begins where the one before ends.
    @inline(__always) private func lineStart(_ index: Int) -> Int {
        Int(unsafe fields[index].name.start)
    }
}
