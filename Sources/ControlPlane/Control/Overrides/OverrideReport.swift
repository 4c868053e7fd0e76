// An override as GET /overrides answers it and `sluice overrides` and `sluice status` show it.

/// What an operator said of a backend. Its JSON has these names.
public struct OverrideReport: Codable, Sendable, Equatable {
    /// The upstream.
    public var upstream: String
    /// The backend's name, or its address.
    public var backend: String
    /// `drain`, `disabled` or `weight`.
    public var override: String
    /// The weight, of a `weight`.
    public var weight: Int?
    /// When it was said, in UTC (RFC 3339).
    public var since: String
    /// How long ago that was, in ms.
    public var ageMs: UInt64
    /// When it ends by itself, in UTC (RFC 3339); nil is never.
    public var until: String?
    /// How long that is from now, in ms.
    public var remainingMs: UInt64?
    /// Why, in the operator's words.
    public var reason: String?
    /// The operator's user name, when the machine knows one.
    public var user: String?
    /// The operator's user number.
    public var uid: UInt32?
    /// The process that asked.
    public var pid: Int?
    /// False while the backend is not in the configuration: the override waits for it.
    public var isConfigured: Bool

    init(_ key: BackendKey, _ override: Override, isConfigured: Bool, now: UInt64) {
        upstream = key.upstream
        backend = key.backend
        switch override.kind {
        case .state(let state): self.override = state.word
        case .weight(let weight):
            self.override = "weight"
            self.weight = weight
        }
        since = override.sinceText
        ageMs = now - min(now, override.since)
        until = override.untilText
        remainingMs = override.until.map { $0 - min($0, now) }
        reason = override.reason
        user = override.author.user
        uid = override.author.uid
        pid = override.author.pid
        self.isConfigured = isConfigured
    }

    /// `root`, `uid 1000` or `unknown`.
    public var author: String { user ?? uid.map { "uid \($0)" } ?? "unknown" }
}
