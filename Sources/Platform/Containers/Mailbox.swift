// Messages from any thread to the one that owns the box: a stack that senders push on with one
// exchange and the owner takes whole, after Treiber (IBM RJ 5118, 1986). It wakes nobody by itself.

internal import Synchronization

/// A queue of messages with many senders and one receiver. No lock; senders allocate a node a
/// message, so it is for the control plane's rare words to workers and back, not for events.
///
/// Copies are the same box; the owner calls `deallocate` when no sender is left.
@safe public struct Mailbox<Message: Sendable>: @unchecked Sendable {
    private struct Node {
        var message: Message
        var next: UInt
    }

    private let head: UnsafeMutablePointer<Atomic<UInt>>

    /// An empty box.
    public init() {
        unsafe head = .allocate(capacity: 1)
        unsafe head.initialize(to: Atomic(0))
    }

    /// Frees the box and what is in it.
    public func deallocate() {
        var messages = takeAll()
        while messages.next() != nil {}
        unsafe head.deinitialize(count: 1)
        unsafe head.deallocate()
    }

    /// Adds a message. Returns true when the box was empty: the sender then wakes the receiver.
    public func send(_ message: Message) -> Bool {
        let node = UnsafeMutablePointer<Node>.allocate(capacity: 1)
        var first = unsafe head.pointee.load(ordering: .relaxed)
        unsafe node.initialize(to: Node(message: message, next: first))
        while true {
            let (exchanged, original) = unsafe head.pointee.weakCompareExchange(
                expected: first, desired: UInt(bitPattern: node),
                successOrdering: .acquiringAndReleasing, failureOrdering: .relaxed)
            if exchanged { return first == 0 }
            first = original
            unsafe node.pointee.next = first
        }
    }

    /// Takes all messages, to be had in the order they were sent. Only the receiver calls it, and
    /// it must take every one.
    public func takeAll() -> Messages {
        var taken = unsafe head.pointee.exchange(0, ordering: .acquiringAndReleasing)
        var reversed: UInt = 0
        while let node = unsafe UnsafeMutablePointer<Node>(bitPattern: taken) {
            taken = unsafe node.pointee.next
            unsafe node.pointee.next = reversed
            reversed = UInt(bitPattern: node)
        }
        return Messages(next: reversed)
    }

    /// Messages that were taken out of a box.
    public struct Messages: ~Copyable {
        private var first: UInt

        init(next: UInt) { first = next }

        deinit { precondition(first == 0, "messages were left unread") }

        /// The next message, or nil after the last.
        public mutating func next() -> Message? {
            guard let node = unsafe UnsafeMutablePointer<Node>(bitPattern: first) else {
                return nil
            }
            first = unsafe node.pointee.next
            let message = unsafe node.move().message
            unsafe node.deallocate()
            return message
        }
    }
}
