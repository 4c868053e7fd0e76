// How busy a worker is: the part of the time that it spends on the processor.

/// Looks at two clocks now and then and compares them.
struct ProcessorUse: BitwiseCopyable {
    /// The shortest time that is looked at, in ns.
    static var windowNs: UInt64 { 1_000_000_000 }

    private var sinceNs: UInt64 = 0
    private var usedNs: UInt64 = 0
    /// Percent of the time in use, as of the last look; 0 before the second.
    private(set) var percent = 0

    /// The last look is so long ago that there has to be another.
    @inline(__always) func isDue(at nowNs: UInt64) -> Bool { nowNs &- sinceNs >= Self.windowNs }

    /// Takes a look.
    ///
    /// - Parameters:
    ///   - nowNs: The time.
    ///   - processorNs: Processor time of the worker's thread.
    mutating func look(at nowNs: UInt64, processorNs: UInt64) {
        let time = nowNs - min(nowNs, sinceNs)
        let used = processorNs - min(processorNs, usedNs)
        if sinceNs > 0, time > 0 { percent = Int(min(100, used * 100 / time)) }
        sinceNs = nowNs
        usedNs = processorNs
    }
}
