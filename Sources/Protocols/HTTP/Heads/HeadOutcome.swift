// What parsing a head comes to.

/// Whether a buffer begins with a whole head.
public enum HeadOutcome: Equatable, Sendable {
    /// It does, and the head was filled.
    case complete
    /// It begins as a head does and needs more octets. The head is undefined.
    case incomplete
    /// No octets that follow could make it a head to be used. The head is undefined.
    case refused(Refusal)
}
