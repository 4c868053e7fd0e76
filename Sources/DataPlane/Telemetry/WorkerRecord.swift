// Something a worker wants logged, as plain numbers: the control plane finds the names and writes
// the words.

/// One thing that happened in a worker.
public struct WorkerRecord: BitwiseCopyable, Sendable {
    /// What happened.
    public enum Kind: UInt8, BitwiseCopyable, Sendable {
        /// A backend failed a connect and rests; `code` is the error number, `value` the rest in
        /// ms.
        case backendFailed
        /// A backend that had failed took a connection; `value` is how many connects had failed.
        case backendRecovered
        /// No backend of an upstream was fit for a session.
        case noBackend
        /// Accepting pauses for want of descriptors or memory; `code` is the error number.
        case acceptPaused
        /// Accepting pauses at a limit of connections; `value` is the limit.
        case limitReached
        /// All session slots of the worker are in use.
        case sessionsExhausted
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
