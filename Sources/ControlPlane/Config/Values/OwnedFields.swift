// Header fields that nobody but Sluice writes.

/// Fields that are not the operator's: they frame messages, or are about one connection alone (RFC
/// 9110, section 7.6.1).
enum OwnedFields {
    /// Whose header is changed.
    enum Message: Sendable { case request, response }

    /// How it is changed. Raw values are the words of messages.
    enum Change: String, Sendable {
        case set
        case add = "added"
        case remove = "removed"
    }

    /// What both kinds of message have.
    private static let both: Set = [
        "connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// Throws when the field of that name cannot be changed so.
    static func refuse(
        _ name: String, in message: Message, _ change: Change
    ) throws(Refusal) {
        let folded = name.lowercased()
        if both.contains(folded) || folded == "expect" && message == .request {
            throw Refusal(
                "\(Visible.quoted(name)) is written by Sluice itself and cannot be "
                    + change.rawValue,
                suggestion: "remove it")
        }
        guard folded == "host", message == .request, change != .set else { return }
        throw Refusal(
            "a request has one 'Host', which cannot be \(change.rawValue)",
            suggestion: "write it under 'set'")
    }
}
