// Files of ticket keys that `sluice tickets rotate` writes.

import Glibc
import Support
import Testing

@testable import Control
@testable import TLS

@Suite("Files of ticket keys")
struct TicketKeyFileTests {
    private let directory = TemporaryDirectory()
    private var path: String { directory.file("tickets.key") }

    private func keys() throws -> TicketKeySet {
        try TicketKeySet.parse(BinaryFile.read(path)).get()
    }

    private func mode() -> mode_t {
        var status = stat()
        #expect(stat(path, &status) == 0)
        return status.st_mode & 0o777
    }

    @Test("a new key goes in front, and three are kept")
    func rotation() throws {
        #expect(try TicketKeyFile.rotate(path) == 1)
        let first = try keys()[0]
        #expect(mode() == 0o600)
        #expect(try TicketKeyFile.rotate(path) == 2)
        let second = try keys()[0]
        #expect(try keys()[1] == first && second != first)
        #expect(try TicketKeyFile.rotate(path) == 3)
        #expect(try TicketKeyFile.rotate(path) == 3)
        #expect(try keys()[2] == second)
        #expect(Command.run("/bin/ls", ["-A", directory.path]).output == "tickets.key\n")
    }

    @Test("it is replaced in one step, by one that only its owner reads")
    func atomic() throws {
        try TicketKeyFile.rotate(path)
        precondition(chmod(path, 0o644) == 0)
        let reader = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(reader) }
        let before = BinaryFile.read(path)
        try TicketKeyFile.rotate(path)
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(reader, &bytes, bytes.count)
        #expect(Array(bytes.prefix(count)) == before, "who has the old file open reads it whole")
        #expect(mode() == 0o600)
    }

    @Test("a link stays, and what it leads to is replaced")
    func link() throws {
        let target = directory.file("real.key")
        precondition(symlink("real.key", path) == 0)
        precondition(mkdir(directory.file("folder"), 0o700) == 0)
        #expect(throws: TicketKeyFile.Failure.self) {
            try TicketKeyFile.rotate(directory.file("folder"))
        }
        try TicketKeyFile.rotate(target)
        try TicketKeyFile.rotate(path)
        #expect(try TicketKeySet.parse(BinaryFile.read(target)).get().count == 2)
        var status = stat()
        #expect(lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    }

    @Test("a file of something else stays as it is, and is told of")
    func other() {
        directory.write("precious\n", to: "tickets.key")
        let problem = #expect(throws: TicketKeyFile.Failure.self) {
            try TicketKeyFile.rotate(path)
        }
        #expect(problem?.description == "\(path): line 1 is not 80 bytes in base64")
        #expect(TextFile.read(path) == "precious\n")
        let nowhere = directory.file("none/tickets.key")
        let missing = #expect(throws: TicketKeyFile.Failure.self) {
            try TicketKeyFile.rotate(nowhere)
        }
        #expect(
            missing?.description == "cannot write beside \(nowhere): No such file or directory")
    }
}
