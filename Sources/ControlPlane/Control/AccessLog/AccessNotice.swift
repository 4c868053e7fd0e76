// What an access log has to say for the process's own log.

/// Something that happened to an access log.
struct AccessNotice: Equatable {
    /// Whose lines they are.
    enum Place: Equatable {
        /// Those of a file, or of standard error for nil: nobody took them in time.
        case file(String?)
        /// Those of workers, which were ahead of the control thread.
        case workers
    }

    let place: Place
    let loss: AccessLoss.Verdict
}
