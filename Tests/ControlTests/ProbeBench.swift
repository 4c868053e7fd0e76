// A prober in a test's hands: its turns, its time and what it reported.

import Glibc
import Linux
import Support

@testable import Control

/// A prober on a loop of its own. Turns are the test's; with `manual` so is the time.
final class ProbeBench {
    /// Time that stands still until it is moved.
    final class ManualClock {
        var milliseconds: UInt64 = 1_000_000
    }

    let loop: ControlLoop
    let prober: Prober
    let clock: ManualClock?
    private(set) var reports: [ProbeReport] = []

    init(
        manual: Bool = false, concurrentMax: Int = 256, targetsMax: Int = 10_000, seed: UInt64 = 1
    ) throws {
        loop = try ControlLoop()
        let clock = manual ? ManualClock() : nil
        self.clock = clock
        prober = try Prober(
            loop: loop, seed: seed, concurrentMax: concurrentMax, targetsMax: targetsMax
        ) {
            clock.map { $0.milliseconds * 1_000_000 } ?? Clock.monotonicNanoseconds
        }
        prober.onResult = { [unowned self] in reports.append($0) }
    }

    deinit { prober.stop() }

    var counters: ProbeCounters { prober.counters }

    /// Probes these, for nobody in particular.
    func probe(_ targets: ProbeTarget...) {
        prober.setTargets(Dictionary(uniqueKeysWithValues: targets.map { ($0, []) }))
    }

    /// Moves the time on and takes a turn.
    func advance(_ milliseconds: UInt64) {
        clock?.milliseconds += milliseconds
        prober.turn()
    }

    /// Takes turns until something holds.
    func run(until condition: () -> Bool) -> Bool {
        eventually {
            prober.turn()
            if condition() { return true }
            _ = FileDescriptor.waitReadable(prober.descriptor, milliseconds: 2)
            return false
        }
    }

    /// Takes turns until no probe is under way or due; the time may stand still meanwhile.
    func settle() -> Bool {
        run { counters.inFlight == 0 && counters.waiting == 0 }
    }

    /// Probes one target until there is a first result.
    func result(of target: ProbeTarget) -> ProbeOutcome? {
        probe(target)
        let count = reports.count
        _ = run { reports.count > count }
        return reports.last?.outcome
    }

    /// The sockets that the prober watches, as the kernel has it (proc(5), fdinfo).
    var watched: [Int32] {
        TextFile.read("/proc/self/fdinfo/\(prober.descriptor)").split(separator: "\n")
            .compactMap { line in
                let fields = line.split(separator: " ")
                return fields.first == "tfd:" ? fields.dropFirst().first.flatMap { Int32($0) } : nil
            }
    }

    /// True when no socket is watched any more. One that was closed is for as long as a program
    /// that another test is starting has its copy.
    var isIdle: Bool { eventually { watched.isEmpty } }

    /// True when no probe is left over or miscounted.
    var isBalanced: Bool {
        let failed = ProbeFailure.allCases.map { counters.failed($0) }.reduce(0, +)
        return counters.started
            == counters.succeeded + failed + counters.withdrawn + UInt64(counters.inFlight)
    }
}

/// Targets of tests.
enum ProbeAt {
    /// A target at a port of 127.0.0.1.
    static func port(
        _ port: UInt16, _ kind: ProbeKind = .connect, interval: UInt64 = 60_000,
        timeout: UInt64 = 5000, rise: Int = 2, fall: Int = 3
    ) -> ProbeTarget {
        address(
            SocketAddress(ipv4: 0x7f00_0001, port: port), kind, interval: interval,
            timeout: timeout, rise: rise, fall: fall)
    }

    /// A target at a Unix socket.
    static func unix(
        _ path: String, _ kind: ProbeKind = .connect, interval: UInt64 = 60_000,
        timeout: UInt64 = 5000, rise: Int = 2, fall: Int = 3
    ) -> ProbeTarget {
        address(
            SocketAddress(unix: path)!, kind, interval: interval, timeout: timeout, rise: rise,
            fall: fall)
    }

    /// A target at any address.
    static func address(
        _ address: SocketAddress, _ kind: ProbeKind = .connect, interval: UInt64 = 60_000,
        timeout: UInt64 = 5000, rise: Int = 2, fall: Int = 3
    ) -> ProbeTarget {
        ProbeTarget(
            address: address, kind: kind, intervalMs: interval, timeoutMs: timeout, rise: rise,
            fall: fall)
    }

    /// Says something and expects something.
    static func exchange(_ send: String, _ expect: String) -> ProbeKind {
        .exchange(send: Array(send.utf8), expect: Array(expect.utf8))
    }

    /// A port of 127.0.0.1 that is taken and where nobody listens, while its socket is held.
    static func deadPort() throws -> (socket: TestSocket, port: UInt16) {
        let socket = TestSocket(owning: Int32(try Socket.open(family: AF_INET).orThrow("socket")))
        let any = SocketAddress(ipv4: 0x7f00_0001, port: 0)
        _ = try Socket.bind(socket.descriptor, to: any).orThrow("bind")
        return (socket, socket.port)
    }

    /// A socket that listens on all of 127/8, for thousands of targets.
    static func wideSocket() throws -> TestSocket {
        let socket = TestSocket(owning: Int32(try Socket.open(family: AF_INET).orThrow("socket")))
        _ = try Socket.bind(socket.descriptor, to: SocketAddress(ipv4: 0, port: 0)).orThrow("bind")
        guard listen(socket.descriptor, 4096) == 0 else { throw SystemError("listen", errno) }
        return socket
    }
}
