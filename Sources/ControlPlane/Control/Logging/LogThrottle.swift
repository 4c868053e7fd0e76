// Keeps a log readable when one thing happens over and over: the first few are written, the rest
// counted. A pure state machine; the caller brings the time.

/// Decides which lines are written.
struct LogThrottle {
    /// Lines of one key that are written within one window.
    static let linesPerWindow = 5
    /// How long a window is.
    static let windowMs: UInt64 = 10_000
    /// Keys that are remembered; when there are more, all begin anew.
    static let keysMax = 4096

    /// What to do with a line.
    enum Verdict: Equatable {
        /// Write it. So many like it were left out before.
        case write(suppressed: Int)
        /// Leave it out.
        case suppress
    }

    private struct Window {
        var start: UInt64
        var written = 0
        var suppressed = 0
    }

    private var windows: [String: Window] = [:]

    /// Judges a line of a key at `now` ms.
    mutating func judge(_ key: String, at now: UInt64) -> Verdict {
        if windows.count >= Self.keysMax, windows[key] == nil { windows.removeAll() }
        var window = windows[key] ?? Window(start: now)
        defer { windows[key] = window }
        if now - window.start >= Self.windowMs {
            let suppressed = window.suppressed
            window = Window(start: now, written: 1)
            return .write(suppressed: suppressed)
        }
        if window.written < Self.linesPerWindow {
            window.written += 1
            return .write(suppressed: 0)
        }
        window.suppressed += 1
        return .suppress
    }
}
