// Compression of a listener's responses as the configuration has it, ready for workers.

public import Compression

/// Which responses are compressed, and what that may cost. Immutable; the control plane owns the
/// memory behind it.
public struct CompressionPlan: BitwiseCopyable, Sendable {
    /// The media types that are.
    public let types: CompressibleTypes
    /// Bytes of a body below which it is left alone, where its length is known.
    public let bodyBytesMin: UInt64
    /// Of zlib, 1 to 9.
    public let level: Int
    /// Percent of its time that a worker may be busy; above, responses go uncompressed. 100 is never.
    public let busyPercentMax: Int
    /// Bytes that the listener's compressors of one worker may hold.
    public let workerBytesMax: Int

    /// A plan of these.
    public init(
        types: CompressibleTypes, bodyBytesMin: UInt64, level: Int, busyPercentMax: Int,
        workerBytesMax: Int
    ) {
        precondition((1...9).contains(level) && (1...100).contains(busyPercentMax))
        self.types = types
        self.bodyBytesMin = bodyBytesMin
        self.level = level
        self.busyPercentMax = busyPercentMax
        self.workerBytesMax = workerBytesMax
    }
}
