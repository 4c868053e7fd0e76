// Text of the configuration as workers read it.

/// Bytes that belong to a plan. The control plane owns them, for as long as the plan.
@safe public struct PlanText: BitwiseCopyable, @unchecked Sendable {
    /// The first byte; nil when there are none.
    public let bytes: UnsafePointer<UInt8>?
    /// How many there are.
    public let count: Int

    /// No text.
    public init() {
        unsafe bytes = nil
        count = 0
    }

    /// `count` bytes.
    public init(_ bytes: UnsafePointer<UInt8>, count: Int) {
        unsafe self.bytes = unsafe bytes
        self.count = count
    }

    /// There is none.
    public var isEmpty: Bool { count == 0 }
}
