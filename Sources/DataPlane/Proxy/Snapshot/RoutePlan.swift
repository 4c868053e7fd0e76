// A route as the configuration has it, ready for workers. Which requests it takes is the table's
// business (Routing); this is what is done with them.

/// What becomes of the requests of a route. Immutable; the control plane owns the memory behind it.
@safe public struct RoutePlan: @unchecked Sendable {
    /// What is done.
    public enum Action: UInt8, Sendable {
        /// The upstream's backends answer.
        case forward
        /// The client is sent elsewhere.
        case redirect
        /// The answer is here.
        case respond
    }

    /// How the path is changed.
    public enum Rewrite: UInt8, Sendable {
        /// It is not.
        case none
        /// `text` is taken away from its beginning.
        case strip
        /// `text` takes the place of the prefix that matched.
        case replace
        /// `text` is put before it.
        case add
    }

    /// What is done.
    public var action = Action.forward
    /// Where requests go that are forwarded.
    public var upstream: UnsafePointer<UpstreamPlan>?
    /// How their paths are changed.
    public var rewrite = Rewrite.none
    /// What their paths are changed by.
    public var rewriteText = PlanText()
    /// Changes of the header of requests: the listener's before the route's.
    public var requestEdits: (HeaderEditPlan, HeaderEditPlan) = (HeaderEditPlan(), HeaderEditPlan())
    /// Changes of the header of responses, in the same order.
    public var responseEdits: (HeaderEditPlan, HeaderEditPlan) = (
        HeaderEditPlan(), HeaderEditPlan()
    )
    /// Something of the header of responses is changed.
    var hasResponseEdits: Bool { !responseEdits.0.isEmpty || !responseEdits.1.isEmpty }
    /// The request's head is needed again when its response comes.
    public var keepsHead = false
    /// The status of an answer that is here.
    public var status: UInt16 = 200
    /// Where the client is sent.
    public var location = PlanTemplate()
    /// The answer's body.
    public var body = PlanText()
    /// The media type of the answer's body.
    public var mediaType = PlanText()
    /// From the request to the first byte of its response, in ms; 0 is the upstream's.
    public var firstByteTimeoutMs: UInt64 = 0
    /// From the request to the last byte of its response, in ms; 0 is the listener's.
    public var requestTimeoutMs: UInt64 = 0
    /// The number that records name it by.
    public var number: UInt32 = 0

    /// What outlives the plan.
    public var state: UnsafeMutablePointer<ExchangeState>

    /// A route that does nothing yet.
    public init(state: UnsafeMutablePointer<ExchangeState>) { unsafe self.state = unsafe state }
}
