// The benchmarks: sluice against HAProxy and nginx on one core each, in processor time, latency and
// memory. This file has the command line; read `Cases/BenchmarkCase.swift` next. It touches nothing
// outside 127.0.0.0/8, a directory in /tmp, networks of its own that go when it ends, and the page
// it is asked to write.

import ArgumentParser
import Glibc

@main
struct Benchmarks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Benchmarks",
        abstract: "Measures sluice against haproxy and nginx, one core each.",
        discussion: "Takes some minutes and both of the first two processors. Needs wrk, nginx with"
            + " its stream module, and haproxy; and root, for networks of its own, or else the case `pool`"
            + " is left out and the rest is as the machine's network is set.")

    @Option(help: "The sluice binary; needed where sluice is among the proxies.")
    var sluice: String?

    @Option(help: "Rounds of each case.")
    var rounds = 5

    @Option(help: "Seconds of load in each round.")
    var seconds = 5

    @Option(help: "Cases, separated by commas; all by default.")
    var cases = BenchmarkCase.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: "Proxies, separated by commas; backend counts are compared in the first.")
    var proxies = ProxyKind.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: "Write the results as a Markdown page to this file.")
    var output: String?

    @Flag(help: "Two rounds of one second: shows that it works, proves nothing.")
    var quick = false

    @Option(help: "Instead, count system calls per request in this case under strace.")
    var strace: String?

    func validate() throws {
        guard rounds > 0, seconds > 0 else {
            throw ValidationError("--rounds and --seconds begin at 1.")
        }
        guard try !kinds().contains(.sluice) || sluice != nil else {
            throw ValidationError("Give --sluice PATH, or --proxies without sluice.")
        }
        _ = try chosenCases()
        if let strace, BenchmarkCase(rawValue: strace)?.load == nil {
            throw ValidationError("--strace takes a case under load, such as small.")
        }
    }

    func run() throws {
        if try !NetworkNamespace.moveIn() {
            print("no root: this machine's own network and its settings are measured")
        }
        try Cleanup.shared.watchSignals()
        Processors.pin(to: Processors.load)
        defer { Cleanup.shared.everything() }
        let directory = try Files.makeTemporaryDirectory()
        Cleanup.shared.adopt(directory: directory)
        let bench = Bench(
            sluicePath: sluice ?? "",
            kinds: try kinds(), rounds: quick ? 2 : rounds, seconds: quick ? 1 : seconds,
            isQuick: quick, directory: directory)
        if let strace, let benchmark = BenchmarkCase(rawValue: strace), let load = benchmark.load {
            return try SystemCalls.report(benchmark, load: load, bench: bench)
        }
        let failed = try measure(bench)
        if failed { throw ExitCode.failure }
    }

    /// Runs the cases and reports them. Returns whether any could not be measured, other than
    /// for want of what this machine does not permit; a bar that is missed is a result like any
    /// other.
    private func measure(_ bench: Bench) throws -> Bool {
        let versions = try bench.kinds.map {
            try $0.version(sluicePath: bench.sluicePath, directory: bench.directory)
        }
        let machine = Machine.read()
        print("\(machine.processor), \(machine.processors) processors, Linux \(machine.kernel)")
        print("congestion control \(machine.congestionControl)")
        for version in versions { print(version) }
        if machine.load > 0.5 {
            print("busy: load average \(machine.load); figures of a busy machine mislead")
        }
        var results: [CaseResult] = []
        var failures: [(benchmark: BenchmarkCase, reason: String)] = []
        var skipped: [(benchmark: BenchmarkCase, reason: String)] = []
        for benchmark in try chosenCases() {
            print("\n\(benchmark.rawValue): \(benchmark.title)")
            do {
                let result = try benchmark.run(bench)
                TextReport.printTable(result)
                results.append(result)
            } catch let reason as BenchmarkUnavailable {
                print("  skipped: \(reason)")
                skipped.append((benchmark, "\(reason)"))
            } catch {
                print("  not measured: \(error)")
                failures.append((benchmark, "\(error)"))
            }
        }
        print("")
        TextReport.printBars(results)
        if let output {
            let page = MarkdownPage(
                results: results, failures: failures + skipped, bench: bench, versions: versions,
                machine: machine)
            try Files.write(page.text, to: output)
            print("\nwrote \(output)")
        }
        return !failures.isEmpty
    }

    private func chosenCases() throws -> [BenchmarkCase] {
        try list(cases, "case", BenchmarkCase.init(rawValue:), all: BenchmarkCase.allCases)
    }

    /// The contestants, sluice first wherever it was named: it is what ratios are of.
    private func kinds() throws -> [ProxyKind] {
        let kinds = try list(proxies, "proxy", ProxyKind.init(rawValue:), all: ProxyKind.allCases)
        return kinds.filter { $0 == .sluice } + kinds.filter { $0 != .sluice }
    }

    private func list<Element: RawRepresentable<String>>(
        _ text: String, _ noun: String, _ parse: (String) -> Element?, all: [Element]
    ) throws -> [Element] {
        let names = text.split(separator: ",").map(String.init)
        guard !names.isEmpty else { throw ValidationError("Name at least one \(noun).") }
        return try names.map { name in
            guard let element = parse(name) else {
                let known = all.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("No \(noun) is called '\(name)'; there are: \(known).")
            }
            return element
        }
    }
}
