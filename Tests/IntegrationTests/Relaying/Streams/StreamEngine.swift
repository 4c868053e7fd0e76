// Both ends of many random connections at once, on one thread: it connects through the program
// under test to itself, lets all peers follow their plans, and judges how each connection went.

import Glibc
import Linux
import Support

/// The clients and the backend of a random run.
final class StreamEngine: @unchecked Sendable {
    /// What a run must be like.
    struct Rules {
        var connections = 3000
        var concurrency = 200
        var options = StreamPlan.Options()
        /// Any connection may be reset, and so what arrives be cut short; never by an end.
        var mayBreak = false
        /// A reset is seen as one at the other side. Unix sockets know none.
        var carriesResets = true
        /// How long a connection may take, in ms.
        var limitMs: UInt64 = SluiceProcess.isSanitized ? 60_000 : 20_000
    }

    /// A connection as it is known from both sides.
    private struct Pair {
        let plan: StreamPlan
        var hasBackend = false
        var client: StreamPeer.Outcome?
        var backend: StreamPeer.Outcome?
    }

    let seed: UInt64
    let tape: Tape
    /// Where peers receive.
    let space = UnsafeMutableRawPointer.allocate(byteCount: 1 << 18, alignment: 64)
    /// Where the backend listens, as the configuration writes it.
    let backend: String
    var bytesSent = 0
    /// What went wrong, a few lines at most.
    private(set) var failures: [String] = []
    /// How connections came to their end.
    private(set) var completed = 0
    private(set) var resets = 0
    private let rules: Rules
    private let listening: Int32
    private let epoll: Epoll
    private var pairs: [Int: Pair] = [:]
    private var peers: [StreamPeer?] = []
    private var generations: [UInt32] = []
    private var free: [Int] = []
    private var paused: [Int] = []
    private var begun = 0
    private var alive = 0
    private var clients = 0
    private var nextSweep: UInt64 = 0

    /// Listens on a port of 127.0.0.1, or on a Unix socket when a path is given.
    init(_ rules: Rules, path: String? = nil) throws {
        let generator = SeededGenerator()
        seed = generator.seed
        self.rules = rules
        tape = Tape(seed: seed)
        epoll = try Epoll(eventsPerWait: 256)
        let address =
            path.flatMap { SocketAddress(unix: $0) }
            ?? SocketAddress(ipv4: 0x7f00_0001, port: 0)
        listening = Int32(try Socket.open(family: address.family).orThrow("socket"))
        _ = try Socket.bind(listening, to: address).orThrow("bind")
        guard listen(listening, 1024) == 0 else { throw SystemError("listen", errno) }
        let port = try Socket.localAddress(listening).port
        backend = path ?? "127.0.0.1:\(port)"
        _ = epoll.add(listening, .readable, token: .max)
    }

    deinit {
        space.deallocate()
        close(listening)
    }

    /// Runs all connections to their end, on a thread of its own.
    func run(to target: SocketAddress) async {
        await withCheckedContinuation { continuation in
            ThreadOfTest.start {
                self.turnToEnd(target)
                continuation.resume()
            }
        }
    }

    private func turnToEnd(_ target: SocketAddress) {
        while failures.count < 5, begun < rules.connections || alive > 0 {
            while begun < rules.connections, clients < rules.concurrency, connect(target) {}
            let now = Clock.monotonicMilliseconds
            let count = epoll.wait(timeout: paused.isEmpty ? 20 : 1)
            for index in 0..<count { handle(epoll.event(index), now) }
            resumePaused(now)
            endLate(now)
        }
        for case let peer? in peers { close(peer.socket) }
        peers = []
    }

    /// What to print with a failure.
    var report: String {
        "\(begun) connections, \(bytesSent) bytes, \(completed) clean ends, \(resets) others\n"
            + failures.joined(separator: "\n")
    }

    /// Notes a failure: one broken thing makes many connections fail, of which a few say all.
    private func fail(_ text: String) {
        if failures.count < 5 { failures.append(text) }
    }

    // Connections ---------------------------------------------------------------------------

    private func connect(_ target: SocketAddress) -> Bool {
        let plan = StreamPlan(index: begun, seed: seed, rules.options)
        let opened = Socket.open(family: target.family)
        guard opened.isSuccess else {
            fail("socket: \(opened.errno)")
            return false
        }
        let socket = Int32(opened.count)
        plan.client.applyBuffers(to: socket)
        let result = Socket.connect(socket, to: target)
        guard result.isSuccess || result.errno == EINPROGRESS else {
            close(socket)
            if result.errno != EAGAIN { fail("connect: \(result.errno)") }
            return false
        }
        begun += 1
        clients += 1
        pairs[plan.index] = Pair(plan: plan)
        add(socket, plan)
        return true
    }

    private func accept() {
        while case let result = Socket.accept(listening), result.isSuccess {
            add(Int32(result.count), nil)
        }
    }

    private func add(_ socket: Int32, _ plan: StreamPlan?) {
        let now = Clock.monotonicMilliseconds
        let peer = StreamPeer(
            socket, plan: plan, seed: seed ^ UInt64(begun) << 20 ^ (plan == nil ? 1 : 2),
            deadline: now + rules.limitMs)
        let slot: Int
        if let last = free.popLast() {
            slot = last
        } else {
            slot = peers.count
            peers.append(nil)
            generations.append(0)
        }
        peers[slot] = peer
        alive += 1
        peer.interest = peer.wanted(at: now)
        _ = epoll.add(socket, peer.interest, token: token(slot))
    }

    private func token(_ slot: Int) -> UInt64 { UInt64(generations[slot]) << 32 | UInt64(slot) }

    /// A backend's connection has said whose it is. Nil when that cannot be.
    func begin(_ index: UInt64, _ peer: StreamPeer) -> StreamPlan? {
        guard let number = Int(exactly: index), let pair = pairs[number], !pair.hasBackend
        else { return nil }
        pairs[number]?.hasBackend = true
        return pair.plan
    }

    // Events --------------------------------------------------------------------------------

    private func handle(_ event: Event, _ now: UInt64) {
        if event.token == .max { return accept() }
        let slot = Int(event.token & 0xffff_ffff)
        guard let peer = peers[slot], event.token == token(slot) else { return }
        peer.advance(event.readiness, now: now, self)
        look(peer, slot, now)
    }

    private func look(_ peer: StreamPeer, _ slot: Int, _ now: UInt64) {
        if peer.outcome != nil { return remove(peer, slot) }
        let wanted = peer.wanted(at: now)
        if wanted != peer.interest {
            peer.interest = wanted
            _ = epoll.modify(peer.socket, wanted, token: token(slot))
        }
        if peer.isPaused(at: now) { paused.append(slot) }
    }

    private func resumePaused(_ now: UInt64) {
        let slots = paused
        paused = []
        for slot in slots { if let peer = peers[slot] { look(peer, slot, now) } }
    }

    private func endLate(_ now: UInt64) {
        guard now >= nextSweep else { return }
        nextSweep = now + 200
        for (slot, peer) in peers.enumerated() {
            guard let peer, now >= peer.deadline else { continue }
            let plan = peer.plan.map { "\($0)" } ?? "no plan"
            fail("it hangs: \(peer.description)\n\(plan)")
            remove(peer, slot)
        }
    }

    private func remove(_ peer: StreamPeer, _ slot: Int) {
        close(peer.socket)
        peers[slot] = nil
        generations[slot] &+= 1
        free.append(slot)
        alive -= 1
        if peer.isClient { clients -= 1 }
        guard let index = peer.plan?.index else { return judgeNameless(peer) }
        if peer.isClient {
            pairs[index]?.client = peer.outcome
        } else {
            pairs[index]?.backend = peer.outcome
        }
        judge(peer, index)
    }

    // Judging -------------------------------------------------------------------------------

    private func judgeNameless(_ peer: StreamPeer) {
        // The client was silent, or reset before its number was through.
        if case .wrong(let text) = peer.outcome, !rules.mayBreak { fail(text) }
    }

    private func judge(_ peer: StreamPeer, _ index: Int) {
        guard let outcome = peer.outcome, let pair = pairs[index] else { return }
        let isPlannedReset = pair.plan.resets
        var isRight =
            switch outcome {
            case .clean: !isPlannedReset || !rules.carriesResets
            case .didReset: true
            case .wasReset: isPlannedReset
            case .wrong(let text):
                // A reset that cannot be carried over shows as an early end.
                text.hasPrefix("the end after") && isPlannedReset && !rules.carriesResets
            }
        if rules.mayBreak, outcome == .wasReset { isRight = true }
        if !isRight {
            fail("connection \(index): \(peer.description)\n\(pair.plan)")
        }
        if outcome == .clean { completed += 1 } else { resets += 1 }
    }
}

extension StreamPlan {
    /// One of the sides resets the connection.
    var resets: Bool {
        if case .byReset = client.ending { return true }
        if case .byReset = backend.ending { return true }
        return false
    }
}
