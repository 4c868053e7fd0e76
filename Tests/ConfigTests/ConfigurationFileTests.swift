// Files as files: what a path may lead to.

import Config
import Glibc
import Testing

@Suite struct ConfigurationFileTests {
    @Test func aGoodFileIsRead() {
        let directory = Temporary()
        let path = directory.write(Array(small.utf8), to: "file")
        let result = ConfigurationFile.load(path: path)
        #expect(result.diagnostics == [])
        #expect(result.configuration != nil)
        #expect(result.configuration == parse(small).configuration)
    }

    @Test func diagnosticsNameTheFileAsItWasGiven() {
        let directory = Temporary()
        let path = directory.write(Array("workers: x\n".utf8), to: "file")
        #expect(ConfigurationFile.load(path: path).diagnostics.map(\.file) == [path])
    }

    @Test func aMissingFileIsOneError() {
        let result = ConfigurationFile.load(path: "/nonexistent/sluice.yaml")
        #expect(result.configuration == nil)
        #expect(
            result.diagnostics.map(\.text) == [
                "/nonexistent/sluice.yaml: error: cannot open the file: No such file or directory"
            ])
    }

    @Test func aDirectoryIsOneError() {
        #expect(
            report(ConfigurationFile.load(path: "/")) == ["0:0+0 error: is a directory, not a file"]
        )
    }

    @Test func aFIFOIsRefusedWithoutWaiting() {
        let directory = Temporary()
        #expect(unsafe mkfifo(directory.path + "/fifo", 0o600) == 0)
        #expect(
            report(ConfigurationFile.load(path: directory.path + "/fifo")) == [
                "0:0+0 error: is not a regular file"
            ])
    }

    @Test func aFileThatCannotBeReadIsOneError() {
        // Regular by its mode, and no address of a process begins at 0.
        #expect(
            report(ConfigurationFile.load(path: "/proc/self/mem")) == [
                "0:0+0 error: cannot read the file: Input/output error"
            ])
    }

    @Test(.enabled(if: geteuid() != 0, "permissions do not hold the superuser"))
    func aForbiddenFileIsOneError() {
        let directory = Temporary()
        let path = directory.write([], to: "file")
        #expect(unsafe chmod(path, 0) == 0)
        #expect(
            report(ConfigurationFile.load(path: path)) == [
                "0:0+0 error: cannot open the file: Permission denied"
            ])
    }

    @Test func aHugeFileIsRefusedUnread() {
        let directory = Temporary()
        let path = directory.write([], to: "file")
        #expect(unsafe truncate(path, 100 << 30) == 0)
        #expect(
            report(ConfigurationFile.load(path: path)) == [
                "0:0+0 error: the file is larger than 4 MiB"
            ])
    }

    @Test func aFileMayGrowUpToItsLimit() {
        let filler = "#" + String(repeating: " ", count: (4 << 20) - 2 - small.utf8.count) + "\n"
        #expect(parse(filler + small).diagnostics == [])
        #expect(report(filler + small + " ") == ["0:0+0 error: the file is larger than 4 MiB"])
    }

    @Test func aPathWithANULIsOneError() {
        #expect(
            report(ConfigurationFile.load(path: "a\0b")) == [
                "0:0+0 error: the path holds a NUL byte"
            ])
    }
}
