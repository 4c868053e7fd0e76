// Descriptors of probes: all are given back, and a process without any says nothing of backends.

import Glibc
import Linux
import Support
import Testing

@testable import Control

@Suite("Descriptors of probes")
struct ProberDescriptorTests {
    /// Sockets that are open; of other descriptors the test's own runtime has some.
    static func sockets() -> [String] {
        ProcessResources(of: getpid()).names.filter { $0.contains("socket:") }.sorted()
    }

    @Test("every probe gives back what it took, however it ended")
    func baseline() async {
        // In a process of its own, where nobody else opens and closes.
        await #expect(processExitsWith: .exitCode(7)) {
            let directory = TemporaryDirectory()
            let unix = TestSocket.listen(unix: directory.file("a.sock"))
            let listening = TestSocket.listen()
            let (dead, port) = try ProbeAt.deadPort()
            let before = ProberDescriptorTests.sockets()
            do {
                let bench = try ProbeBench()
                let never = ProbeAt.exchange("x", "never")
                let sourceless = ProbeTarget(
                    address: SocketAddress(ipv4: 0x7f00_0001, port: listening.port),
                    source: SocketAddress(ipv4: 0xc000_0201, port: 0), kind: .connect,
                    intervalMs: 5, timeoutMs: 20, rise: 1, fall: 1)
                let targets = [
                    ProbeAt.unix(directory.file("a.sock"), interval: 5),
                    ProbeAt.unix(directory.file("b.sock"), interval: 5),
                    ProbeAt.unix(directory.file("a.sock"), never, interval: 5, timeout: 20),
                    ProbeAt.port(listening.port, interval: 5),
                    ProbeAt.port(listening.port, never, interval: 5, timeout: 20),
                    ProbeAt.port(port, interval: 5), sourceless,
                ]
                for round in 0..<30 {
                    let wanted = targets.enumerated().filter { ($0.offset + round) % 3 != 0 }
                    bench.prober.setTargets(
                        Dictionary(uniqueKeysWithValues: wanted.map { ($0.element, []) }))
                    let started = bench.counters.started
                    guard bench.run(until: { bench.counters.started > started + 5 }) else {
                        exit(1)
                    }
                }
                guard bench.counters.failed(.exhausted) > 0, bench.counters.failed(.timeout) > 0,
                    bench.counters.failed(.refused) > 0, bench.counters.succeeded > 0,
                    bench.counters.withdrawn > 0, bench.isBalanced
                else { exit(2) }
            }
            guard ProberDescriptorTests.sockets() == before else { exit(3) }
            withExtendedLifetime((unix, listening, dead)) {}
            exit(7)
        }
    }

    @Test("without descriptors there is no verdict; with some again there is")
    func exhausted() async {
        await #expect(processExitsWith: .exitCode(7)) {
            let listening = TestSocket.listen()
            let bench = try ProbeBench(manual: true)
            let target = ProbeAt.port(listening.port, interval: 100)
            bench.probe(target)
            var taken: [Int32] = []
            while case let copy = dup(listening.descriptor), copy >= 0 { taken.append(copy) }
            guard errno == EMFILE else { exit(1) }
            bench.advance(0)
            bench.advance(100)
            guard bench.counters.failed(.exhausted) == 2, bench.reports.isEmpty else { exit(2) }
            for copy in taken { close(copy) }
            bench.advance(100)
            guard bench.settle(), bench.reports.map(\.state.rawValue) == [2] else { exit(3) }
            exit(7)
        }
    }

    @Test("a socket that another process still holds says nothing to the next probe")
    func copied() throws {
        let listening = TestSocket.listen(backlog: 0)
        let bench = try ProbeBench(manual: true)
        let target = ProbeAt.port(listening.port, interval: 1000, timeout: 100)
        bench.probe(target)
        bench.prober.turn()
        // As a program has it that is being started: the copy keeps the socket in the event queue.
        let socket = try #require(bench.watched.first)
        let copy = TestSocket(owning: dup(socket))
        #expect(bench.settle() && bench.reports.map(\.state.rawValue) == [2])
        let connection = try #require(listening.accept())
        // The next probe waits in vain.
        let filling = TestSocket.connect(port: listening.port)
        bench.advance(1100)
        #expect(bench.counters.started == 2 && bench.counters.inFlight == 1)
        connection.send("for nobody")
        #expect(FileDescriptor.waitReadable(bench.prober.descriptor, milliseconds: 10_000))
        bench.prober.turn()
        #expect(bench.counters.inFlight == 1)
        bench.advance(100)
        #expect(bench.prober.status(of: target)?.last?.failure == .timeout)
        withExtendedLifetime((copy, filling)) {}
    }
}
