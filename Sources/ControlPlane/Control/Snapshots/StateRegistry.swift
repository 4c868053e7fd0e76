// What is known of listeners, upstreams and backends beyond any configuration: counters, failures,
// numbers. Keyed by name and identity, so a reload forgets nothing.

internal import Linux
internal import Proxy

/// The states of all that is configured or still used by a session.
final class StateRegistry {
    private struct Weak<Record: AnyObject> {
        weak var record: Record?
    }

    /// What cookies of affinity are made with where the configuration gives no secret: the same for
    /// as long as the process runs.
    let affinitySecret = AffinityCookie.freshSecret()
    private let workerCount: Int
    private var lastNumber: UInt32
    private var listeners: [String: Weak<ListenerRecord>] = [:]
    private var upstreams: [String: Weak<UpstreamRecord>] = [:]
    /// By the number that workers' records carry.
    private var names: [UInt32: Weak<NamedRecord>] = [:]

    /// A registry without entries, whose first number comes after `lastNumber`.
    init(workerCount: Int, lastNumber: UInt32 = 0) {
        self.workerCount = workerCount
        self.lastNumber = lastNumber
    }

    /// The record of a listener, made when there is none.
    func listener(_ name: String) -> ListenerRecord {
        if let record = listeners[name]?.record { return record }
        let record = ListenerRecord(name: name, number: takeNumber(), workerCount: workerCount)
        listeners[name] = Weak(record: record)
        names[record.number] = Weak(record: record)
        return record
    }

    /// The record of a listener's route, made when there is none.
    func route(_ name: String, of listener: ListenerRecord) -> RouteRecord {
        if let record = listener.routes[name]?.record { return record }
        let record = RouteRecord(name: name, number: takeNumber(), workerCount: workerCount)
        listener.routes[name] = ListenerRecord.Weak(record: record)
        names[record.number] = Weak(record: record)
        return record
    }

    /// The record of an upstream, made when there is none.
    func upstream(_ name: String) -> UpstreamRecord {
        if let record = upstreams[name]?.record { return record }
        let record = UpstreamRecord(name: name, number: takeNumber(), workerCount: workerCount)
        upstreams[name] = Weak(record: record)
        names[record.number] = Weak(record: record)
        return record
    }

    /// The record of an upstream's backend, made when there is none.
    func backend(_ identity: String, of upstream: UpstreamRecord) -> BackendRecord {
        if let record = upstream.backends[identity]?.record { return record }
        let record = BackendRecord(
            name: identity, number: takeNumber(), upstream: upstream.name, workerCount: workerCount)
        upstream.backends[identity] = UpstreamRecord.Weak(record: record)
        names[record.number] = Weak(record: record)
        return record
    }

    /// What a number stands for, if that still exists.
    func named(_ number: UInt32) -> NamedRecord? { names[number]?.record }

    /// Forgets what nothing refers to any more.
    func sweep() {
        listeners = listeners.filter { $0.value.record != nil }
        upstreams = upstreams.filter { $0.value.record != nil }
        names = names.filter { $0.value.record != nil }
        for listener in listeners.values.compactMap(\.record) { listener.sweep() }
        for upstream in upstreams.values.compactMap(\.record) { upstream.sweep() }
    }

    /// A number that nothing has. Names whose records are others each second use all numbers up in
    /// weeks; they begin anew then.
    private func takeNumber() -> UInt32 {
        repeat { lastNumber &+= 1 } while lastNumber == 0 || names[lastNumber]?.record != nil
        return lastNumber
    }
}
