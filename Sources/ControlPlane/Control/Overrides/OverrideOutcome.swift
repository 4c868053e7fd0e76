// What an operator's word changed, as POST /drain and its like answer it and the commands show it.

/// The outcome of one request.
public struct OverrideOutcome: Codable, Sendable, Equatable {
    /// One backend, before and after.
    public struct Backend: Codable, Sendable, Equatable {
        /// The upstream.
        public var upstream: String
        /// The backend's name, or its address.
        public var backend: String
        /// `ready`, `drain` or `disabled`: what was said of it before.
        public var stateBefore: String
        /// The same from now on.
        public var state: String
        /// The weight before; nil when it is not configured.
        public var weightBefore: Int?
        /// The weight from now on.
        public var weight: Int?
        /// The weight that the file gives it.
        public var fileWeight: Int?
        /// Overrides that were taken back.
        public var cleared: Int
        /// Sessions with it at this moment; `kill` ends them.
        public var sessions: Int
    }

    /// `drain`, `disable`, `ready`, `weight`, `clear` or `kill`.
    public var action: String
    /// When it ends by itself, in UTC (RFC 3339); nil is never.
    public var until: String?
    /// The backends that were meant, sorted.
    public var backends: [Backend]
    /// What the operator may not have meant, ready to be shown.
    public var warnings: [String]
}
