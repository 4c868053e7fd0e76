// Who is at the other end of a Unix socket, as the kernel knows it: nothing that the peer says can
// change it.

internal import CLinux
internal import Glibc

/// The process that connected to a Unix socket, as it was then (unix(7), SO_PEERCRED).
public struct PeerCredentials: Equatable, Sendable {
    /// Its process number; 0 when it is of a process namespace that cannot be seen from here.
    public var pid: Int32
    /// Its user.
    public var uid: UInt32

    /// Credentials with every value given.
    public init(pid: Int32, uid: UInt32) {
        self.pid = pid
        self.uid = uid
    }

    /// The peer of a connected Unix socket, nil when the kernel does not tell.
    public init?(of socket: Int32) {
        var (pid, uid, gid) = (Int32(0), UInt32(0), UInt32(0))
        guard unsafe IOResult(cl_peer_credentials(socket, &pid, &uid, &gid)).isSuccess else {
            return nil
        }
        self.init(pid: pid, uid: uid)
    }

    /// The user's name, or nil when the machine knows none. It may read files or ask a directory
    /// service, so it is not for every request. The corresponding call is `getpwuid_r(3)`.
    public var userName: String? {
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16 << 10) { space in
            guard let base = space.baseAddress,
                unsafe getpwuid_r(uid, &entry, base, space.count, &found) == 0,
                let found = unsafe found, let name = unsafe found.pointee.pw_name
            else { return nil }
            return unsafe String(cString: name)
        }
    }
}
