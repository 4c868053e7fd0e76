// When targets are probed, how many at once, and what their results amount to.

import Glibc
import Linux
import Support
import Testing

@testable import Control

@Suite("The schedule of probes")
struct ProberScheduleTests {
    @Test("the first result decides, then only `rise` or `fall` in a row")
    func riseAndFall() throws {
        let directory = TemporaryDirectory()
        let path = directory.file("a.sock")
        let hidden = directory.file("b.sock")
        let listening = TestSocket.listen(unix: path)
        let bench = try ProbeBench(manual: true)
        let target = ProbeAt.unix(path, interval: 1000, rise: 2, fall: 3)
        bench.probe(target)
        var isThere = true
        // One result a letter: a success or a failure; the state after it.
        let rounds: [(Character, ProbeStates)] = [
            ("s", .up), ("f", .up), ("f", .up), ("s", .up), ("f", .up), ("f", .up), ("f", .down),
            ("f", .down), ("s", .down), ("f", .down), ("s", .down), ("s", .up), ("f", .up),
        ]
        for (index, (letter, state)) in rounds.enumerated() {
            if (letter == "s") != isThere {
                let (from, to) = isThere ? (path, hidden) : (hidden, path)
                #expect(rename(from, to) == 0)
                isThere.toggle()
                // A connection fills a queue that nobody empties.
                while listening.accept(milliseconds: 0) != nil {}
            }
            bench.advance(index == 0 ? 0 : 1100)
            let status = try #require(bench.prober.status(of: target))
            #expect(status.last?.isSuccess == (letter == "s"), "round \(index)")
            #expect(status.verdict.state.rawValue == state.rawValue, "round \(index)")
        }
        #expect(bench.reports.map(\.state.rawValue) == [2, 3, 2])
        #expect(bench.reports.map(\.previous.rawValue) == [1, 2, 3])
        #expect(bench.reports[1].outcome.failure == .refused)
        #expect(bench.counters.started == UInt64(rounds.count) && bench.isBalanced)
    }

    enum ProbeStates: UInt8 { case unknown = 1, up, down }

    @Test("a first failure is a verdict too")
    func firstFailure() throws {
        let bench = try ProbeBench()
        let path = TemporaryDirectory().file("none")
        let target = ProbeAt.unix(path)
        bench.probe(target)
        #expect(bench.prober.status(of: target)?.verdict.state.rawValue == 1)
        bench.prober.turn()
        #expect(bench.reports.map(\.state.rawValue) == [3])
        #expect(bench.prober.status(of: ProbeAt.unix(path, rise: 9)) == nil)
    }

    @Test("rounds are an interval apart, a tenth more or less, the same for the same seed")
    func intervals() throws {
        let path = TemporaryDirectory().file("none")
        func starts(seed: UInt64) throws -> [UInt64] {
            let bench = try ProbeBench(manual: true, seed: seed)
            let target = ProbeAt.unix(path, interval: 100)
            bench.probe(target)
            bench.prober.turn()
            var starts: [UInt64] = []
            for _ in 0..<4000 {
                bench.advance(1)
                let last = try #require(bench.prober.status(of: target)).lastStartMs
                if starts.last != last { starts.append(last) }
            }
            return starts
        }
        let first = try starts(seed: 7)
        let gaps = zip(first, first.dropFirst()).map { $1 - $0 }
        // The second probe comes at any time of the first interval.
        #expect(gaps.first.map { (10...100).contains($0) } == true)
        #expect(gaps.count > 30 && gaps.dropFirst().allSatisfy { (90...110).contains($0) })
        #expect(Set(gaps).count > 5)
        #expect(try starts(seed: 7) == first)
        #expect(try starts(seed: 8) != first)
    }

    @Test("no more are under way than may be; others wait, are late, and that is counted")
    func cap() throws {
        let listening = TestSocket.listen()
        let bench = try ProbeBench(manual: true, concurrentMax: 4)
        let targets = (0..<10).map {
            ProbeAt.port(
                listening.port, ProbeAt.exchange("\($0)", "never"), interval: 60_000, timeout: 1000)
        }
        bench.prober.setTargets(Dictionary(uniqueKeysWithValues: targets.map { ($0, []) }))
        #expect(bench.counters.waiting == 10 && bench.counters.started == 0)
        bench.prober.turn()
        #expect(bench.counters.inFlight == 4 && bench.counters.waiting == 6)
        #expect(bench.counters.lagMaxMs == 0)
        bench.advance(999)
        #expect(bench.counters.started == 4)
        bench.advance(1)
        #expect(bench.counters.inFlight == 4 && bench.counters.failed(.timeout) == 4)
        #expect(bench.counters.lagLastMs == 1000 && bench.counters.lagMaxMs == 1000)
        bench.advance(1000)
        #expect(bench.counters.inFlight == 2 && bench.counters.waiting == 0)
        bench.advance(1000)
        #expect(bench.counters.failed(.timeout) == 10 && bench.counters.lagMaxMs == 2000)
        #expect(bench.reports.count == 10 && bench.isBalanced && bench.isIdle)
        #expect(bench.counters.durations.counts[8] == 10)
    }

    @Test("an answer that has come is no timeout, however late it is looked at")
    func lateTurn() throws {
        let listening = TestSocket.listen()
        let bench = try ProbeBench(manual: true)
        let target = ProbeAt.port(listening.port, timeout: 100)
        bench.probe(target)
        bench.prober.turn()
        #expect(FileDescriptor.waitReadable(bench.prober.descriptor, milliseconds: 5000))
        bench.advance(10_000)
        #expect(bench.prober.status(of: target)?.last?.isSuccess == true)
    }

    @Test("what this process lacks is no verdict and is tried again after a while")
    func exhausted() throws {
        let listening = TestSocket.listen()
        let bench = try ProbeBench(manual: true)
        // An address of documentation (RFC 5737) is no machine's own: no port is to be had from it.
        let target = ProbeTarget(
            address: SocketAddress(ipv4: 0x7f00_0001, port: listening.port),
            source: SocketAddress(ipv4: 0xc000_0201, port: 0), kind: .connect, intervalMs: 60_000,
            timeoutMs: 1000, rise: 1, fall: 1)
        bench.probe(target)
        for round in 1...3 as ClosedRange<UInt64> {
            bench.advance(round == 1 ? 0 : ControlLimits.probeRetryMs)
            #expect(bench.counters.failed(.exhausted) == round)
        }
        let status = try #require(bench.prober.status(of: target))
        #expect(status.verdict.state.rawValue == 1 && status.last == nil)
        #expect(bench.reports.isEmpty && bench.isBalanced)
        #expect(bench.counters.durations.count == 0)
    }

    @Test("targets that stay keep state and schedule, whoever asks for them")
    func staying() throws {
        let path = TemporaryDirectory().file("none")
        let bench = try ProbeBench(manual: true)
        let target = ProbeAt.unix(path, interval: 100_000)
        bench.prober.setTargets([target: [1, 2]])
        bench.prober.turn()
        #expect(bench.reports.map(\.subscription) == [[1, 2]])
        let before = try #require(bench.prober.status(of: target))
        bench.advance(5000)
        bench.prober.setTargets([target: [2], ProbeAt.unix(path, interval: 3_000_000): [3]])
        bench.advance(0)
        #expect(bench.reports.map(\.subscription) == [[1, 2], [3]])
        let after = try #require(bench.prober.status(of: target))
        #expect(after.lastStartMs == before.lastStartMs && after.verdict == before.verdict)
        #expect(bench.counters.started == 2)
        bench.advance(95_000)
        #expect((3...4).contains(bench.counters.started))
    }

    @Test("a target that is taken away ends at once and is not heard of")
    func removed() throws {
        let listening = TestSocket.listen()
        let kind = ProbeAt.exchange("hello", "never")
        let bench = try ProbeBench()
        bench.probe(ProbeAt.port(listening.port, kind))
        bench.prober.turn()
        let connection = try #require(listening.accept())
        #expect(bench.run { connection.receive(milliseconds: 0) == .bytes(Array("hello".utf8)) })
        bench.prober.setTargets([:])
        #expect(connection.receive() == .failed(ECONNRESET))
        #expect(bench.counters.withdrawn == 1 && bench.counters.inFlight == 0)
        #expect(bench.isIdle && bench.reports.isEmpty && bench.isBalanced)
        // Its place is another's now, who is probed in its own right.
        let next = ProbeAt.port(listening.port)
        #expect(bench.result(of: next)?.isSuccess == true)
    }

    @Test("whoever is told of a change may change the targets")
    func reentrant() throws {
        let directory = TemporaryDirectory()
        let bench = try ProbeBench()
        let targets = (0..<20).map { ProbeAt.unix(directory.file("\($0)")) }
        var told = 0
        bench.prober.onResult = { [unowned bench] report in
            told += 1
            bench.prober.setTargets([report.target: []])
        }
        bench.prober.setTargets(Dictionary(uniqueKeysWithValues: targets.map { ($0, []) }))
        bench.prober.turn()
        #expect(told == 1 && bench.isBalanced)
    }

    @Test("thousands of targets come and go while they are probed")
    func churn() throws {
        var generator = SeededGenerator()
        let listening = try ProbeAt.wideSocket()
        let all = (0..<3000).map { index in
            ProbeAt.address(
                SocketAddress(ipv4: 0x7f01_0000 + UInt32(index), port: listening.port),
                interval: 50, timeout: 5000, rise: 1, fall: 1)
        }
        let bench = try ProbeBench(concurrentMax: 64)
        var wanted: [ProbeTarget: ProbeSubscription] = [:]
        for round in 0..<12 {
            let share = Double.random(in: 0...1, using: &generator)
            wanted = [:]
            for target in all where Double.random(in: 0..<1, using: &generator) < share {
                wanted[target] = [UInt32(round)]
            }
            #expect(bench.prober.setTargets(wanted).isEmpty)
            for _ in 0..<Int.random(in: 0...20, using: &generator) {
                bench.prober.turn()
                #expect(bench.counters.inFlight <= 64, "seed \(generator.seed)")
            }
            #expect(bench.isBalanced, "seed \(generator.seed)")
        }
        let isDone = bench.run {
            wanted.keys.allSatisfy { bench.prober.status(of: $0)?.verdict.state.rawValue == 2 }
        }
        #expect(isDone, "seed \(generator.seed)")
        #expect(bench.reports.allSatisfy { $0.state.rawValue == 2 }, "seed \(generator.seed)")
        bench.prober.setTargets([:])
        #expect(bench.counters.inFlight == 0 && bench.isIdle && bench.isBalanced)
    }

    @Test("no more targets are taken than there is room for")
    func tooMany() throws {
        let bench = try ProbeBench(manual: true, targetsMax: 100)
        var targets: [ProbeTarget: ProbeSubscription] = [:]
        for index in 0..<110 {
            targets[ProbeAt.address(SocketAddress(ipv4: UInt32(index), port: 1))] = []
        }
        let omitted = bench.prober.setTargets(targets)
        #expect(Set(omitted).count == 10 && omitted.allSatisfy { targets[$0] != nil })
        #expect(omitted.allSatisfy { bench.prober.status(of: $0) == nil })
        #expect(bench.counters.waiting == 100)
        #expect(bench.prober.setTargets([:]).isEmpty)
        #expect(bench.counters.waiting == 0 && bench.counters.started == 0)
    }

    @Test("on the control loop: one descriptor and one timer keep all rounds going")
    func onLoop() throws {
        let listening = try ProbeAt.wideSocket()
        let bench = try ProbeBench()
        var targets: [ProbeTarget: ProbeSubscription] = [:]
        for index in 0..<200 as Range<UInt32> {
            let address = SocketAddress(ipv4: 0x7f02_0000 + index, port: listening.port)
            targets[ProbeAt.address(address, interval: 20)] = [index]
        }
        bench.prober.setTargets(targets)
        var looks = 0
        bench.loop.every(5) { [unowned bench] in
            looks += 1
            if bench.counters.succeeded >= 1000 || looks > 2000 { bench.loop.stop() }
        }
        bench.loop.run()
        #expect(bench.counters.succeeded >= 1000 && bench.isBalanced)
        #expect(bench.reports.count == 200)
        #expect(Set(bench.reports.flatMap(\.subscription)) == Set(0..<200))
    }
}
