// The words of `log.level`.

/// The severity of a line of the log, least severe first.
public enum LogLevel: String, Sendable, CaseIterable {
    /// What a developer of Sluice wants to see.
    case debug
    /// What an operator wants to see on a good day.
    case info
    /// What may need a hand soon.
    case warning
    /// What needs a hand now.
    case error
}
