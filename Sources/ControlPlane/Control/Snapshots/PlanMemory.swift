// Memory for the many small things that a plan points to.

internal import Proxy

/// Owns texts and arrays of plain values, for as long as a plan that points to them may be read.
@safe final class PlanMemory {
    private var blocks: [UnsafeMutableRawPointer] = unsafe []

    deinit { unsafe blocks.forEach { unsafe $0.deallocate() } }

    /// The bytes of a text.
    func text(_ text: String) -> PlanText { self.text(Array(text.utf8)) }

    /// Bytes.
    func text(_ bytes: [UInt8]) -> PlanText {
        guard !bytes.isEmpty else { return PlanText() }
        return unsafe PlanText(array(bytes), count: bytes.count)
    }

    /// Values one behind the other. Those of an empty array may not be looked at.
    func array<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafePointer<Element> {
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, elements.count * MemoryLayout<Element>.stride),
            alignment: MemoryLayout<Element>.alignment)
        unsafe blocks.append(memory)
        let first = unsafe memory.bindMemory(to: Element.self, capacity: elements.count)
        for (index, element) in elements.enumerated() {
            unsafe (first + index).initialize(to: element)
        }
        return unsafe UnsafePointer(first)
    }
}
