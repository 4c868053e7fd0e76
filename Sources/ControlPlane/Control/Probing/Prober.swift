// Active probes of all targets, once per process, on the control thread. It decides when a target is
// probed and what the results amount to; what a target is to anybody is not its business. Read
// `ProbeTarget` first; a single probe is `Probe`.

internal import Containers
internal import Health
internal import Linux

/// Probes targets at their intervals and reports what changes.
///
/// It has an event queue and a timer wheel of its own, so that thousands of targets cost the control
/// loop one descriptor and one timer. At any time a target is in one of three places: in the wheel
/// until its next probe is due, in the queue while as many probes as may be are under way, or under
/// way, with its timeout in the wheel.
final class Prober {
    /// Called for each verdict that changes, the first one included, at the end of a turn. It may
    /// call `setTargets`.
    var onResult: (ProbeReport) -> Void = { _ in }
    /// What was done so far.
    var counters = ProbeCounters()

    let loop: ControlLoop
    let epoll: Epoll
    private let clock: () -> UInt64
    /// Probes under way at one time, at most.
    let concurrentMax: Int
    /// Targets, at most.
    let targetsMax: Int

    /// Targets by their places, which the wheel, the queue and tokens name.
    var probes: [Probe?] = []
    /// Places that are free.
    private var free: [Int32] = []
    /// Where each target is.
    private var places: [ProbeTarget: Int32] = [:]
    var wheel: TimerWheel
    var queue: IndexQueue
    /// Changes of this turn, which are told at its end.
    var reports: [ProbeReport] = []
    /// For what is read, by one probe after the other.
    var space = [UInt8](repeating: 0, count: ControlLimits.probeAnswerBytesMax)

    private var watch: ControlLoop.Identifier = 0
    private var timer: ControlLoop.Identifier?
    private var timerAtMs: UInt64 = 0
    /// Of the last probe that was begun.
    private var generation: UInt32 = 0
    private var random: UInt64

    /// A prober without targets. The same `seed` gives the same intervals; `clock` is the monotonic
    /// time in ns.
    init(
        loop: ControlLoop, seed: UInt64,
        concurrentMax: Int = ControlLimits.probesConcurrentMax,
        targetsMax: Int = ControlLimits.probeTargetsMax,
        clock: @escaping () -> UInt64 = { Clock.monotonicNanoseconds }
    ) throws(SystemError) {
        precondition(concurrentMax > 0 && targetsMax > 0)
        self.loop = loop
        self.clock = clock
        self.concurrentMax = concurrentMax
        self.targetsMax = targetsMax
        random = seed
        // One wait then brings all that has happened, so that no answer that has come is found to be
        // late because of us.
        epoll = try Epoll(eventsPerWait: concurrentMax)
        wheel = TimerWheel(capacity: Int32(targetsMax), now: clock() / 1_000_000)
        queue = IndexQueue(capacity: Int32(targetsMax))
        watch = try loop.watch(epoll.rawValue, .readable) { [unowned self] _ in turn() }
    }

    deinit { precondition(places.isEmpty, "a prober is stopped before it goes") }

    /// The time in ns.
    var nowNs: UInt64 { clock() }

    /// The descriptor that is readable when a turn has something to do before the next wake-up.
    var descriptor: Int32 { epoll.rawValue }

    /// What is known of a target, or nil when it isn't probed.
    func status(of target: ProbeTarget) -> ProbeStatus? {
        guard let place = places[target], let probe = probes[Int(place)] else { return nil }
        return ProbeStatus(
            verdict: probe.verdict, last: probe.last, lastStartMs: probe.startedNs / 1_000_000)
    }

    /// Brings in line what is probed. Targets that stay keep their state and their schedule, new
    /// ones are due at once, probes of others end here and are not reported. Returns the targets
    /// that find no room, those beyond `targetsMax`.
    @discardableResult
    func setTargets(_ targets: [ProbeTarget: ProbeSubscription]) -> [ProbeTarget] {
        for (target, place) in places where targets[target] == nil { remove(target, place) }
        let nowMs = nowNs / 1_000_000
        var omitted: [ProbeTarget] = []
        for (target, subscription) in targets {
            if let place = places[target] {
                probes[Int(place)]?.subscription = subscription
            } else if places.count < targetsMax {
                add(target, subscription, nowMs)
            } else {
                omitted.append(target)
            }
        }
        arm()
        return omitted
    }

    /// Ends all probes and leaves the loop. Nothing can be probed afterwards.
    func stop() {
        setTargets([:])
        loop.cancel(timer)
        timer = nil
        loop.unwatch(watch, epoll.rawValue)
    }

    /// Has the loop come back when something is due, at a time that several timers share.
    func arm() {
        counters.waiting = Int(queue.count)
        let nowMs = nowNs / 1_000_000
        var wakeMs: UInt64?
        if queue.count > 0, counters.inFlight < concurrentMax {
            wakeMs = nowMs
        } else if let next = wheel.nextWake() {
            let grain = ControlLimits.probeGrainMs
            wakeMs = next <= nowMs ? nowMs : (next + grain - 1) / grain * grain
        }
        guard let wakeMs else {
            loop.cancel(timer)
            timer = nil
            return
        }
        guard timer == nil || timerAtMs != wakeMs else { return }
        loop.cancel(timer)
        timerAtMs = wakeMs
        timer = loop.after(wakeMs - nowMs) { [unowned self] in
            timer = nil
            turn()
        }
    }

    /// An interval with up to a tenth added or taken away, so that targets that began together part.
    func jittered(_ intervalMs: UInt64) -> UInt64 {
        let reach = intervalMs / 10
        return intervalMs - reach + nextRandom() % (2 * reach + 1)
    }

    /// A time between a tenth of an interval and all of it.
    func spread(_ intervalMs: UInt64) -> UInt64 {
        let least = intervalMs / 10
        return least + nextRandom() % (intervalMs - least + 1)
    }

    private func nextRandom() -> UInt64 {
        random &+= 0x9E37_79B9_7F4A_7C15
        var bits = random
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }

    /// A token for the next probe of a place.
    func makeToken(_ place: Int32) -> Token {
        generation &+= 1
        return Token(index: place, generation: generation)
    }

    private func add(
        _ target: ProbeTarget, _ subscription: ProbeSubscription, _ nowMs: UInt64
    ) {
        let place = free.popLast() ?? Int32(probes.count)
        if Int(place) == probes.count { probes.append(nil) }
        probes[Int(place)] = Probe(target, subscription, dueMs: nowMs)
        places[target] = place
        queue.append(place)
    }

    private func remove(_ target: ProbeTarget, _ place: Int32) {
        if probes[Int(place)]?.isUnderWay == true {
            probes[Int(place)]?.end()
            counters.inFlight -= 1
            counters.withdrawn += 1
        }
        wheel.cancel(place)
        queue.remove(place)
        probes[Int(place)] = nil
        places[target] = nil
        free.append(place)
    }
}
