// Where the log goes and what it holds.

/// The log of the process.
public struct LogConfiguration: Sendable, Equatable {
    /// How a line is written.
    public var format = LogFormat.text
    /// The least severe line that is written.
    public var level = LogLevel.info
    /// Absolute path of a file to append to; nil is standard error.
    public var file: String?

    /// The defaults.
    public init() {}
}
