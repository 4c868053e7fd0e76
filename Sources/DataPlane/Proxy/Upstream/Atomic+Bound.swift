// Counts that several workers add to and that must not pass a bound.

internal import Synchronization

extension Atomic where Value == Int {
    /// Adds one, unless the count is `bound` or more. Ordered with what queues: see `WaitingLine`.
    borrowing func add(below bound: Int) -> Bool {
        var seen = load(ordering: .relaxed)
        while seen < bound {
            let (exchanged, original) = compareExchange(
                expected: seen, desired: seen + 1, ordering: .sequentiallyConsistent)
            if exchanged { return true }
            seen = original
        }
        return false
    }
}
