// What stands in the event queue for a socket: which slot, which use of it, and which role.

internal import Containers

/// A token and the role of the socket that it stands for, in the 64 bits of an event. Indexes are
/// below 2^29, so the role fits beside them.
struct EventTag: BitwiseCopyable {
    /// What the socket is to its slot.
    enum Role: UInt64, BitwiseCopyable {
        case downstream
        case upstream
        case listener
        case mail
        case pooled
    }

    let rawValue: UInt64
    private static let shift: UInt64 = 29
    private static let roles: UInt64 = 7

    init(rawValue: UInt64) { self.rawValue = rawValue }

    init(_ role: Role, _ token: Token) {
        assert(token.index >= 0 && token.index < 1 << 29)
        rawValue = token.rawValue | role.rawValue << Self.shift
    }

    var role: Role {
        guard let role = Role(rawValue: rawValue >> Self.shift & Self.roles) else {
            preconditionFailure("an event of no role")
        }
        return role
    }

    var token: Token { Token(rawValue: rawValue & ~(Self.roles << Self.shift)) }
}
