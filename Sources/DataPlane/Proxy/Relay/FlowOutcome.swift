// What became of one attempt to move bytes.

/// Why a direction stopped for now or for good.
enum FlowOutcome: BitwiseCopyable {
    /// It waits for one of its sockets.
    case waiting
    /// It could go on, but others have their turn.
    case budgetSpent
    /// The kernel has no memory for it now.
    case starved
    /// The source is done and everything was delivered.
    case ended
    /// Reading failed with this error number: the source is gone.
    case sourceFailed(Int32)
    /// Writing failed with this error number: the sink is gone.
    case sinkFailed(Int32)
}
