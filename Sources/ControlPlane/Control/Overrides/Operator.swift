// Who changed something at run time, as the kernel knows it.

internal import Linux

/// An operator: the user and the process at the other end of the admin socket.
struct Operator: Equatable {
    /// The user's name, or nil when the machine knows none.
    var user: String?
    /// The user's number; nil when the kernel did not tell.
    var uid: UInt32?
    /// The process that asked.
    var pid: Int?

    /// An operator of whom all is known or nothing.
    init(user: String? = nil, uid: UInt32? = nil, pid: Int? = nil) {
        self.user = user
        self.uid = uid
        self.pid = pid
    }

    /// Looks up who a peer is.
    init(_ peer: PeerCredentials?) {
        self.init(
            user: peer?.userName, uid: peer?.uid, pid: peer.map { Int($0.pid) })
    }

    /// `root`, `uid 1000` or `unknown`.
    var name: String { user ?? uid.map { "uid \($0)" } ?? "unknown" }
}
