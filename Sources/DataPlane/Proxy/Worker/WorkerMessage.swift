// What the control plane tells a worker.

/// A message to a worker.
@safe public enum WorkerMessage: @unchecked Sendable {
    /// Take this snapshot for connections to come.
    case adopt(UnsafeMutablePointer<Snapshot>)
    /// Stop accepting, let sessions go on until this time in ms, then end them and return.
    case drain(untilMs: UInt64)
    /// End the sessions that are with the backend of this number.
    case kill(backend: UInt32)
    /// Say in `WorkerHandle.oldestChoosing` which plans are still chosen by.
    case reckon
    /// End every session and return.
    case stop
}
