// How far a call to a compressor came.

/// What became of input and room.
public struct GzipProgress: BitwiseCopyable, Sendable {
    /// Bytes of the input that were taken.
    public let consumed: Int
    /// Bytes of the output that were written.
    public let produced: Int
    /// True when the call's purpose is achieved; else the rest of the input is to be given again,
    /// with the same purpose and new room.
    public let isDone: Bool
}
