// What is counted of a worker.

/// The counters of a worker.
public enum WorkerCounter: Int, CaseIterable, Sendable {
    /// Turns of the event loop.
    case turns
    /// Events handled.
    case events
    /// Events for an earlier use of a slot.
    case staleEvents
    /// Directions of sessions that went over to splice(2).
    case spliced
    /// Events for the log that did not fit the ring.
    case droppedRecords
}
