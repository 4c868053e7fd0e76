// One proxy under test: started on its processor, measured with all its processes, and stopped.

import Glibc

/// Ends by `stop`, once.
struct RunningProxy {
    let kind: ProxyKind
    let port: UInt16
    private let process: ChildProcess
    /// Where sluice answers questions; nobody does for the others.
    private let adminPath: String

    /// Writes the configuration and starts the proxy; returns before it answers.
    static func launch(
        _ kind: ProxyKind, _ task: ProxyTask, _ bench: Bench, diesWithParent: Bool = true
    ) throws -> RunningProxy {
        let path = "\(bench.directory)/\(kind.rawValue)-\(task.port).conf"
        try Files.write(task.configuration(for: kind), to: path)
        let process = try ChildProcess.start(
            kind.command(sluicePath: bench.sluicePath, configurationPath: path),
            processor: Processors.proxy, outputPath: path + ".output",
            diesWithParent: diesWithParent)
        return RunningProxy(
            kind: kind, port: task.port, process: process, adminPath: task.adminPath)
    }

    /// The same, and waits until its port accepts.
    static func start(
        _ kind: ProxyKind, _ task: ProxyTask, _ bench: Bench
    ) throws -> RunningProxy {
        let proxy = try launch(kind, task, bench)
        try Readiness.await(port: proxy.port, of: proxy.process, named: kind.rawValue)
        return proxy
    }

    /// The process and those it started: a master and its worker count together.
    var processes: [pid_t] {
        [process.identifier] + ChildProcess.children(of: process.identifier)
    }

    var isRunning: Bool { process.isRunning }

    /// What it has printed so far, to explain a failure.
    var output: String { Files.read(process.outputPath) ?? "" }

    func usage() -> ProcessUsage { ProcessUsage.read(processes) }

    func memory() -> ProcessMemory { ProcessMemory.read(processes) }

    /// Descriptors that its processes have open.
    func descriptors() -> Int { Descriptors.count(of: processes) }

    /// The value of sluice's metric of that name, of the first one if there are several.
    func metric(_ name: String) throws -> Double? {
        let text = try AdminSocket.get("/metrics", from: adminPath)
        let line = text.split(separator: "\n").first {
            $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ")
        }
        return line?.split(separator: " ").last.flatMap { Double($0) }
    }

    func stop() {
        process.stop()
    }
}
