// A line for each exchange of a listener.

/// The access log of an HTTP listener.
public struct AccessLogConfiguration: Sendable, Equatable {
    /// Absolute path of a file to append to; nil is standard error.
    public var file: String?
    /// How a line is written.
    public var format = AccessLogFormat.json

    /// The defaults.
    public init() {}
}
