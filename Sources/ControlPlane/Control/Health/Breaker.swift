// The limits that keep an outage from growing, and whether they hold anything back now.

internal import Linux
internal import Proxy
internal import Synchronization
internal import Telemetry

/// A limit of an upstream. It is open, in the sense of electricity, when it has lately kept
/// something from the backends.
enum Breaker: String, CaseIterable {
    /// Sessions wait, or were refused where they may not wait, since every fit backend has as many
    /// as it may.
    case connections
    /// Sessions were refused, since as many wait as may.
    case queue
    /// Sessions did not try another backend, since the retry budget was spent.
    case retries
}

/// When the limits of an upstream last kept something back.
struct Breakers {
    private var counts: [Breaker: UInt64] = [:]
    private var trippedAt: [Breaker: UInt64] = [:]

    /// Takes a sample of what was kept back so far. To be called about once a second.
    mutating func sample(_ state: UnsafeMutablePointer<UpstreamState>, at now: UInt64) {
        let counters = unsafe state.pointee.counters
        let cells: [(Breaker, [UpstreamCounter])] = [
            (.connections, [.queued, .full]), (.queue, [.queueFull]), (.retries, [.retriesDenied]),
        ]
        for (breaker, counted) in cells {
            let count = counted.reduce(0) { $0 + counters.sum($1.rawValue) }
            if count > counts[breaker] ?? 0 { trippedAt[breaker] = now }
            counts[breaker] = count
        }
        if unsafe state.pointee.waiting.load(ordering: .relaxed) > 0 {
            trippedAt[.connections] = now
        }
    }

    /// Those that kept something back a short time before `now`, in order of their cases.
    func open(at now: UInt64) -> [Breaker] {
        Breaker.allCases.filter {
            guard let tripped = trippedAt[$0] else { return false }
            return now - min(now, tripped) < ControlLimits.breakerMs
        }
    }
}
