// The TLS sessions that workers may take up with one backend. They belong to one upstream's TLS: what
// was verified by other settings is never taken up.

internal import TLS

/// A place for a session for each worker. Snapshots share it while their upstream's TLS stays the same.
@safe final class SessionSlots {
    let first: UnsafeMutablePointer<TLSSessionSlot>
    private let count: Int

    /// Empty places.
    init(workerCount: Int) {
        count = workerCount
        unsafe first = .allocate(capacity: max(1, count))
        for index in 0..<count { unsafe (first + index).initialize(to: TLSSessionSlot()) }
    }

    // Whoever holds it goes after the last connection that was made with it.
    deinit {
        for index in 0..<count { unsafe first[index].deallocate() }
        unsafe first.deallocate()
    }
}
