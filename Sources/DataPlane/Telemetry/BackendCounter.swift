// What is counted of a backend.

/// The counters of a backend.
public enum BackendCounter: Int, CaseIterable, Sendable {
    /// Connections that were established.
    case connected
    /// Connects that were refused or failed.
    case connectFailed
    /// Connects that took too long.
    case connectTimeout
    /// Sessions that came here after another backend had failed them.
    case retried
    /// Bytes delivered to the backend.
    case bytesSent
    /// Bytes taken from the backend and delivered.
    case bytesReceived
    /// Connections that the backend reset.
    case reset
    /// Sum of the time that establishing connections took, in milliseconds.
    case connectMilliseconds
    /// Times that failures of sessions ejected it.
    case ejected
    /// Connections of the pool that sessions took.
    case borrowed
    /// Connections made for the pool.
    case pooled
    /// Connections of the pool that had ended before a session took them.
    case stale
    /// Connections of the pool that nobody took in time.
    case expired
    /// Connections that were taken from another worker's keeping.
    case takenOver
    /// Requests that were sent again on a fresh connection, since the one that had been used before
    /// was closed in place of an answer.
    case replayed
}
