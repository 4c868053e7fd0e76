// Where a listener's access lines go and how they look.

/// What the configuration says of a listener's access log, compiled.
struct AccessDestination: Equatable, Sendable {
    /// An absolute path; nil for standard error.
    let file: String?
    let format: AccessLineFormat
    /// What the format asks of workers beside what every record has.
    var extras = AccessLineFormat.Extras()
}
