// Members of upstreams by files: whatever way a file changes, and whatever is wrong with it.

import Config
import Glibc
import Linux
import Support
import Testing

@testable import Control

@Suite("Members by files", .serialized)
struct DiscoveryFileTests {
    private final class Counter {
        var count = 0
    }

    private final class Fixture {
        let directory = TemporaryDirectory()
        let loop: ControlLoop
        let resolver: Resolver
        let discovery: Discovery
        var changes = 0
        private let counter = Counter()

        init() throws {
            loop = try ControlLoop()
            resolver = Resolver(loop: loop, settings: .local(1))
            let counter = counter
            discovery = Discovery(loop: loop, resolver: resolver) {
                counter.count += 1
                return BackendList.parse($0, path: $1)
            }
            discovery.onChange = { [unowned self] in changes += 1 }
        }

        deinit {
            discovery.finish()
            resolver.finish()
        }

        func set(_ path: String) { discovery.setSources(["one": .file(path)]) }

        var parsedCount: Int { counter.count }

        var members: [String]? {
            discovery.members("one")?.map { String($0.identity.dropFirst("unix:/".count)) }
        }

        var lastError: String? { discovery.knowledge("one")?.lastError }

        /// Runs until the members are these.
        func becomes(_ expected: String...) -> Bool { loop.run { self.members == expected } }

        /// Makes a directory below that of the test.
        func make(_ name: String) {
            precondition(mkdir(directory.file(name), 0o700) == 0, "mkdir \(name): \(errno)")
        }

        /// Makes a symbolic link, or replaces it in one step.
        func link(_ name: String, to target: String) {
            precondition(symlink(target, directory.file("new-link")) == 0)
            precondition(rename(directory.file("new-link"), directory.file(name)) == 0)
        }

        func move(_ name: String, to other: String) {
            let result = rename(directory.file(name), directory.file(other))
            precondition(result == 0, "rename \(name): \(errno)")
        }
    }

    @Test("a file is read at once, and again when it is written, replaced or made anew")
    func changing() throws {
        let test = try Fixture()
        let path = test.directory.write("/b\n/a\n", to: "list")
        test.set(path)
        #expect(test.members == ["a", "b"] && test.changes == 0 && test.discovery.hasAnswered)
        test.directory.write("/c\n", to: "list")
        #expect(test.becomes("c"))
        test.directory.write("/d\n", to: "other")
        test.move("other", to: "list")
        #expect(test.becomes("d"))
        unlink(path)
        #expect(
            test.loop.run { test.lastError == "cannot open \(path): No such file or directory" })
        #expect(test.members == ["d"])
        test.directory.write("/e\n", to: "list")
        #expect(test.becomes("e"))
        #expect(test.lastError == nil && test.changes == 3)
        link(test.directory.write("/f\n", to: "twin"), test.directory.file("hard"))
        test.move("hard", to: "list")
        #expect(test.becomes("f"))
    }

    @Test("a file, its directory or more may be missing at the start")
    func missing() throws {
        let test = try Fixture()
        test.set(test.directory.file("x/y/list"))
        #expect(test.members == nil && test.lastError?.hasPrefix("cannot open ") == true)
        #expect(test.discovery.hasAnswered)
        test.make("x")
        test.make("x/y")
        test.directory.write("/a\n", to: "x/y/list")
        #expect(test.becomes("a"))
        test.directory.write("/b\n", to: "x/y/list")
        #expect(test.becomes("b"))
        // The directory is replaced as a whole, and removed as a whole.
        test.make("z")
        test.directory.write("/c\n", to: "z/list")
        test.move("x/y", to: "old")
        test.move("z", to: "x/y")
        #expect(test.becomes("c"))
        _ = Command.run("/bin/rm", ["-r", test.directory.file("x")])
        #expect(test.loop.run { test.lastError != nil })
        #expect(test.members == ["c"])
        test.make("x")
        test.make("x/y")
        test.directory.write("/d\n", to: "x/y/list")
        #expect(test.becomes("d"))
    }

    @Test("a list behind links follows each of them, as volumes of Kubernetes swap them")
    func links() throws {
        let test = try Fixture()
        test.make("v1")
        test.make("v2")
        test.directory.write("/a\n", to: "v1/list")
        test.directory.write("/b\n", to: "v2/list")
        test.link("..data", to: "v1")
        test.link("list", to: "..data/list")
        test.set(test.directory.file("list"))
        #expect(test.members == ["a"])
        test.link("..data", to: test.directory.file("v2"))
        #expect(test.becomes("b"))
        // What the link leads to now is watched, and what it led to no more.
        test.directory.write("/c\n", to: "v2/list")
        #expect(test.becomes("c"))
        let parsedCount = test.parsedCount
        test.directory.write("/never\n", to: "v1/list")
        test.directory.write("/never\n", to: "neighbour")
        test.directory.write("/d\n", to: "v2/list")
        #expect(test.becomes("d"))
        #expect(test.parsedCount == parsedCount + 1)
        test.link("list", to: "v1/list")
        #expect(test.becomes("never"))
        // A link above the file's directory.
        test.link("current", to: "v1")
        test.set(test.directory.file("current/list"))
        #expect(test.members == ["never"])
        test.link("current", to: "v2")
        #expect(test.becomes("d"))
    }

    @Test("a list that is broken, empty, a directory, a pipe or a loop of links changes nothing")
    func bad() throws {
        let test = try Fixture()
        let path = test.directory.write("/a\n", to: "list")
        test.set(path)
        test.directory.write("broken", to: "list")
        #expect(test.loop.run { test.lastError?.contains("broken") == true })
        test.directory.write("", to: "list")
        #expect(test.loop.run { test.lastError?.contains("broken") == false })
        unlink(path)
        test.make("list")
        #expect(test.loop.run { test.lastError == "\(path) is not a regular file" })
        rmdir(path)
        mkfifo(path, 0o600)
        #expect(test.loop.run { test.lastError == "\(path) is not a regular file" })
        test.link("list", to: "list")
        #expect(
            test.loop.run {
                test.lastError == "cannot open \(path): Too many levels of symbolic links"
            })
        #expect(test.members == ["a"] && test.changes == 0)
        unlink(path)
        test.directory.write(String(repeating: "x", count: BackendList.bytesMax + 1), to: "list")
        #expect(test.loop.run { test.lastError == "\(path) is larger than 10 MiB" })
        #expect(test.members == ["a"] && test.changes == 0)
        unlink(path)
        test.directory.write("/b\n", to: "list")
        #expect(test.becomes("b"))
    }

    @Test("many changes in a row are read once, and those without a pause all the same")
    func storm() throws {
        let test = try Fixture()
        let path = test.directory.write("/a\n", to: "list")
        test.set(path)
        let parsedCount = test.parsedCount
        for number in 0..<100 { test.directory.write("/\(number)\n", to: "list") }
        #expect(test.becomes("99"))
        #expect(test.parsedCount == parsedCount + 1)
        // Somebody writes more often than the pause is long.
        var count = 100
        func write() {
            test.directory.write("/\(count)\n", to: "list")
            count += 1
            test.loop.after(10, write)
        }
        write()
        #expect(test.loop.run(within: 5000) { test.members != ["99"] })
        #expect(test.parsedCount == parsedCount + 2)
    }

    @Test("a change that no directory tells of is found by looking now and then")
    func looking() throws {
        let test = try Fixture()
        let path = test.directory.write("/a\n", to: "list")
        test.make("x")
        link(path, test.directory.file("x/list"))
        let watcher = FileWatcher(loop: test.loop, lookMs: 100)
        var told: [Set<String>] = []
        watcher.onChange = { told.append($0) }
        watcher.watch([path])
        // The other name of the file is in a directory that nobody watches.
        test.directory.write("/longer\n", to: "x/list")
        #expect(test.loop.run { !told.isEmpty })
        // What was told of is not told again.
        var isOver = false
        test.loop.after(300) { isOver = true }
        #expect(test.loop.run { isOver } && told == [[path]])
        watcher.close()
    }

    @Test("a file that is found by looking is told of when its writer is done")
    func lookingAtGrowth() throws {
        let test = try Fixture()
        let path = test.directory.write("/a\n", to: "list")
        test.make("x")
        link(path, test.directory.file("x/list"))
        let watcher = FileWatcher(loop: test.loop, lookMs: 100)
        var told: [Int] = []
        var size = 3
        watcher.onChange = { _ in told.append(size) }
        watcher.watch([path])
        let writer = open(test.directory.file("x/list"), O_WRONLY | O_APPEND | O_CLOEXEC)
        var isOver = false
        func grow() {
            size += write(writer, "/b\n", 3)
            if size < 3 * 200 { test.loop.after(2, grow) } else { isOver = true }
        }
        grow()
        #expect(test.loop.run { isOver } && told.isEmpty)
        #expect(test.loop.run { told == [size] })
        close(writer)
        watcher.close()
    }

    @Test("the same list written again is no change")
    func same() throws {
        let test = try Fixture()
        test.set(test.directory.write("/a\n/b\n", to: "list"))
        let parsedCount = test.parsedCount
        test.directory.write("# Others.\n/b\n/a\n", to: "list")
        #expect(test.loop.run { test.parsedCount > parsedCount })
        #expect(test.changes == 0 && test.members == ["a", "b"])
        #expect((test.discovery.knowledge("one")?.ageMs ?? 99) < 50)
    }

    @Test("several upstreams may share a file or a directory, and are told of together")
    func sharing() throws {
        let test = try Fixture()
        let first = test.directory.write("/a\n", to: "first")
        let second = test.directory.write("/b\n", to: "second")
        test.discovery.setSources([
            "one": .file(first), "two": .file(first), "three": .file(second),
        ])
        test.directory.write("/c\n", to: "first")
        #expect(test.becomes("c"))
        #expect(test.discovery.members("two")?.count == 1 && test.changes == 1)
        test.discovery.setSources(["three": .file(second)])
        test.directory.write("/d\n", to: "first")
        test.directory.write("/e\n", to: "second")
        #expect(
            test.loop.run { test.discovery.members("three")?.map(\.identity) == ["unix:/e"] })
        #expect(test.members == nil && test.changes == 2)
    }

    @Test("the way to a file is its links and its last name, or the first that is missing")
    func trail() throws {
        let test = try Fixture()
        let root = test.directory.path
        test.make("a")
        test.directory.write("", to: "a/file")
        test.link("one", to: "a")
        test.link("two", to: "./one/../one")
        let steps = FileTrail.steps(of: "\(root)/two/./file")
        #expect(
            steps.map { "\($0.directory) \($0.name)" } == [
                "\(root) two", "\(root) one", "\(root) one", "\(root)/a file",
            ])
        #expect(
            FileTrail.steps(of: "\(root)/a/none/file").map(\.name) == ["none"])
        #expect(FileTrail.steps(of: "\(root)/a/file/x").map(\.name) == ["x"])
        test.link("round", to: "round")
        #expect(FileTrail.steps(of: "\(root)/round").count == FileTrail.linksMax + 1)
        #expect(FileTrail.steps(of: "/").isEmpty)
    }

    @Test("sources leave no descriptor behind, however often they change")
    func descriptors() async {
        // Where no other test watches anything.
        await #expect(processExitsWith: .exitCode(7)) {
            /// What this process has open, but for what the tests' own machinery may have.
            func watched() -> [String] {
                ProcessResources(of: getpid()).names.filter {
                    $0.contains("inotify") || $0.contains("/sluice-test-")
                }
            }
            do {
                let test = try Fixture()
                guard watched().isEmpty else { exit(1) }
                for name in ["a", "b", "c"] {
                    test.set(test.directory.write("/\(name)\n", to: name))
                    guard test.members == [name] else { exit(2) }
                    test.directory.write("/x\(name)\n", to: name)
                    guard test.becomes("x\(name)") else { exit(3) }
                    guard watched().count == 1 else { exit(4) }
                }
                test.discovery.setSources([:])
                guard watched().isEmpty else { exit(5) }
                _ = Command.run("/bin/rm", ["-r", test.directory.path])
            } catch { exit(6) }
            exit(7)
        }
    }
}
