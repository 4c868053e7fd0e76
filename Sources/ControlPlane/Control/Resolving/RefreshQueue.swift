// Which query is due next, among thousands. A pure value that is told times and forgets nothing by
// itself: what is no longer true of an entry is for the resolver to see when it comes up.

/// Queries by the time they are due, the earliest first. Adding and taking cost the logarithm of
/// their number.
struct RefreshQueue {
    /// A query and when it is due.
    struct Entry {
        /// In ms of the loop.
        let dueMs: UInt64
        let query: ResolverQuery
    }

    /// A binary heap: no entry is due before the one at half its place.
    private var entries: [Entry] = []

    /// How many there are; a query counts as often as it was added.
    var count: Int { entries.count }

    /// The one that is due first.
    var first: Entry? { entries.first }

    /// Adds a query.
    mutating func insert(_ query: ResolverQuery, dueMs: UInt64) {
        entries.append(Entry(dueMs: dueMs, query: query))
        var place = entries.count - 1
        while place > 0, case let parent = (place - 1) / 2,
            entries[place].dueMs < entries[parent].dueMs
        {
            entries.swapAt(place, parent)
            place = parent
        }
    }

    /// Takes the first one out; there is one.
    mutating func removeFirst() {
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var place = 0
        while true {
            let children = (2 * place + 1..<2 * place + 3).clamped(to: 0..<entries.count)
            guard let child = children.min(by: { entries[$0].dueMs < entries[$1].dueMs }),
                entries[child].dueMs < entries[place].dueMs
            else { return }
            entries.swapAt(place, child)
            place = child
        }
    }
}
