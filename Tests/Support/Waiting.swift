// Waiting for something to become true, which is not sleeping: it ends as soon as it is.

import Glibc

/// Looks at a condition again and again until it holds. False when it still does not after that
/// time.
public func eventually(
    within milliseconds: UInt64 = 10_000, _ condition: () throws -> Bool
) rethrows -> Bool {
    let deadline = milliseconds + nowMs()
    while true {
        if try condition() { return true }
        if nowMs() >= deadline { return false }
        poll(nil, 0, 2)
    }
}

private func nowMs() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) * 1000 + UInt64(now.tv_nsec) / 1_000_000
}
