// A record and its texts in one piece of memory that somebody else owns: a reservation in a ring,
// or a buffer where a worker keeps what it will say when the exchange has ended.

/// An access record with its texts behind it. Copies are the same entry.
///
/// Nobody but its thread reads or writes an entry before it is committed to a ring.
@safe public struct AccessEntry: BitwiseCopyable {
    private let memory: UnsafeMutableRawPointer

    /// The most bytes that an entry takes.
    public static var bytesMax: Int { MemoryLayout<AccessRecord>.size + AccessText.totalBytesMax }
    /// The fewest: a record without texts.
    public static var bytesMin: Int { MemoryLayout<AccessRecord>.size }

    /// The entry that was begun in this memory, or copied to it.
    public init(at memory: UnsafeMutableRawPointer) { unsafe self.memory = unsafe memory }

    /// Begins an entry: `record` without texts. `memory` has room for at least `bytesMin` bytes and
    /// is aligned to 8.
    public static func begin(
        _ record: AccessRecord, in memory: UnsafeMutableRawPointer
    ) -> AccessEntry {
        unsafe memory.bindMemory(to: AccessRecord.self, capacity: 1).initialize(to: record)
        let entry = unsafe AccessEntry(at: memory)
        unsafe entry.record.pointee.texts = InlineArray(repeating: AccessRecord.Place())
        unsafe entry.record.pointee.textBytes = 0
        return entry
    }

    /// The numbers, to be read and filled in place. Its texts are added by `append` only.
    public var record: UnsafeMutablePointer<AccessRecord> {
        unsafe memory.assumingMemoryBound(to: AccessRecord.self)
    }

    /// Adds a text after those that are there, in any order, each once. What is beyond the text's
    /// bound, or makes the entry longer than `capacity` bytes, is cut off and flagged.
    public func append(
        _ text: AccessText, _ bytes: UnsafePointer<UInt8>, count: Int, capacity: Int
    ) {
        assert(count >= 0 && capacity >= byteCount)
        assert(unsafe record.pointee.texts[Int(text.rawValue)].count == 0, "added twice")
        let start = unsafe record.pointee.textBytes
        let room = capacity &- Self.bytesMin &- Int(start)
        let kept = min(count, min(text.bytesMax, room))
        precondition(kept >= 0)
        unsafe (memory + Self.bytesMin + Int(start)).copyMemory(from: bytes, byteCount: kept)
        let keptCount = UInt16(truncatingIfNeeded: kept)
        unsafe record.pointee.texts[Int(text.rawValue)] = AccessRecord.Place(
            start: start, count: keptCount)
        unsafe record.pointee.textBytes = start &+ keptCount
        if kept < count { unsafe record.pointee.flags.insert(.textCut) }
    }

    /// Takes out what a format asked for beside what every record has.
    public func removeExtras() {
        for index in 0..<AccessText.extraCount {
            let place = Int(AccessText.extra(index).rawValue)
            unsafe record.pointee.texts[place] = AccessRecord.Place()
        }
    }

    /// A text's bytes, empty when it was not added; good for as long as the entry is.
    public func text(_ text: AccessText) -> UnsafeRawBufferPointer {
        let place = unsafe record.pointee.texts[Int(text.rawValue)]
        return unsafe UnsafeRawBufferPointer(
            start: memory + Self.bytesMin + Int(place.start), count: Int(place.count))
    }

    /// How many bytes it takes, its record included.
    public var byteCount: Int { unsafe Self.bytesMin + Int(record.pointee.textBytes) }

    /// Where it begins; it goes on for `byteCount` bytes.
    public var start: UnsafeRawPointer { unsafe UnsafeRawPointer(memory) }
}
