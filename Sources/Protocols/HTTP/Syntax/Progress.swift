// What one step of a parser comes to, in one register.

/// Where to read on, or why not: more octets are needed, or the message is refused.
struct Progress: BitwiseCopyable {
    private let code: Int

    @inline(__always)
    private init(code: Int) { self.code = code }

    /// The step is done and the next one begins at that offset.
    @inline(__always)
    static func at(_ offset: Int) -> Progress { Progress(code: offset) }

    /// The octets end before the step does.
    @inline(__always)
    static var incomplete: Progress { Progress(code: -1) }

    /// The message is refused.
    @inline(__always)
    static func refused(_ refusal: Refusal) -> Progress {
        Progress(code: -2 &- Int(refusal.rawValue))
    }

    /// True unless the next step can begin.
    @inline(__always)
    var isStopped: Bool { code < 0 }

    /// Where the next step begins. Only when it isn't stopped.
    @inline(__always)
    var offset: Int { code }

    /// What a parser that stopped here returns.
    var outcome: HeadOutcome {
        if code >= 0 { return .complete }
        guard code < -1 else { return .incomplete }
        guard let refusal = Refusal(rawValue: UInt8(-2 - code)) else {
            preconditionFailure("a refusal that does not exist")
        }
        return .refused(refusal)
    }
}
