// The vocabulary of results: each metric, its unit, and which way is better.

/// One thing that a case measures, in the unit that its label names.
enum Metric: String, CaseIterable {
    case requestRate = "requests/s"
    case byteRate = "GiB/s"
    case totalPerRequest = "CPU µs/request"
    case userPerRequest = "user µs/request"
    case systemPerRequest = "system µs/request"
    case totalPerGiB = "CPU ms/GiB"
    case userPerGiB = "user ms/GiB"
    case systemPerGiB = "system ms/GiB"
    case median = "p50 ms"
    case percentile99 = "p99 ms"
    case calmRate = "calm requests/s"
    case calmMedian = "calm p50 ms"
    case calmPercentile99 = "calm p99 ms"
    case slowdown = "p99 by calm p99"
    case memory = "memory MiB"
    case calmMemory = "calm MiB"
    case memoryAfter = "MiB after"
    case peakMemory = "MiB at most"
    case restingShare = "% of a core"
    case bytesPerConnection = "bytes/connection"
    case bytesPerSlowHead = "bytes/slow head"
    case bytesPerSlowBody = "bytes/slow body"
    case bytesPerSlowRead = "bytes/slow read"
    case shareOfBound = "% of memory bound"
    case endedPerSecond = "ended/s"
    case descriptorsLeft = "descriptors left"
    case firstByte = "first byte ms"
    case residentAtStart = "resident MiB"
    case randomTwoPick = "random-two ns"
    case leastConnectionsPick = "least-connections ns"
    case roundRobinPick = "round-robin ns"
    case randomPick = "random ns"
    case maglevPick = "maglev ns"
    case ringPick = "ring ns"
    case failures = "failed requests"

    var higherIsBetter: Bool {
        self == .requestRate || self == .byteRate || self == .calmRate
    }

    /// The time of one choice of a backend.
    var isPick: Bool {
        switch self {
        case .randomTwoPick, .leastConnectionsPick, .roundRobinPick, .randomPick, .maglevPick,
            .ringPick:
            true
        default: false
        }
    }

    /// Whether a ratio of it says anything: not of what may well be nothing.
    var hasRatio: Bool {
        switch self {
        case .failures, .restingShare, .shareOfBound, .endedPerSecond, .descriptorsLeft: false
        default: true
        }
    }

    /// Digits after the point that mean something.
    var digits: Int {
        switch self {
        case .requestRate, .bytesPerConnection, .failures, .calmRate, .bytesPerSlowHead,
            .bytesPerSlowBody, .bytesPerSlowRead, .endedPerSecond, .descriptorsLeft:
            0
        case .totalPerGiB, .userPerGiB, .systemPerGiB, .memory, .firstByte, .residentAtStart,
            .calmMemory, .memoryAfter, .peakMemory, .shareOfBound:
            1
        case _ where isPick: 1
        default: 2
        }
    }

    /// Shown in the line that each round prints.
    var isHeadline: Bool {
        switch self {
        case .userPerRequest, .systemPerRequest, .userPerGiB, .systemPerGiB, .median, .memory,
            .leastConnectionsPick, .randomPick, .ringPick, .failures, .calmRate, .calmMedian,
            .calmPercentile99, .calmMemory, .memoryAfter, .peakMemory, .bytesPerSlowHead,
            .bytesPerSlowBody, .bytesPerSlowRead, .endedPerSecond, .descriptorsLeft:
            false
        default: true
        }
    }
}

/// What one round measured for one contestant.
typealias Sample = [Metric: Double]
