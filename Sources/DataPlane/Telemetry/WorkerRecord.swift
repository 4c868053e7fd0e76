// Something a worker wants logged, as plain numbers: the control plane finds the names and writes
// the words.

/// One thing that happened in a worker.
public struct WorkerRecord: BitwiseCopyable, Sendable {
    /// What happened.
    public enum Kind: UInt8, BitwiseCopyable, Sendable {
        /// A backend failed a connect; `code` is the error number, `value` how many in a row.
        case backendFailed
        /// TLS with a backend failed; `code` is the failure's place among all, `value` how many
        /// connects failed in a row.
        case backendFailedTLS
        /// A backend is ejected after failed connects; `code` is the last error number, `value`
        /// the time in ms.
        case backendEjected
        /// An ejected backend has taken a connection and is back.
        case backendReturned
        /// A backend would have been ejected, had not too many been out already.
        case ejectionSpared
        /// No backend of an upstream is fit: sessions go to unfit ones.
        case failedOpen
        /// The retry budget of an upstream is spent.
        case retriesDenied
        /// All fit backends of an upstream are full, and its clients do not wait.
        case backendsFull
        /// As many clients of an upstream wait as may; `value` is the size of the queue.
        case queueFull
        /// No port, address or queue's room was left to connect to a backend; `code` is the error
        /// number.
        case noPort
        /// No backend of an upstream was fit for a session.
        case noBackend
        /// Accepting pauses for want of descriptors or memory; `code` is the error number.
        case acceptPaused
        /// Accepting pauses at a limit of connections; `value` is the limit.
        case limitReached
        /// All session slots of the worker are in use.
        case sessionsExhausted
        /// A client sent something else than a ClientHello to route it by; `value` is which of the
        /// refusals it met, and of further ones within the same second there is no record.
        case helloRefused
    }

    /// What happened.
    public var kind: Kind
    /// An error number, or 0.
    public var code: Int32
    /// The number of the listener, upstream or backend that it happened to.
    public var subject: UInt32
    /// A quantity, see `Kind`.
    public var value: UInt64

    /// A record of something that happened to `subject`.
    public init(_ kind: Kind, subject: UInt32, code: Int32 = 0, value: UInt64 = 0) {
        self.kind = kind
        self.code = code
        self.subject = subject
        self.value = value
    }
}
