// Directories that are watched: what is told of them, and that it is told when it is whole.

import Glibc
import Linux
import Support
import Testing

@Suite("Watched directories")
struct INotifyTests {
    private let directory = TemporaryDirectory()

    /// The names of all events so far, in order, each once in a row.
    private func names(_ notify: borrowing INotify) -> [String] {
        var names: [String] = []
        for event in notify.read() where event.name != names.last { names.append(event.name) }
        return names
    }

    private func add(_ notify: borrowing INotify, _ path: String) throws -> Int32 {
        Int32(try notify.add(path).orThrow("inotify_add_watch"))
    }

    @Test("names that come, go and change are told, with the directory they are in")
    func changes() throws {
        let other = TemporaryDirectory()
        let notify = try INotify()
        let watches = [try add(notify, directory.path), try add(notify, other.path)]
        #expect(watches[0] != watches[1])
        #expect(notify.read().isEmpty)
        directory.write("a", to: "a")
        #expect(FileDescriptor.waitReadable(notify.rawValue, milliseconds: 1000))
        #expect(names(notify) == ["a"])
        rename(directory.file("a"), other.file("b"))
        let moved = notify.read()
        #expect(moved.map(\.name) == ["a", "b"] && moved.map(\.watch) == watches)
        #expect(moved.allSatisfy { !$0.isOverflow && !$0.isOfDirectory })
        symlink("b", other.file("link"))
        unlink(other.file("b"))
        #expect(names(notify) == ["link", "b"])
    }

    @Test("a file that is being written is told of when it is closed")
    func writing() throws {
        let path = directory.write("a", to: "a")
        let notify = try INotify()
        _ = try add(notify, directory.path)
        let file = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        #expect(write(file, "bc", 2) == 2)
        #expect(notify.read().isEmpty)
        close(file)
        #expect(names(notify) == ["a"])
    }

    @Test("a directory has one number, and is not watched when that was given back")
    func removing() throws {
        let notify = try INotify()
        let watch = try add(notify, directory.path)
        #expect(try add(notify, directory.path + "/.") == watch)
        notify.remove(watch)
        notify.remove(watch)
        directory.write("a", to: "a")
        #expect(notify.read().allSatisfy { $0.isOfDirectory && $0.watch == watch })
        #expect(try add(notify, directory.path) != watch)
    }

    @Test("the end of a directory is told as its own")
    func ending() throws {
        let path = directory.file("below")
        mkdir(path, 0o700)
        let notify = try INotify()
        let watch = try add(notify, path)
        rmdir(path)
        let events = notify.read()
        #expect(!events.isEmpty)
        #expect(events.allSatisfy { $0.isOfDirectory && $0.watch == watch && $0.name.isEmpty })
    }

    @Test("only directories that are there can be watched")
    func refused() throws {
        let notify = try INotify()
        #expect(notify.add(directory.file("none")).errno == ENOENT)
        #expect(notify.add(directory.write("a", to: "a")).errno == ENOTDIR)
    }
}
