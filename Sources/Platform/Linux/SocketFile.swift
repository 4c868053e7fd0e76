// The file that a Unix socket has in the file system: made in one step with its mode and owner,
// replaced only when nobody listens behind it, removed only by whom it belongs to.

internal import CLinux
internal import Glibc

/// A listening Unix socket's file.
public enum SocketFile {
    /// Who may connect.
    public struct Access: Equatable, Sendable {
        /// Permission bits, or nil for what the umask leaves.
        public var mode: UInt32?
        /// A user's name or number, or nil for the process's own.
        public var owner: String?
        /// A group's name or number, or nil for the process's own.
        public var group: String?

        /// What a socket has that nothing else is asked for: what the umask leaves, and the
        /// process's own user and group. Not to be called while another thread makes files, since
        /// umask(2) tells its value only by changing it.
        public static var unasked: Access {
            let mask = umask(0o777)
            umask(mask)
            return Access(mode: 0o777 & ~mask, owner: "\(geteuid())", group: "\(getegid())")
        }

        /// Permission bits, an owner and a group, each by choice.
        public init(mode: UInt32?, owner: String? = nil, group: String? = nil) {
            self.mode = mode
            self.owner = owner
            self.group = group
        }
    }

    /// Makes a listening socket at `path`. It is made under a name of its own, given its mode and
    /// owner, and renamed, so that nobody can connect before that; a socket that nobody listens
    /// behind is replaced, anything else at `path` is an error (EADDRINUSE or EEXIST).
    public static func listen(
        path: String, access: Access, backlog: Int32
    ) throws(SystemError) -> FileDescriptor {
        guard let final = SocketAddress(unix: path) else { throw SystemError("bind", ENAMETOOLONG) }
        let temporary = temporaryPath(beside: path)
        guard let address = SocketAddress(unix: temporary) else {
            throw SystemError("bind", ENAMETOOLONG)
        }
        try checkReplaceable(path, final)
        try checkReplaceable(temporary, address)
        let opened = try Socket.open(family: AF_UNIX).orThrow("socket")
        let socket = FileDescriptor(owning: Int32(opened))
        _ = unsafe temporary.withCString { unsafe cl_unlink($0) }
        _ = try Socket.bind(socket.rawValue, to: address).orThrow("bind")
        do {
            try grant(access, to: temporary)
            _ = try IOResult(cl_listen(socket.rawValue, backlog)).orThrow("listen")
            let renamed = unsafe temporary.withCString { from in
                unsafe path.withCString { unsafe IOResult(cl_rename(from, $0)) }
            }
            _ = try renamed.orThrow("rename")
        } catch {
            _ = unsafe temporary.withCString { unsafe cl_unlink($0) }
            throw error
        }
        return socket
    }

    /// A name in the same directory that no other process uses, and that fits wherever `path` does:
    /// in a long directory it is as short as it has to be.
    private static func temporaryPath(beside path: String) -> String {
        let name = ".\(String(getpid(), radix: 36))"
        let directory = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        let room = SocketAddress.unixPathBytesMax - directory.utf8.count
        return "\(directory)\(name.suffix(max(1, room)))"
    }

    /// Makes the directory that `path` is in, open to all for reading, unless it is there. The ones
    /// above it must be.
    public static func makeDirectory(of path: String) throws(SystemError) {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
        let directory = String(path[..<slash])
        let made = unsafe directory.withCString { unsafe IOResult(cl_mkdir($0, 0o755)) }
        if made.errno == EEXIST { return }
        _ = try made.orThrow("mkdir")
    }

    /// Changes who may connect.
    public static func grant(_ access: Access, to path: String) throws(SystemError) {
        if let mode = access.mode {
            let changed = unsafe path.withCString { unsafe IOResult(cl_chmod($0, mode)) }
            _ = try changed.orThrow("chmod")
        }
        guard access.owner != nil || access.group != nil else { return }
        let owner = try access.owner.map { (name) throws(SystemError) in
            let found = unsafe name.withCString { unsafe IOResult(cl_user_id($0)) }
            return try number(found, name, "getpwnam")
        }
        let group = try access.group.map { (name) throws(SystemError) in
            let found = unsafe name.withCString { unsafe IOResult(cl_group_id($0)) }
            return try number(found, name, "getgrnam")
        }
        let changed = unsafe path.withCString {
            unsafe IOResult(cl_chown($0, owner ?? .max, group ?? .max))
        }
        _ = try changed.orThrow("chown")
    }

    /// What a user or group was found to be. One that is not known by name may be a number, as for
    /// chown(1).
    private static func number(
        _ found: IOResult, _ name: String, _ call: String
    ) throws(SystemError) -> UInt32 {
        if !found.isSuccess, let number = UInt32(name), number != .max { return number }
        return UInt32(try found.orThrow(call))
    }

    /// Removes the file if it is a socket that nobody listens behind any more. False when somebody
    /// still does.
    @discardableResult
    public static func remove(_ path: String) -> Bool {
        guard let address = SocketAddress(unix: path) else { return true }
        do {
            try checkReplaceable(path, address)
            _ = unsafe path.withCString { unsafe cl_unlink($0) }
            return true
        } catch {
            return error.code != EADDRINUSE
        }
    }

    /// Throws unless `path` is free or a socket that nobody answers at.
    private static func checkReplaceable(
        _ path: String, _ address: SocketAddress
    ) throws(SystemError) {
        let mode = unsafe path.withCString { unsafe cl_lstat_mode($0) }
        if mode == -Int(ENOENT) { return }
        guard mode >= 0, cl_mode_is_socket(mode) != 0 else {
            throw SystemError("bind", mode < 0 ? Int32(-mode) : EEXIST)
        }
        if Socket.isAnswered(address) { throw SystemError("bind", EADDRINUSE) }
    }
}
