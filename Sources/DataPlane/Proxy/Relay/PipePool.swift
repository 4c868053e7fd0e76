// Pipes that bulk transfers borrow. A pipe is returned empty or not at all.

internal import Containers
internal import Linux

/// The pipes of one worker.
@safe struct PipePool: ~Copyable {
    private let kept: UnsafeMutablePointer<Pipe>
    private var keptCount = 0
    private(set) var borrowedCount = 0
    /// The kernel refused pipes that are worth having; it isn't asked again.
    private var isRefused = false

    init() { unsafe kept = .allocate(capacity: ProxyLimits.pipesKept) }

    deinit {
        precondition(borrowedCount == 0, "a pipe is still borrowed")
        for index in 0..<keptCount { unsafe kept[index].close() }
        unsafe kept.deallocate()
    }

    /// Borrows an empty pipe; nil when there are too many or the kernel grants none worth having.
    mutating func take() -> Pipe? {
        if keptCount > 0 {
            keptCount -= 1
            borrowedCount += 1
            return unsafe kept[keptCount]
        }
        guard !isRefused, borrowedCount < ProxyLimits.pipesMax,
            let pipe = Pipe.open(capacity: ProxyLimits.pipeBytes)
        else { return nil }
        guard pipe.capacity >= ProxyLimits.pipeBytesMin else {
            pipe.close()
            isRefused = true
            return nil
        }
        borrowedCount += 1
        return pipe
    }

    /// Returns a pipe that is empty.
    mutating func give(_ pipe: Pipe) {
        guard keptCount < ProxyLimits.pipesKept else { return discard(pipe) }
        borrowedCount -= 1
        unsafe kept[keptCount] = pipe
        keptCount += 1
    }

    /// Closes a pipe that may hold bytes.
    mutating func discard(_ pipe: Pipe) {
        borrowedCount -= 1
        pipe.close()
    }
}
