// What an operator can have done to backends at run time.

/// An action, by the word of its command and of its path on the admin socket.
enum OperatorAction: String, CaseIterable, Sendable {
    /// No new sessions.
    case drain
    /// No new sessions, and neither probes nor warm connections.
    case disable
    /// Takes `drain` and `disable` back.
    case ready
    /// Another weight than the file's.
    case weight
    /// Takes back all that was said.
    case clear
    /// Ends the sessions that are there.
    case kill

    /// The state that it brings, when it brings one.
    var state: OperatorState? {
        switch self {
        case .drain: .drain
        case .disable: .disabled
        case .ready: .ready
        case .weight, .clear, .kill: nil
        }
    }

    /// True when what it does may end by itself after a time.
    var mayEnd: Bool {
        switch self {
        case .drain, .disable, .weight: true
        case .ready, .clear, .kill: false
        }
    }

    /// The members of its request.
    var keys: [String] {
        ["target"] + (self == .weight ? ["weight"] : []) + (mayEnd ? ["for"] : []) + ["reason"]
    }
}
