// How a line of an access log is written.

/// The form of a line.
public enum AccessLogFormat: Sendable, Equatable {
    /// One JSON object a line.
    case json
    /// The combined format that web servers write.
    case combined
    /// This, with its variables filled in.
    case template(ValueTemplate)
}
