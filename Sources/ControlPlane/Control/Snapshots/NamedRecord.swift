// Records: a name, a number and the state that workers share. A snapshot's storage holds them, so
// they live for as long as any session may need them.

internal import Health
internal import Linux
internal import Proxy

/// Something that has a name in the configuration and a number in workers' records.
class NamedRecord {
    let name: String
    let number: UInt32

    init(name: String, number: UInt32) {
        self.name = name
        self.number = number
    }
}

/// A listener's name and state.
@safe final class ListenerRecord: NamedRecord {
    let state: UnsafeMutablePointer<ListenerState>
    var rates = ListenerRates()
    /// What is known of its exchanges; nil while it has none.
    private(set) var exchanges: ExchangeRecord?
    /// What its sessions are resumed by; nil while it has had no TLS.
    private(set) var resumption: ListenerResumption?
    private let workerCount: Int
    var routes: [String: Weak] = [:]

    /// A route that lives for as long as a snapshot has it.
    struct Weak {
        weak var record: RouteRecord?
    }

    /// What is known of its exchanges, from now on.
    func makeExchanges() -> ExchangeRecord {
        let record = exchanges ?? ExchangeRecord(workerCount: workerCount)
        exchanges = record
        return record
    }

    /// What its sessions are resumed by, from now on.
    func makeResumption(_ now: UInt64) -> ListenerResumption {
        let resumption = resumption ?? ListenerResumption(now: now)
        self.resumption = resumption
        return resumption
    }

    /// Forgets routes that nothing refers to.
    func sweep() { routes = routes.filter { $0.value.record != nil } }

    init(name: String, number: UInt32, workerCount: Int) {
        self.workerCount = workerCount
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: ListenerState(number: number, workerCount: workerCount))
        super.init(name: name, number: number)
    }

    deinit {
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
    }
}

/// What is known of exchanges, in memory of its own.
@safe final class ExchangeRecord {
    let state: UnsafeMutablePointer<ExchangeState>

    init(workerCount: Int) {
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: ExchangeState(workerCount: workerCount))
    }

    deinit {
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
    }
}

/// A route's name within its listener, and what is known of its exchanges.
final class RouteRecord: NamedRecord {
    let exchanges: ExchangeRecord

    init(name: String, number: UInt32, workerCount: Int) {
        exchanges = ExchangeRecord(workerCount: workerCount)
        super.init(name: name, number: number)
    }
}

/// An upstream's name and state, and its backends'.
@safe final class UpstreamRecord: NamedRecord {
    struct Weak {
        weak var record: BackendRecord?
    }

    let state: UnsafeMutablePointer<UpstreamState>
    /// Connects of the backends when success rates were last looked at, and when that was.
    var tallied: (at: UInt64, counts: [UInt32: SuccessRate.Tally]) = (0, [:])
    /// What its limits have kept back lately.
    var breakers = Breakers()
    /// Why its members could not be found when that was last told, or nil.
    var sourceProblem: String?
    var backends: [String: Weak] = [:]

    init(name: String, number: UInt32, workerCount: Int) {
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(
            to: UpstreamState(
                number: number, workerCount: workerCount, seed: Clock.realtimeNanoseconds))
        super.init(name: name, number: number)
    }

    deinit {
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
    }

    /// Forgets backends that nothing refers to.
    func sweep() { backends = backends.filter { $0.value.record != nil } }
}

/// A backend's identity and state.
@safe final class BackendRecord: NamedRecord {
    let upstream: String
    let state: UnsafeMutablePointer<BackendState>
    private let workerCount: Int
    /// What is probed of it; nil when it is not probed.
    var probe: ProbeTarget?
    /// It is to be probed and is not, since too many are: sessions go to it as if nobody wanted to
    /// know.
    var lacksProbe = false
    /// How often it became what, and why.
    var transitions: [BackendTransition: UInt64] = [:]
    /// What the cookie of affinity says of it, and the secret that this was made with.
    private var affinity: (secret: [UInt8], value: AffinityValue)?

    init(name: String, number: UInt32, upstream: String, workerCount: Int) {
        self.upstream = upstream
        self.workerCount = workerCount
        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: BackendState(number: number, workerCount: workerCount))
        super.init(name: name, number: number)
    }

    /// What its upstream's cookie of affinity says of it. Kept, since of thousands of backends it
    /// would take tens of milliseconds with each change of one.
    func affinityValue(_ cookie: AffinityCookie) -> AffinityValue {
        if let affinity, affinity.secret == cookie.secret { return affinity.value }
        let value = cookie.value(upstream: upstream, identity: name)
        affinity = (cookie.secret, value)
        return value
    }

    /// Makes room for pooled connections.
    func makeShelves() { unsafe state.pointee.makeShelves(workerCount: workerCount) }

    /// Makes room for what is counted of TLS.
    func makeHandshakes() { unsafe state.pointee.makeHandshakes(workerCount: workerCount) }

    /// Makes room for what is known of exchanges.
    func makeExchanges() { unsafe state.pointee.makeExchanges(workerCount: workerCount) }

    deinit {
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
    }
}
