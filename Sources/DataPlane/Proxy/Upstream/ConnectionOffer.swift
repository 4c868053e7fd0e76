// Idle connections that any worker may take: those of one backend that a worker has and does not use
// lie open to the others, who would have to make new ones.

internal import Synchronization

/// A place where a worker offers one idle connection. The worker that has it fills it; whoever empties
/// it has the connection, be it the worker itself.
@safe struct ConnectionOffer: ~Copyable {
    /// Places of each worker for each backend.
    static var perWorker: Int { 8 }

    /// The number of the offer, or 0 for an empty place. No two offers of a place have one number,
    /// also not of the same connection: what is read beside it is of that offer, if it still stands
    /// when it is taken.
    private let number = Atomic<UInt64>(0)
    /// Of the last offer. Only the place's worker touches it.
    private let lastNumber = Atomic<UInt64>(0)
    private let socket = Atomic<Int32>(-1)
    private let expiresAt = Atomic<UInt64>(0)

    /// A connection that was taken.
    struct Taken: BitwiseCopyable {
        let socket: Int32
        /// When it is too old, in ms.
        let expiresAt: UInt64
    }

    /// True for a place that nothing is offered at.
    borrowing func isEmpty() -> Bool { number.load(ordering: .relaxed) == 0 }

    /// Offers a connection at an empty place. Only the place's worker calls it. Returns the number of
    /// the offer.
    borrowing func fill(socket offered: Int32, expiresAt time: UInt64) -> UInt64 {
        assert(isEmpty())
        let next = lastNumber.load(ordering: .relaxed) + 1
        lastNumber.store(next, ordering: .relaxed)
        socket.store(offered, ordering: .relaxed)
        expiresAt.store(time, ordering: .relaxed)
        number.store(next, ordering: .releasing)
        return next
    }

    /// Takes back what was offered; false when another worker has taken it.
    borrowing func takeBack(_ offer: UInt64) -> Bool {
        number.compareExchange(expected: offer, desired: 0, ordering: .acquiring).exchanged
    }

    /// Takes what another worker offers, or nil.
    borrowing func take() -> Taken? {
        let offer = number.load(ordering: .acquiring)
        guard offer != 0 else { return nil }
        let taken = Taken(
            socket: socket.load(ordering: .relaxed), expiresAt: expiresAt.load(ordering: .relaxed))
        let (exchanged, _) = number.compareExchange(
            expected: offer, desired: 0, ordering: .acquiring)
        return exchanged ? taken : nil
    }
}
