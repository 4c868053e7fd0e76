// All that operators have said and not taken back. It is a value that knows no clock, no backend
// and no snapshot: the supervisor keeps it over reloads, tells it the time, and does what it says.

/// Overrides by backend. They stay while their backend is not configured, and hold again when it
/// comes back.
struct OverrideStore {
    /// What was said of one backend.
    struct Entry: Equatable {
        /// `drain` or `disabled`.
        var state: Override?
        /// A weight.
        var weight: Override?

        /// Both, those that there are.
        var all: [Override] { [state, weight].compactMap(\.self) }
    }

    /// Never holds an empty entry.
    private(set) var entries: [BackendKey: Entry] = [:]

    /// What was said of a backend.
    func entry(_ key: BackendKey) -> Entry { entries[key] ?? Entry() }

    /// Whether a backend gets new sessions.
    func state(of key: BackendKey) -> OperatorState {
        if case .state(let state) = entries[key]?.state?.kind { state } else { .ready }
    }

    /// The weight instead of the file's, if there is one.
    func weight(of key: BackendKey) -> Int? {
        if case .weight(let weight) = entries[key]?.weight?.kind { weight } else { nil }
    }

    /// Says something of a backend, in place of what was said of the same kind. The state `ready`
    /// takes the other states back.
    mutating func set(_ override: Override, for key: BackendKey) {
        assert(override.until.map { $0 > override.since } ?? true)
        var entry = entry(key)
        switch override.kind {
        case .state(.ready): entry.state = nil
        case .state: entry.state = override
        case .weight: entry.weight = override
        }
        put(entry, key)
    }

    /// Takes back all that was said of a backend.
    mutating func clear(_ key: BackendKey) { entries[key] = nil }

    /// When the next override ends by itself, in ms; nil when none does.
    var nextExpiry: UInt64? {
        entries.values.lazy.flatMap(\.all).compactMap(\.until).min()
    }

    /// Takes away what has ended by `now` and returns it, sorted by backend. One that ends at `now`
    /// has ended.
    mutating func expire(at now: UInt64) -> [(key: BackendKey, override: Override)] {
        func hasEnded(_ override: Override?) -> Bool { override?.until.map { $0 <= now } ?? false }
        var ended: [(key: BackendKey, override: Override)] = []
        for (key, entry) in entries.sorted(by: { $0.key < $1.key }) {
            var left = entry
            if hasEnded(entry.state) { left.state = nil }
            if hasEnded(entry.weight) { left.weight = nil }
            guard left != entry else { continue }
            ended += entry.all.filter(hasEnded).map { (key, $0) }
            put(left, key)
        }
        return ended
    }

    private mutating func put(_ entry: Entry, _ key: BackendKey) {
        entries[key] = entry.all.isEmpty ? nil : entry
    }
}
