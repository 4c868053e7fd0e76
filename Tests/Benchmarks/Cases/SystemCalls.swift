// Which system calls a proxy makes for one request: `strace -c` over all its processes while wrk
// asks. Under strace everything is slow, so this reports counts only.

import Glibc

enum SystemCalls {
    /// Prints a table for each proxy. The counts are of the load alone: strace joins after the
    /// start and leaves before the end.
    static func report(_ benchmark: BenchmarkCase, load: Wrk, bench: Bench) throws {
        let web = try WebBackend.start(in: bench.directory)
        defer { web.stop() }
        for kind in bench.kinds {
            let task = try benchmark.task(backendPort: web.port, bench)
            let proxy = try RunningProxy.start(kind, task, bench)
            defer { proxy.stop() }
            _ = try load.run(port: proxy.port, seconds: 1, directory: bench.directory)
            let (requests, table) = try trace(proxy, load: load, bench)
            let count = TextReport.number(requests)
            print("\(benchmark.rawValue), \(kind.rawValue): \(count) requests")
            let calls = parse(table)
            for (name, count) in calls + [("all", calls.reduce(0) { $0 + $1.count })] {
                let share = TextReport.number(count / requests, digits: 3)
                print("  " + TextReport.left(name, 20) + TextReport.right(share, 10) + " a request")
            }
        }
    }

    private static func trace(
        _ proxy: RunningProxy, load: Wrk, _ bench: Bench
    ) throws -> (requests: Double, table: String) {
        let path = "\(bench.directory)/strace"
        let processes = proxy.processes.flatMap { ["-p", "\($0)"] }
        let tracer = try ChildProcess.start(
            ["strace", "-f", "-c", "-o", path] + processes, processor: Processors.load,
            outputPath: path + ".output")
        // It says when it is attached; a load before that would count requests without their calls.
        let deadline = Clock.now() + 5
        while !(Files.read(tracer.outputPath) ?? "").contains("attached") {
            guard tracer.isRunning && Clock.now() < deadline else {
                tracer.stop(signal: SIGINT)
                throw BenchmarkError(
                    "strace did not attach:\n\(Files.read(tracer.outputPath) ?? "")")
            }
            Clock.pause(seconds: 0.01)
        }
        defer { if tracer.isRunning { tracer.stop(signal: SIGINT) } }
        let report = try load.run(
            port: proxy.port, seconds: bench.seconds, directory: bench.directory)
        tracer.stop(signal: SIGINT)
        return (report.requests, Files.read(path) ?? "")
    }

    /// Rows of `% time, seconds, usecs/call, calls, errors (or nothing), syscall`.
    private static func parse(_ table: String) -> [(name: String, count: Double)] {
        table.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count >= 5, Double(words[0]) != nil, let name = words.last,
                name != "total", let count = Double(words[3])
            else { return nil }
            return (String(name), count)
        }.sorted { $0.count > $1.count }
    }
}
