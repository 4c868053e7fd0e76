// What a reload changes, in the words of the configuration.

internal import Config

/// The difference between two configurations.
public struct ConfigurationChange: Codable, Sendable, Equatable {
    /// One line each: `listener web: added`.
    public var lines: [String]
    /// What cannot change while the process runs and waits for a restart.
    public var pending: [String]

    /// The difference between what is in force and what is to be. What cannot change while the
    /// process runs is compared with what it was started with.
    init(from old: Configuration?, to new: Configuration, startedWith started: Configuration? = nil)
    {
        lines = []
        pending = []
        guard let old else { return }
        compareListeners(old, new)
        compareUpstreams(old, new)
        if old.resolver != new.resolver { lines.append("resolver: changed") }
        if old.log != new.log { lines.append("log: changed") }
        if old.drainTimeout != new.drainTimeout { lines.append("drain_timeout: changed") }
        if old.maxConnections != new.maxConnections { lines.append("max_connections: changed") }
        let running = started ?? old
        if running.workers != new.workers { pending.append("workers") }
        if running.admin != new.admin { pending.append("admin") }
    }

    private mutating func compareListeners(_ old: Configuration, _ new: Configuration) {
        let before = Dictionary(uniqueKeysWithValues: old.listeners.map { ($0.name, $0) })
        let after = Dictionary(uniqueKeysWithValues: new.listeners.map { ($0.name, $0) })
        for name in Set(before.keys).union(after.keys).sorted() {
            switch (before[name], after[name]) {
            case (nil, .some): lines.append("listener \(name): added")
            case (.some, nil): lines.append("listener \(name): removed, draining")
            case (let left?, let right?) where left != right:
                lines.append("listener \(name): changed")
            default: break
            }
        }
    }

    private mutating func compareUpstreams(_ old: Configuration, _ new: Configuration) {
        let before = Dictionary(uniqueKeysWithValues: old.upstreams.map { ($0.name, $0) })
        let after = Dictionary(uniqueKeysWithValues: new.upstreams.map { ($0.name, $0) })
        for name in Set(before.keys).union(after.keys).sorted() {
            switch (before[name], after[name]) {
            case (nil, .some): lines.append("upstream \(name): added")
            case (.some, nil): lines.append("upstream \(name): removed, draining")
            case (let left?, let right?) where left != right:
                compare(left, right)
            default: break
            }
        }
    }

    private mutating func compare(_ old: UpstreamConfiguration, _ new: UpstreamConfiguration) {
        let parts = [
            ("balance", old.balance != new.balance), ("dns", old.dns != new.dns),
            ("file", old.file != new.file), ("health", old.health != new.health),
            ("eject", old.eject != new.eject), ("slow_start", old.slowStart != new.slowStart),
            ("fail_open", old.failOpen != new.failOpen), ("queue", old.queue != new.queue),
            ("pool", old.pool != new.pool), ("http", old.http != new.http),
            ("affinity", old.affinity != new.affinity), ("tls", old.tls != new.tls),
        ]
        for (part, isChanged) in parts where isChanged {
            lines.append("upstream \(new.name): \(part) changed")
        }
        if old.connect != new.connect || old.tcp != new.tcp || old.drainTimeout != new.drainTimeout
        {
            lines.append("upstream \(new.name): changed")
        }
        let before = Dictionary(uniqueKeysWithValues: old.backends.map { ($0.identity, $0) })
        let after = Dictionary(uniqueKeysWithValues: new.backends.map { ($0.identity, $0) })
        for identity in Set(before.keys).union(after.keys).sorted() {
            let backend = "backend \(new.name)/\(identity)"
            switch (before[identity], after[identity]) {
            case (nil, .some): lines.append("\(backend): added")
            case (.some, nil): lines.append("\(backend): removed, draining")
            case (let left?, let right?):
                if left.weight != right.weight {
                    lines.append("\(backend): weight \(left.weight) to \(right.weight)")
                }
                if left.maxConnections != right.maxConnections {
                    let limits = [left, right].map { $0.maxConnections.map(String.init) ?? "none" }
                    lines.append("\(backend): max_connections \(limits[0]) to \(limits[1])")
                }
                if left.priority != right.priority {
                    lines.append("\(backend): priority \(left.priority) to \(right.priority)")
                }
                if left.address != right.address {
                    lines.append("\(backend): address \(left.address) to \(right.address)")
                }
            case (nil, nil): break
            }
        }
        let kept = old.backends.map(\.identity).filter { after[$0] != nil }
        if kept != new.backends.map(\.identity).filter({ before[$0] != nil }) {
            lines.append("upstream \(new.name): order of backends changed")
        }
    }
}
