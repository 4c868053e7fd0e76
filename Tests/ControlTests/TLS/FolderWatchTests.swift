// Watching a whole folder: whatever happens to a name in it.

import Glibc
import Support
import Testing

@testable import Control

@Suite("Watching a folder", .serialized)
struct FolderWatchTests {
    @Test("names that come, go, are written and renamed are told of, and so is the folder itself")
    func changes() throws {
        let directory = TemporaryDirectory()
        let loop = try ControlLoop()
        let watcher = FileWatcher(loop: loop)
        defer { watcher.close() }
        let folder = directory.file("all")
        precondition(mkdir(folder, 0o700) == 0)
        var told = 0
        watcher.onChange = { paths in told += paths == [folder + "/"] ? 1 : 100 }
        watcher.watch([folder + "/"])
        let steps: [() -> Void] = [
            { TextFile.write("1", to: folder + "/a.pem") },
            { TextFile.write("2", to: folder + "/a.pem") },
            { precondition(rename(folder + "/a.pem", folder + "/b.pem") == 0) },
            { unlink(folder + "/b.pem") },
            { precondition(rename(folder, folder + ".old") == 0) },
            { precondition(mkdir(folder, 0o700) == 0) },
            { TextFile.write("3", to: folder + "/c.pem") },
        ]
        for (index, step) in steps.enumerated() {
            step()
            #expect(loop.run { told == index + 1 }, "step \(index)")
        }
        directory.write("x", to: "beside")
        #expect(!loop.run(within: 300) { told > steps.count })
    }
}
