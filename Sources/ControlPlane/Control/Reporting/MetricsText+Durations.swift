// Durations in the Prometheus text format.

internal import Telemetry

extension MetricsText {
    /// Adds the samples of a histogram.
    mutating func add(_ durations: LatencyReading, _ labels: [(String, String)]) {
        let counts = durations.cumulativeCounts()
        for (bound, count) in zip(LatencyReading.bounds, counts) {
            add(count, labels + [("le", "\(Double(bound) / 1e6)")], suffix: "_bucket")
        }
        add(durations.count, labels + [("le", "+Inf")], suffix: "_bucket")
        add(Double(durations.sumMicroseconds) / 1e6, labels, suffix: "_sum")
        add(durations.count, labels, suffix: "_count")
    }
}
