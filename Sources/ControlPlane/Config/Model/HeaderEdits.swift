// What is done to the header of a message that passes.

/// Changes of a header, made in this order: first fields are removed, then set, then added.
public struct HeaderEdits: Sendable, Equatable {
    /// Fields that are removed, in lower case; unique.
    public var remove: [String] = []
    /// Fields that replace all of their name; names are unique whatever their case.
    public var set: [HeaderSetting] = []
    /// Fields that stand beside others of their name.
    public var add: [HeaderSetting] = []

    /// No change.
    public init() {}

    /// True without any change.
    public var isEmpty: Bool { remove.isEmpty && set.isEmpty && add.isEmpty }
}
