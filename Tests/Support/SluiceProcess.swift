// The built program under test: started with a configuration, watched, asked, and checked for leaks
// at its end.

import Control
import Glibc
import Testing

/// A running sluice with an admin socket of its own.
///
/// A test ends with `stop()`, which checks that no session, descriptor or memory was left behind.
public final class SluiceProcess: @unchecked Sendable {
    /// The program under test: SLUICE_BINARY, or else the one that was built with the tests.
    public static let binary: String = {
        if let given = getenv("SLUICE_BINARY") { return String(cString: given) }
        let bundle = SymbolicLink.read("/proc/self/exe")
        let directory = bundle.split(separator: "/").dropLast().joined(separator: "/")
        return "/\(directory)/sluice"
    }()

    /// True when the program is built with a sanitizer, which changes its memory and speed.
    public static let isSanitized = binary.contains("tsan") || binary.contains("asan")

    /// Where its files are.
    public let directory: TemporaryDirectory
    /// The file it runs.
    public let configurationPath: String
    /// Its admin socket.
    public let socketPath: String
    /// The process.
    public let program: ChildProgram
    private let notifications: NotifySocket
    private var baseline = ProcessResources()

    /// Starts the program with a configuration, to which the admin socket is added, and waits until
    /// it is ready. In the text, `$DIR` stands for its directory. A launcher is a command that
    /// ends by executing the one that is added to it.
    public init(
        _ configuration: String, environment: [String: String] = [:], launcher: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        directory = TemporaryDirectory()
        socketPath = directory.file("admin.sock")
        configurationPath = directory.file("sluice.yaml")
        notifications = NotifySocket(directory.file("notify.sock"))
        TextFile.write(Self.complete(configuration, directory), to: configurationPath)
        var environment = environment
        environment["NOTIFY_SOCKET"] = notifications.path
        let words = launcher + [Self.binary, "run", configurationPath]
        program = ChildProgram(words[0], Array(words.dropFirst()), environment: environment)
        let isReady = notifications.wait(for: "READY=1", program)
        #expect(isReady, "not ready: \(program.errors)", sourceLocation: sourceLocation)
        baseline = ProcessResources(of: program.pid)
    }

    /// Writes another configuration, which is not in force before a reload.
    public func write(_ configuration: String) {
        TextFile.write(Self.complete(configuration, directory), to: configurationPath)
    }

    /// Its client.
    public var admin: AdminClient { AdminClient(path: socketPath) }

    /// Its state.
    public func status() throws -> StatusReport { try admin.status() }

    /// The port that a listener got.
    public func port(of listener: String, address index: Int = 0) throws -> UInt16 {
        let found = try status().listeners.first { $0.name == listener }?.addresses[index]
        let port = found?.split(separator: ":").last.flatMap { UInt16($0) }
        return try #require(port, "listener \(listener) has no port: \(found ?? "none")")
    }

    /// Waits for a notification to the service manager, such as `RELOADING=1`.
    public func waitForNotification(_ text: String) -> Bool {
        notifications.wait(for: text, program)
    }

    /// What it logged.
    public var log: String { program.errors }

    /// Runs a command of the program against this process.
    public func command(_ arguments: String...) -> Command {
        Command.run(Self.binary, arguments + ["--socket", socketPath])
    }

    /// What it uses now.
    public var resources: ProcessResources { ProcessResources(of: program.pid) }

    /// Checks that all sessions have ended and that descriptors and memory are what they were.
    public func checkClean(
        memoryGrowthMaxKiB: Int = 48 << 10, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let isIdle = try eventually { try status().active == 0 }
        #expect(isIdle, "sessions are left", sourceLocation: sourceLocation)
        let isClosed = eventually(within: 3000) { resources.descriptors <= baseline.descriptors }
        #expect(
            isClosed, "descriptors grew from \(baseline.descriptors): \(resources.names)",
            sourceLocation: sourceLocation)
        guard !Self.isSanitized else { return }
        #expect(
            resources.residentKiB <= baseline.residentKiB + memoryGrowthMaxKiB,
            "memory grew from \(baseline.residentKiB) KiB", sourceLocation: sourceLocation)
    }

    /// Checks that all is clean, and ends the process in order.
    public func stop(sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(program.isRunning, "it had ended:\n\(log)", sourceLocation: sourceLocation)
        guard program.isRunning else { return }
        try checkClean(sourceLocation: sourceLocation)
        program.signal(SIGTERM)
        let status = program.waitForExit(milliseconds: 60_000)
        #expect(status == 0, "exit \(status):\n\(log)", sourceLocation: sourceLocation)
    }

    private static func complete(_ text: String, _ directory: TemporaryDirectory) -> String {
        let filled = text.split(separator: "$DIR", omittingEmptySubsequences: false)
            .joined(separator: directory.path)
        if filled.contains("admin:") { return filled }
        return "admin: { socket: \"\(directory.file("admin.sock"))\" }\n" + filled
    }
}
