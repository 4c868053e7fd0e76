// The file of a Unix socket: replaced when it is stale, never taken from somebody.

import Glibc
import Linux
import Support
import Testing

@Suite("Files of Unix sockets")
struct SocketFileTests {
    private let directory = TemporaryDirectory()

    private func listen(_ path: String, mode: UInt32 = 0o600) throws(SystemError) -> FileDescriptor
    {
        try SocketFile.listen(path: path, access: SocketFile.Access(mode: mode), backlog: 4)
    }

    private func mode(_ path: String) -> UInt32? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }

    /// The names in the directory.
    private var names: Set<String> {
        Set(
            Command.run("ls", ["-A", directory.path]).output.split(separator: "\n").map(String.init)
        )
    }

    @Test(
        "it has its mode from its first moment, whatever the umask",
        arguments: [0o600, 0o660, 0o777])
    func mode(bits: UInt32) throws {
        let path = directory.file("a.sock")
        let socket = try listen(path, mode: bits)
        #expect(mode(path) == bits)
        #expect(names == ["a.sock"], "no other name is left behind")
        #expect(Socket.isAnswered(try #require(SocketAddress(unix: path))))
        _ = socket.rawValue
    }

    @Test("a socket that nobody listens behind is replaced, or removed")
    func stale() async {
        // Where no other test starts a program, which would hold the socket for a moment.
        await #expect(processExitsWith: .exitCode(7)) {
            let directory = TemporaryDirectory()
            let path = directory.file("a.sock")
            let access = SocketFile.Access(mode: 0o600)
            do { _ = try SocketFile.listen(path: path, access: access, backlog: 4) }
            guard Glibc.access(path, F_OK) == 0 else { exit(1) }
            let again = try SocketFile.listen(path: path, access: access, backlog: 4)
            guard let address = SocketAddress(unix: path), Socket.isAnswered(address) else {
                exit(2)
            }
            FileDescriptor.close(again.release())
            SocketFile.remove(path)
            guard Glibc.access(path, F_OK) != 0 else { exit(3) }
            // Removing nothing is harmless.
            SocketFile.remove(path)
            rmdir(directory.path)
            exit(7)
        }
    }

    @Test("a socket that somebody listens behind stays his")
    func live() throws {
        let path = directory.file("a.sock")
        let first = try listen(path, mode: 0o640)
        #expect(throws: SystemError("bind", EADDRINUSE)) { _ = try listen(path) }
        #expect(!SocketFile.remove(path), "it is told that it stays")
        #expect(mode(path) == 0o640)
        #expect(names == ["a.sock"])
        _ = first.rawValue
    }

    @Test("a socket whose queue is full is somebody's all the same")
    func fullQueue() throws {
        let path = directory.file("a.sock")
        let first = try SocketFile.listen(
            path: path, access: SocketFile.Access(mode: 0o600), backlog: 0)
        let address = try #require(SocketAddress(unix: path))
        var clients: [Int32] = []
        defer { clients.forEach { FileDescriptor.close($0) } }
        for _ in 0..<4 {
            clients.append(Int32(Socket.open(family: AF_UNIX).count))
            if Socket.connect(clients[clients.count - 1], to: address).wouldBlock { break }
        }
        #expect(clients.count > 1 && clients.count < 4, "the queue was not filled")
        #expect(throws: SystemError("bind", EADDRINUSE)) { _ = try listen(path) }
        _ = first.rawValue
    }

    @Test("anything that is no socket stays: files, directories, links")
    func others() throws {
        let file = directory.write("precious", to: "file")
        mkdir(directory.file("folder"), 0o700)
        symlink("file", directory.file("link"))
        symlink("nowhere", directory.file("dangling"))
        for name in ["file", "folder", "link", "dangling"] {
            #expect(throws: SystemError("bind", EEXIST), "\(name)") {
                _ = try listen(directory.file(name))
            }
            SocketFile.remove(directory.file(name))
        }
        #expect(names == ["file", "folder", "link", "dangling"])
        #expect(TextFile.read(file) == "precious")
    }

    @Test("a directory that is missing and a path that is too long are errors with their call")
    func unusable() {
        #expect(throws: SystemError("bind", ENOENT)) {
            _ = try listen(directory.file("missing/a.sock"))
        }
        let long = directory.file(String(repeating: "a", count: 100))
        #expect(throws: SystemError("bind", ENAMETOOLONG)) { _ = try listen(long) }
    }

    @Test("a path as long as the kernel takes is made, whatever its last name", arguments: 1...12)
    func longest(nameBytes: Int) throws {
        let room = 107 - directory.path.utf8.count - 2 - nameBytes
        let folder = directory.file(String(repeating: "d", count: room))
        mkdir(folder, 0o700)
        let path = "\(folder)/\(String(repeating: "s", count: nameBytes))"
        #expect(path.utf8.count == 107)
        let socket = try listen(path)
        #expect(mode(path) == 0o600)
        #expect(Command.run("ls", ["-A", folder]).output.split(separator: "\n").count == 1)
        _ = socket.rawValue
    }

    @Test("what nothing is asked for is what the process gives by itself")
    func unasked() throws {
        let (given, asked) = (directory.file("given"), directory.file("asked"))
        let first = try SocketFile.listen(
            path: given, access: SocketFile.Access(mode: nil), backlog: 4)
        let second = try listen(asked, mode: 0o600)
        try SocketFile.grant(.unasked, to: asked)
        var (left, right) = (stat(), stat())
        #expect(lstat(given, &left) == 0 && lstat(asked, &right) == 0)
        #expect(left.st_mode == right.st_mode)
        #expect(left.st_uid == right.st_uid && left.st_gid == right.st_gid)
        _ = (first.rawValue, second.rawValue)
    }

    @Test("access can be changed later, to owners by name or by number")
    func grant() throws {
        let path = directory.file("a.sock")
        let socket = try listen(path)
        try SocketFile.grant(SocketFile.Access(mode: 0o660), to: path)
        #expect(mode(path) == 0o660)
        var status = stat()
        let entry = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) }
        for owner in [entry, "\(getuid())"].compactMap({ $0 }) {
            try SocketFile.grant(
                SocketFile.Access(mode: 0o600, owner: owner, group: "\(getgid())"), to: path)
            #expect(lstat(path, &status) == 0)
            #expect(status.st_uid == getuid() && status.st_gid == getgid())
        }
        #expect(throws: SystemError("getpwnam", ENOENT)) {
            try SocketFile.grant(
                SocketFile.Access(mode: 0o600, owner: "no-such-user"), to: path)
        }
        _ = socket.rawValue
    }

    @Test("a socket whose owner does not exist is not made at all")
    func badOwner() {
        let path = directory.file("a.sock")
        #expect(throws: SystemError("getgrnam", ENOENT)) {
            _ = try SocketFile.listen(
                path: path, access: SocketFile.Access(mode: 0o600, group: "no-such-group"),
                backlog: 4)
        }
        #expect(names.isEmpty)
    }

    @Test("without a mode it has what the umask leaves")
    func umaskMode() async {
        await #expect(processExitsWith: .exitCode(7)) {
            umask(0o027)
            let directory = TemporaryDirectory()
            let path = directory.file("a.sock")
            let socket = try SocketFile.listen(
                path: path, access: SocketFile.Access(mode: nil), backlog: 4)
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & 0o777 == 0o750 else { exit(1) }
            unlink(path)
            rmdir(directory.path)
            _ = socket.rawValue
            exit(7)
        }
    }
}
