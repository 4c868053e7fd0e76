// Work left over from a turn of the loop, in the order it was put aside.

/// A first-in-first-out queue of indexes below a capacity, each in it once at most. One thread uses
/// it; every operation is O(1) and allocates nothing.
@safe public struct IndexQueue: ~Copyable {
    private struct Link: BitwiseCopyable {
        var next: Int32
        var previous: Int32
        var isQueued: Bool
    }

    private let links: UnsafeMutablePointer<Link>
    private var untouched: Int32 = 0
    private var first: Int32 = -1
    private var last: Int32 = -1

    /// Indexes are below this.
    public let capacity: Int32
    /// How many are queued.
    public private(set) var count: Int32 = 0

    /// An empty queue.
    public init(capacity: Int32) {
        self.capacity = capacity
        unsafe links = .allocate(capacity: Int(capacity))
    }

    deinit { unsafe links.deallocate() }

    /// Puts an index at the end, unless it is in the queue.
    public mutating func append(_ index: Int32) {
        precondition(index >= 0 && index < capacity)
        while untouched <= index {
            unsafe links[Int(untouched)] = Link(next: -1, previous: -1, isQueued: false)
            untouched += 1
        }
        guard unsafe !links[Int(index)].isQueued else { return }
        unsafe links[Int(index)] = Link(next: -1, previous: last, isQueued: true)
        if last >= 0 { unsafe links[Int(last)].next = index } else { first = index }
        last = index
        count += 1
    }

    /// Takes an index out, if it is in the queue.
    public mutating func remove(_ index: Int32) {
        guard index < untouched, unsafe links[Int(index)].isQueued else { return }
        let link = unsafe links[Int(index)]
        if link.previous >= 0 {
            unsafe links[Int(link.previous)].next = link.next
        } else {
            first = link.next
        }
        if link.next >= 0 {
            unsafe links[Int(link.next)].previous = link.previous
        } else {
            last = link.previous
        }
        unsafe links[Int(index)].isQueued = false
        count -= 1
    }

    /// Takes the first index out, or returns -1 when the queue is empty.
    public mutating func popFirst() -> Int32 {
        let index = first
        if index >= 0 { remove(index) }
        return index
    }
}
