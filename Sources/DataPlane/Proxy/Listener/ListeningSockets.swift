// The listening sockets of one worker. Which connections they may accept, and when, is in
// `Worker+Accept.swift`.

/// A listening socket of a worker.
@safe struct ListeningSocket: BitwiseCopyable {
    /// The descriptor, or -1 for a free slot. The worker owns it.
    var socket: Int32 = -1
    /// The bind's number, which events carry.
    var number: UInt32 = 0
    /// The port that it is bound to, 0 for a Unix socket.
    var port: UInt16 = 0
    /// What is done with what it accepts; of the worker's present snapshot.
    var listener: UnsafePointer<ListenerPlan>?
    /// How many connections the next event may accept: grows while there are more.
    var batch = 1
    /// It waits for a timer.
    var isPaused = false
    /// When a pause was last reported, in ms.
    var reportedAt: UInt64 = 0
}

/// Slots for `ProxyLimits.bindsMax` listening sockets.
@safe struct ListeningSockets: ~Copyable {
    private let slots: UnsafeMutablePointer<ListeningSocket>
    /// Slots from here on were never used.
    private(set) var count = 0

    init() { unsafe slots = .allocate(capacity: ProxyLimits.bindsMax) }

    deinit { unsafe slots.deallocate() }

    /// A slot's content.
    subscript(slot: Int) -> ListeningSocket {
        get { unsafe slots[slot] }
        nonmutating set { unsafe slots[slot] = newValue }
    }

    /// True when the slot holds the bind of that number.
    func isCurrent(_ slot: Int, number: UInt32) -> Bool {
        slot < count && self[slot].socket >= 0 && self[slot].number == number
    }

    /// The slot of a bind's number, or nil. `hint` is looked at first.
    func find(number: UInt32, hint: Int) -> Int? {
        if isCurrent(hint, number: number) { return hint }
        for slot in 0..<count where isCurrent(slot, number: number) { return slot }
        return nil
    }

    /// Puts a socket into a free slot.
    mutating func add(_ socket: ListeningSocket) -> Int {
        for slot in 0..<count where self[slot].socket < 0 {
            self[slot] = socket
            return slot
        }
        precondition(count < ProxyLimits.bindsMax, "more binds than a snapshot may have")
        count += 1
        self[count - 1] = socket
        return count - 1
    }
}
