// Time: a steady clock to measure by, a pause, and today's date for the page.

import FoundationEssentials
import Glibc

enum Clock {
    /// Seconds on a clock that never jumps; only differences mean something.
    static func now() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    static func pause(seconds: Double) {
        let whole = seconds.rounded(.down)
        var time = timespec(tv_sec: Int(whole), tv_nsec: Int((seconds - whole) * 1e9))
        unsafe nanosleep(&time, nil)
    }

    /// Today in UTC as `YYYY-MM-DD`.
    static func date() -> String {
        Date().formatted(.iso8601.year().month().day())
    }
}
