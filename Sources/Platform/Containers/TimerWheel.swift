// Deadlines of many sessions, in a hierarchy of wheels after Varghese and Lauck, "Hashed and
// Hierarchical Timing Wheels" (SOSP 1987). It knows indexes and milliseconds, not what they are
// for.

/// At most one timer for each index below its capacity. One thread uses it.
///
/// Five wheels of 64 slots: a slot of the first is one millisecond, a slot of each next one is 64
/// slots of the one before, 12 days in all; later deadlines wait in the last wheel and are looked
/// at again. A timer moves down a wheel when its slot comes up, so it never expires early, and late
/// only as the caller is. `set` and `cancel` are O(1), `nextExpired` is O(1) amortised; nothing
/// allocates.
@safe public struct TimerWheel: ~Copyable {
    private static var levels: Int { 5 }
    private static var slotBits: UInt64 { 6 }
    private static var slots: Int { 64 }
    private static var none: Int32 { -1 }

    private struct Node: BitwiseCopyable {
        var deadline: UInt64
        var next: Int32
        var previous: Int32
        /// The list the timer is in, or -1 when it isn't set.
        var list: Int32
    }

    private let nodes: UnsafeMutablePointer<Node>
    /// The first timer of each slot of each wheel, and last the list of those that have expired.
    private let heads: UnsafeMutablePointer<Int32>
    /// One bit for each slot that isn't empty, a word a wheel.
    private let occupied: UnsafeMutablePointer<UInt64>
    private static var expiredList: Int32 { Int32(levels * slots) }

    /// Timers exist for indexes below this.
    public let capacity: Int32
    /// Every deadline up to here has been moved to the expired list.
    public private(set) var now: UInt64
    /// Nodes from here on were never touched.
    private var untouched: Int32 = 0
    /// How many timers are set.
    public private(set) var count = 0
    /// No timer expires before this. What cancelling makes early is put right when it comes.
    private var earliest: UInt64 = .max

    /// A wheel without timers, at time `now` in milliseconds.
    public init(capacity: Int32, now: UInt64) {
        self.capacity = capacity
        self.now = now
        unsafe nodes = .allocate(capacity: Int(capacity))
        unsafe heads = .allocate(capacity: Self.levels * Self.slots + 1)
        unsafe heads.initialize(repeating: Self.none, count: Self.levels * Self.slots + 1)
        unsafe occupied = .allocate(capacity: Self.levels)
        unsafe occupied.initialize(repeating: 0, count: Self.levels)
    }

    deinit {
        unsafe nodes.deallocate()
        unsafe heads.deallocate()
        unsafe occupied.deallocate()
    }

    /// Sets the timer of `index` to expire at `deadline` milliseconds, in place of an earlier one.
    public mutating func set(_ index: Int32, deadline: UInt64) {
        precondition(index >= 0 && index < capacity)
        touch(index)
        if unsafe nodes[Int(index)].list >= 0 { unlink(index) } else { count += 1 }
        unsafe nodes[Int(index)].deadline = deadline
        earliest = min(earliest, deadline)
        link(index)
    }

    /// Takes the timer of `index` away, if it is set.
    public mutating func cancel(_ index: Int32) {
        guard index < untouched, unsafe nodes[Int(index)].list >= 0 else { return }
        unlink(index)
        unsafe nodes[Int(index)].list = Self.none
        count -= 1
    }

    /// The deadline of `index`, or nil when it isn't set.
    public borrowing func deadline(of index: Int32) -> UInt64? {
        guard index < untouched, unsafe nodes[Int(index)].list >= 0 else { return nil }
        return unsafe nodes[Int(index)].deadline
    }

    /// Takes out one timer whose deadline is `now` or earlier and returns its index, or -1 when
    /// there is none. Timers that the caller sets meanwhile count as well.
    public mutating func nextExpired(at now: UInt64) -> Int32 {
        guard earliest <= now else { return Self.none }
        if unsafe heads[Int(Self.expiredList)] < 0 { advance(to: now) }
        let index = unsafe heads[Int(Self.expiredList)]
        guard index >= 0 else {
            earliest = firstSlotStart()
            return Self.none
        }
        unlink(index)
        unsafe nodes[Int(index)].list = Self.none
        count -= 1
        return index
    }

    /// A time at which `nextExpired` should be asked again, never later than the first deadline;
    /// nil without timers.
    public borrowing func nextWake() -> UInt64? { count == 0 ? nil : max(earliest, now) }

    // Steps ---------------------------------------------------------------------------------

    /// When the first slot begins that holds a timer, which is no later than its deadline.
    private borrowing func firstSlotStart() -> UInt64 {
        var first = UInt64.max
        for level in 0..<Self.levels where unsafe occupied[level] != 0 {
            first = min(first, slotStart(level: level, ahead: firstAhead(level: level)))
        }
        return first
    }

    /// Moves time on to `target`, one occupied slot after the other, and never over one.
    private mutating func advance(to target: UInt64) {
        while now < target {
            var next = target
            for level in 0..<Self.levels where unsafe occupied[level] != 0 {
                next = min(next, slotStart(level: level, ahead: firstAhead(level: level)))
            }
            now = max(now + 1, next)
            for level in (0..<Self.levels).reversed() { emptyCurrentSlot(level: level) }
            if unsafe heads[Int(Self.expiredList)] >= 0 { return }
        }
    }

    /// Puts the timers of the slot that `now` has entered where they belong now.
    private mutating func emptyCurrentSlot(level: Int) {
        let shift = UInt64(level) * Self.slotBits
        // A higher wheel turns only when the lower ones have come round.
        guard now & ((1 << shift) - 1) == 0 else { return }
        let list = level * Self.slots + Int((now >> shift) & 63)
        while unsafe heads[list] >= 0 {
            let index = unsafe heads[list]
            unlink(index)
            link(index)
        }
    }

    /// Puts a timer into the slot for its deadline.
    private mutating func link(_ index: Int32) {
        let deadline = unsafe nodes[Int(index)].deadline
        guard deadline > now else { return insert(index, into: Self.expiredList) }
        let span: UInt64 = 1 << (UInt64(Self.levels) * Self.slotBits)
        let reachable = min(deadline, now &+ span &- (span >> Self.slotBits))
        // The wheel in which the deadline and now differ in one slot number and nothing above.
        let distance = 63 - (reachable ^ now).leadingZeroBitCount
        let level = min(distance / Int(Self.slotBits), Self.levels - 1)
        let slot = Int((reachable >> (UInt64(level) * Self.slotBits)) & 63)
        insert(index, into: Int32(level * Self.slots + slot))
    }

    private mutating func insert(_ index: Int32, into list: Int32) {
        let head = unsafe heads[Int(list)]
        unsafe nodes[Int(index)].next = head
        unsafe nodes[Int(index)].previous = Self.none
        unsafe nodes[Int(index)].list = list
        if head >= 0 { unsafe nodes[Int(head)].previous = index }
        unsafe heads[Int(list)] = index
        if list < Self.expiredList {
            unsafe occupied[Int(list) / Self.slots] |= 1 << UInt64(Int(list) % Self.slots)
        }
    }

    private mutating func unlink(_ index: Int32) {
        let node = unsafe nodes[Int(index)]
        if node.previous >= 0 {
            unsafe nodes[Int(node.previous)].next = node.next
        } else {
            unsafe heads[Int(node.list)] = node.next
            if node.next < 0, node.list < Self.expiredList {
                unsafe occupied[Int(node.list) / Self.slots] &=
                    ~(1 << UInt64(Int(node.list) % Self.slots))
            }
        }
        if node.next >= 0 { unsafe nodes[Int(node.next)].previous = node.previous }
    }

    /// How many slots after the current one the first occupied one of a wheel is, 1...64.
    private borrowing func firstAhead(level: Int) -> UInt64 {
        let current = (now >> (UInt64(level) * Self.slotBits)) & 63
        let start = (current + 1) & 63
        let word = unsafe occupied[level]
        let rotated = word >> start | (start == 0 ? 0 : word << (64 - start))
        return UInt64(rotated.trailingZeroBitCount) + 1
    }

    /// When the slot `ahead` slots after the current one begins.
    private borrowing func slotStart(level: Int, ahead: UInt64) -> UInt64 {
        let shift = UInt64(level) * Self.slotBits
        return ((now >> shift) + ahead) << shift
    }

    private mutating func touch(_ index: Int32) {
        while untouched <= index {
            unsafe nodes[Int(untouched)] = Node(deadline: 0, next: -1, previous: -1, list: -1)
            untouched += 1
        }
    }
}
