// What is counted of a backend.

/// The counters of a backend: one cache line a worker.
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
}
