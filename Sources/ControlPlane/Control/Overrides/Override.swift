// One thing that an operator said of one backend.

/// An override. Times are in ms of the loop's clock.
struct Override: Equatable {
    /// What is overridden: each kind is kept on its own, and a later one replaces an earlier one of
    /// its kind.
    enum Kind: Equatable {
        /// `drain` or `disabled`; `ready` is the absence of both.
        case state(OperatorState)
        /// The weight instead of the file's.
        case weight(Int)
    }

    var kind: Kind
    /// When it was said.
    var since: UInt64
    /// The same as nanoseconds since 1970, so that what people are told of it stays the same.
    var saidAtNanoseconds: UInt64
    /// When it ends by itself; nil is never.
    var until: UInt64?
    /// Why, in the operator's words.
    var reason: String?
    /// Who said it.
    var author: Operator

    /// When it was said, in UTC (RFC 3339).
    var sinceText: String { Timestamp.text(saidAtNanoseconds) }

    /// When it ends by itself, in UTC (RFC 3339).
    var untilText: String? {
        until.map { Timestamp.text(saidAtNanoseconds + ($0 - since) * 1_000_000) }
    }

    /// `drain`, `disabled` or `weight 5`.
    var words: String {
        switch kind {
        case .state(let state): state.word
        case .weight(let weight): "weight \(weight)"
        }
    }
}
