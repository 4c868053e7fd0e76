// Choosing a backend: by priority, and within one by fitness, overlooking more only when nothing
// better is left.

internal import Health
internal import Balancing
internal import Linux
internal import Synchronization
internal import Telemetry

/// What choosing came to.
enum Choice {
    /// The backend at this place of the plan; it has counted the session in.
    case place(Int32)
    /// All that are fit have as many sessions as they may.
    case full
    /// There is none.
    case none
}

extension Worker {
    /// Asks the balancer for a backend that was not tried and counts the session in there.
    mutating func choose(_ session: inout Session, _ plan: UnsafePointer<UpstreamPlan>) -> Choice {
        // Another worker may take the last free connection, or the one trial, meanwhile.
        for _ in 0..<ProxyLimits.choicesMax {
            var refusals: Refusals = []
            let (place, leniency) = unsafe withUnsafeMutablePointer(to: &refusals) {
                unsafe pick(&session, plan, $0)
            }
            if place < 0 { return refusals.contains(.full) ? .full : .none }
            let backend = unsafe plan.pointee.backends + Int(place)
            guard
                unsafe backend.pointee.state.pointee
                    .enter(connectionsMax: backend.pointee.connectionsMax)
            else { continue }
            guard unsafe settleTrial(&session, backend.pointee.state, plan, leniency) else {
                unsafe backend.pointee.state.pointee.leave()
                unsafe callNext(plan)
                continue
            }
            unsafe plan.pointee.state.pointee.active.wrappingAdd(1, ordering: .relaxed)
            return .place(place)
        }
        return .full
    }

    /// Takes the one trial of a backend whose ejection is over. False when another has it.
    private mutating func settleTrial(
        _ session: inout Session, _ state: UnsafeMutablePointer<BackendState>,
        _ plan: UnsafePointer<UpstreamPlan>, _ leniency: Leniency
    ) -> Bool {
        let ejectedUntil = unsafe state.pointee.ejectedUntilMs.load(ordering: .relaxed)
        session.isTrial = ejectedUntil != 0 && ejectedUntil <= now
        session.maySpeakFor = ejectedUntil != 0
        if session.isTrial {
            let deadline = unsafe now + plan.pointee.connectTimeoutMs + ProxyLimits.trialGraceMs
            return unsafe state.pointee.claimTrial(at: now, until: deadline)
        }
        return ejectedUntil <= now || leniency == .all
            || (unsafe plan.pointee.ejection.failuresMax == 0)
    }

    /// The place of a backend and what was overlooked in it, or -1.
    private mutating func pick(
        _ session: inout Session, _ plan: UnsafePointer<UpstreamPlan>,
        _ refusals: UnsafeMutablePointer<Refusals>
    ) -> (Int32, Leniency) {
        let draw = unsafe draw(&session, plan)
        let levels = unsafe plan.pointee.levelCount
        let failsOpen = unsafe plan.pointee.failsOpen
        let ignoresHealth =
            unsafe failsOpen
            && plan.pointee.state.pointee.ignoresHealth.load(ordering: .relaxed)
        if !ignoresHealth {
            for level in 0..<levels {
                for leniency in [Leniency.fit, .ramping] {
                    if leniency == .ramping, unsafe !refusals.pointee.contains(.ramping) { break }
                    let place = unsafe ask(&session, plan, level, leniency, draw, refusals)
                    if place >= 0 { return (place, leniency) }
                }
                // Who waits in line waits for these: the next level is for when they are gone.
                if unsafe refusals.pointee.contains(.full), unsafe plan.pointee.queueMax > 0 {
                    return (-1, .fit)
                }
            }
            for level in 0..<levels where unsafe refusals.pointee.contains(.unverified) {
                let place = unsafe ask(&session, plan, level, .unverified, draw, refusals)
                if place >= 0 { return (place, .unverified) }
            }
            // Fit ones there are: they are full, or have just failed this session.
            guard failsOpen, unsafe refusals.pointee.isDisjoint(with: [.full, .tried]) else {
                return (-1, .fit)
            }
        }
        for level in 0..<levels {
            let place = unsafe ask(&session, plan, level, .all, draw, refusals)
            guard place >= 0 else { continue }
            let state = unsafe plan.pointee.backends[Int(place)].state
            if unsafe !state.pointee.isFit(at: now) {
                unsafe noteFailOpen(plan, isToldElsewhere: ignoresHealth)
            }
            return (place, .all)
        }
        return (-1, .all)
    }

    private mutating func ask(
        _ session: inout Session, _ plan: UnsafePointer<UpstreamPlan>, _ level: Int,
        _ leniency: Leniency, _ draw: UInt32, _ refusals: UnsafeMutablePointer<Refusals>
    ) -> Int32 {
        let worker = unsafe handle.pointee.index
        // Read first: together with the change of its element it is an access to the whole state.
        let cursors = unsafe plan.pointee.state.pointee.cursors
        let view = unsafe UsableBackends(
            plan: plan, tried: session.tried, now: now, leniency: leniency, draw: draw,
            refusals: refusals)
        if unsafe plan.pointee.affinity != nil,
            let bound = unsafe askBound(&session, plan, leniency)
        {
            return bound
        }
        return unsafe plan.pointee.levels[level].pick(
            key: session.key, cursor: &cursors[worker * UpstreamState.cursorStride], view: view)
    }

    /// The place of the backend that the client is bound to, if it is as good as the balancer's
    /// choice has to be; it comes before that, whatever its priority and weight.
    private mutating func askBound(
        _ session: inout Session, _ plan: UnsafePointer<UpstreamPlan>, _ leniency: Leniency
    ) -> Int32? {
        let place = unsafe boundPlace(&session, plan)
        guard place >= 0 else { return nil }
        // The balancer tells why by itself, of all that it may choose: one that drains is not of
        // these, and is not waited for.
        var refusals: Refusals = []
        let isUsable = unsafe withUnsafeMutablePointer(to: &refusals) {
            unsafe UsableBackends(
                plan: plan, tried: session.tried, now: now, leniency: leniency, draw: 0,
                refusals: $0
            ).isUsableByBound(place)
        }
        return isUsable ? place : nil
    }

    /// What a backend's share in slow start is held against. Where keys are hashed it is the key's
    /// own, so that each returns to its backend once and stays; else it is drawn.
    private mutating func draw(
        _ session: inout Session, _ plan: UnsafePointer<UpstreamPlan>
    ) -> UInt32 {
        if unsafe plan.pointee.key != .listener {
            return UInt32(truncatingIfNeeded: BalancingHash.mix(session.key ^ 0x51AC_E5EE_D000))
        }
        return UInt32(truncatingIfNeeded: nextDraw())
    }

    /// The next number of the worker's sequence, below 2^32.
    mutating func nextDraw() -> UInt64 {
        drawState = drawState &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return drawState >> 32
    }

    /// Sessions go to backends that are known to be unfit, for want of others: counted each time,
    /// told the first time.
    private mutating func noteFailOpen(
        _ plan: UnsafePointer<UpstreamPlan>, isToldElsewhere: Bool
    ) {
        let state = unsafe plan.pointee.state
        unsafe count(.failedOpen, of: plan)
        guard !isToldElsewhere else { return }
        if unsafe state.pointee.failedOpenAtMs.exchange(now, ordering: .relaxed) == 0 {
            record(WorkerRecord(.failedOpen, subject: unsafe state.pointee.number))
        }
    }

    /// Counts something of an upstream.
    mutating func count(
        _ counter: UpstreamCounter, of plan: UnsafePointer<UpstreamPlan>, _ count: UInt64 = 1
    ) {
        let worker = unsafe handle.pointee.index
        unsafe plan.pointee.state.pointee.counters.row(worker).add(counter.rawValue, count)
    }
}
