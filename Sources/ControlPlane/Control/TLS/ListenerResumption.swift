// What sessions of a listener are resumed by. It outlives snapshots, in the listener's record, so that
// clients resume over reloads. Each listener has its own: its rule is its own, and what one listener
// changes must cost the clients of another nothing.

internal import Config
internal import TLS

/// A listener's ticket keys and remembered sessions.
final class ListenerResumption {
    /// Where ticket keys come from.
    enum Rule: Equatable {
        /// They are made here, and renewed at an age in ms.
        case own(rotateMs: UInt64)
        /// A file has them.
        case file
    }

    /// What workers seal tickets with. There are always some, also while none are given.
    let tickets = TicketKeys(TicketKeySet(.random()))
    /// The rule in force; nil while no tickets are given.
    private(set) var rule: Rule?
    /// When the key that seals came to do so, in ms of the loop.
    private(set) var sealingSince: UInt64
    /// Keys that came to seal, but for the first.
    private(set) var rotationCount: UInt64 = 0
    /// Tickets were given by a rule before.
    private var hasSealed = false
    /// What remembers sessions; the last one is in use. Earlier ones stay, since sessions that began
    /// with them may look there.
    private var caches: [(size: Int, cache: SessionCache)] = []

    init(now: UInt64) { sealingSince = now }

    deinit {
        tickets.deallocate()
        for entry in caches { entry.cache.deallocate() }
    }

    /// A cache of so many sessions: that in use, unless it has another size.
    func cache(of size: Int) -> SessionCache {
        if let last = caches.last, last.size == size { return last.cache }
        let cache = SessionCache(countMax: max(8, size))
        caches.append((size, cache))
        return cache
    }

    /// Has a configuration's rule hold from now on. Keys stay what they are while the rule does.
    ///
    /// - Parameter keys: Those of its file.
    func apply(_ configuration: TicketConfiguration?, keys: TicketKeySet?, now: UInt64) {
        let former = rule
        rule = configuration.map { configuration in
            configuration.file == nil ? .own(rotateMs: configuration.rotate.milliseconds) : .file
        }
        defer { hasSealed = rule != nil }
        if let keys {
            publish(keys, now)
        } else if former == .file, rule != nil, rule != .file {
            // Whoever else has the file would go on to open and to make tickets of ours.
            publish(TicketKeySet(.random()), now)
        }
    }

    /// Has a fresh key seal when the present one is old enough. True when it does.
    func rotateIfDue(_ now: UInt64) -> Bool {
        guard case .own(let rotateMs)? = rule, now >= sealingSince + rotateMs else { return false }
        var fresh = TicketKey.random()
        defer { fresh.wipe() }
        publish(tickets.keys.rotated(to: fresh), now)
        return true
    }

    private func publish(_ keys: TicketKeySet, _ now: UInt64) {
        var keys = keys
        defer { keys.wipe() }
        var former = tickets.keys
        defer { former.wipe() }
        guard keys != former else { return }
        if keys[0] != former[0] {
            sealingSince = now
            if hasSealed { rotationCount += 1 }
        }
        tickets.publish(keys)
    }
}
