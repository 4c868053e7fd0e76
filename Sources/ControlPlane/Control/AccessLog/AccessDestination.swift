// Where a listener's access lines go and how they look.

/// What the configuration says of a listener's access log, compiled.
struct AccessDestination: Equatable, Sendable {
    /// An absolute path; nil for standard error.
    let file: String?
    let format: AccessLineFormat
}
