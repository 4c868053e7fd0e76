// A page of the configuration for answers that are made here.

/// What answers of one status say. The control plane owns the memory behind it.
public struct ErrorPagePlan: BitwiseCopyable, Sendable {
    /// The status.
    public let status: UInt16
    /// The body, which may be empty.
    public let body: PlanText
    /// The body's media type.
    public let mediaType: PlanText

    /// A page of a status.
    public init(status: UInt16, body: PlanText, mediaType: PlanText) {
        self.status = status
        self.body = body
        self.mediaType = mediaType
    }
}
