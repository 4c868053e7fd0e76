// A key that people write in the wrong mapping.

/// Where a key belongs that a mapping does not have, for the message about it.
struct ForeignKey: Sendable {
    /// What has such a key: "routes of protocol tcp"; nil when nothing has, and it is another
    /// program's word.
    let home: String?
    /// What to write, in words.
    let suggestion: String

    init(of home: String? = nil, _ suggestion: String) {
        self.home = home
        self.suggestion = suggestion
    }
}
