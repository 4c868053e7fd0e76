// How fast a counter grows, over the last few seconds. A pure value; the caller brings the time.

/// Samples of a counter that only grows.
struct RateMeter {
    /// Samples that are kept: with one a second, what a rate looks back over.
    static let samplesMax = 6

    private var samples: [(time: UInt64, value: UInt64)] = []

    /// Adds the counter's value at `now` ms.
    mutating func add(_ value: UInt64, at now: UInt64) {
        samples.append((now, value))
        if samples.count > Self.samplesMax { samples.removeFirst() }
    }

    /// Growth a second between the oldest and the newest sample; 0 with fewer than two.
    var perSecond: Double {
        guard let first = samples.first, let last = samples.last, last.time > first.time else {
            return 0
        }
        return Double(last.value &- first.value) * 1000 / Double(last.time - first.time)
    }
}

/// The rates of a listener.
struct ListenerRates {
    var accepted = RateMeter()
    var received = RateMeter()
    var sent = RateMeter()
    var requests = RateMeter()
}
