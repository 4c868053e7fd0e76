// What is told of an upstream's source.

/// How old and how good what is known of an upstream's members is.
struct DiscoveryKnowledge: Equatable {
    /// How many members there are, nil when they were never known.
    var memberCount: Int?
    /// How long ago the source last said anything good, nil when it never has.
    var ageMs: UInt64?
    /// Why the members are not what the source says now, or nil.
    var lastError: String?
    /// When the source is asked next, nil of a file, which tells by itself.
    var nextRefreshMs: UInt64?
}
