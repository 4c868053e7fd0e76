// What became of a reload, as POST /reload answers it and `sluice reload` shows it.

/// The outcome of a reload.
public struct ReloadReport: Codable, Sendable, Equatable {
    /// What refused a reload.
    public enum Cause: String, Codable, Sendable {
        /// The file has errors.
        case file
        /// The file is good, and an address of it cannot be bound.
        case address
        /// The process is about to end.
        case process
    }

    /// `applied`, or `refused` when the old configuration stays in force.
    public var result: String
    /// What refused it, or nil when it was applied.
    public var cause: Cause?
    /// What changed.
    public var changes: [String]
    /// What waits for a restart.
    public var pending: [String]
    /// What was wrong, ready to be shown; several lines each.
    public var errors: [String]
    /// What is odd but allowed.
    public var warnings: [String]
    /// How long it took, in ms.
    public var milliseconds: UInt64

    /// True when the new configuration is in force.
    public var isApplied: Bool { result == "applied" }
}
