// The promise of a retry budget, checked without the budget: over each and every window of time.

import Health

/// Sees that no window has more retries than `percent` of its sessions, `perSecond` times its
/// length and the cap. In thousandths of a retry, so that all is exact.
///
/// What has been made and not been paid for must never rise by more than the cap from where it was
/// at any earlier time, hence from where it was lowest: one number stands for all windows.
struct RetryBound {
    private let percent: Int
    private let perSecond: Int
    private let startMs: UInt64
    private let cap: Int
    private var lowest = 0

    init(_ scenario: Scenario, startMs: UInt64) {
        percent = Int(scenario.budgetPercent)
        perSecond = Int(scenario.budgetPerSecond)
        self.startMs = startMs
        cap = 1000 * max(100, 10 * perSecond)
    }

    /// Whether all windows that end now keep the promise.
    mutating func holds(_ record: SimulationRecord, nowMs: UInt64) -> Bool {
        let paid = 10 * percent * Int(record.sessions) + perSecond * Int(nowMs - startMs)
        let unpaid = 1000 * Int(record.retries) - paid
        lowest = min(lowest, unpaid)
        return unpaid - lowest <= cap
    }
}
