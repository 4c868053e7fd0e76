// The file that nodes of a fleet share the keys of their session tickets by: written here, by a command
// that somebody runs on a timer, and read by whoever has it in its configuration.

internal import Glibc
internal import Linux
internal import TLS

/// Writes files of ticket keys.
public enum TicketKeyFile {
    /// Why no key was written. What was there stays.
    public struct Failure: Error, CustomStringConvertible {
        /// In words for people, with the path.
        public let description: String
    }

    /// Puts a fresh key in front of those of a file, which is made when there is none, and drops the
    /// oldest of more than three. Returns how many there are then.
    ///
    /// Readers find the old file or the new one, never a part. The new one has the old one's owner,
    /// and nobody else may read it.
    @discardableResult
    public static func rotate(_ path: String) throws(Failure) -> Int {
        let path = target(of: path)
        var status = stat()
        let exists = unsafe stat(path, &status) == 0
        guard exists || errno == ENOENT else { throw failure("read", path) }
        var fresh = TicketKey.random()
        defer { fresh.wipe() }
        var keys = TicketKeySet(fresh)
        defer { keys.wipe() }
        if exists { keys = try known(path).rotated(to: fresh) }
        try replace(path, keys.file, owner: exists ? (status.st_uid, status.st_gid) : nil)
        return keys.count
    }

    private static func known(_ path: String) throws(Failure) -> TicketKeySet {
        let bytes: [UInt8]
        do { bytes = try BoundedFile.read(path, limit: ControlLimits.certificateBytesMax) } catch {
            throw Failure(description: error.text)
        }
        switch TicketKeySet.parse(bytes) {
        case .success(let keys): return keys
        case .failure(let problem): throw Failure(description: "\(path): \(problem.message)")
        }
    }

    /// Writes a file beside the one at `path` and has it take that one's place.
    private static func replace(
        _ path: String, _ bytes: [UInt8], owner: (uid_t, gid_t)?
    ) throws(Failure) {
        // Its name ends as no reader of a folder expects it.
        var template = Array("\(path).new-XXXXXX".utf8CString)
        let opened = unsafe mkstemp(&template)
        guard opened >= 0 else { throw failure("write beside", path) }
        let draft = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var isDone = false
        defer { if !isDone { unsafe _ = unlink(draft) } }
        let file = FileDescriptor(owning: opened)
        // mkstemp(3) gives it 0600. Only root can give it away; to who owns it already it is a no-op.
        if let owner, fchown(file.rawValue, owner.0, owner.1) != 0, errno != EPERM {
            throw failure("give away", path)
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(file.rawValue, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("write", path) }
            rest = rest.dropFirst(count)
        }
        guard fsync(file.rawValue) == 0 else { throw failure("write", path) }
        guard unsafe rename(draft, path) == 0 else { throw failure("replace", path) }
        isDone = true
    }

    /// What a path leads to: of a symbolic link the file is replaced, and the link stays.
    private static func target(of path: String) -> String {
        guard let found = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(found) }
        return unsafe String(cString: found)
    }

    private static func failure(_ what: String, _ path: String) -> Failure {
        Failure(description: "cannot \(what) \(path): \(SystemError.text(of: errno))")
    }
}
