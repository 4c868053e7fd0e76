// Idle connections that any worker may take: those of one backend that a worker has and does not use
// lie open to the others, who would have to make new ones.

internal import Containers
internal import Synchronization

/// A place where a worker offers one idle connection. The worker that has it fills it; whoever empties
/// it has the connection, be it the worker itself.
@safe struct ConnectionOffer: ~Copyable {
    /// Places of each worker for each backend.
    static var perWorker: Int { 8 }

    /// The token of the connection in the pool of the worker that offers it, or 0 for an empty place.
    private let token = Atomic<UInt64>(0)
    private let socket = Atomic<Int32>(-1)
    private let expiresAt = Atomic<UInt64>(0)

    /// A connection that was taken.
    struct Taken: BitwiseCopyable {
        let socket: Int32
        /// When it is too old, in ms.
        let expiresAt: UInt64
    }

    /// True for a place that nothing is offered at.
    borrowing func isEmpty() -> Bool { token.load(ordering: .relaxed) == 0 }

    /// Offers a connection at an empty place. Only the place's worker calls it.
    borrowing func fill(_ offered: Token, socket number: Int32, expiresAt time: UInt64) {
        assert(isEmpty())
        socket.store(number, ordering: .relaxed)
        expiresAt.store(time, ordering: .relaxed)
        token.store(offered.rawValue, ordering: .releasing)
    }

    /// Takes back what was offered; false when another worker has taken it.
    borrowing func takeBack(_ offered: Token) -> Bool {
        token.compareExchange(
            expected: offered.rawValue, desired: 0, ordering: .acquiring
        ).exchanged
    }

    /// Takes what another worker offers, or nil. A token is of one connection only, so what was read
    /// beside it is of the connection that is taken.
    borrowing func take() -> Taken? {
        let offered = token.load(ordering: .acquiring)
        guard offered != 0 else { return nil }
        let taken = Taken(
            socket: socket.load(ordering: .relaxed), expiresAt: expiresAt.load(ordering: .relaxed))
        let (exchanged, _) = token.compareExchange(
            expected: offered, desired: 0, ordering: .acquiring)
        return exchanged ? taken : nil
    }
}
