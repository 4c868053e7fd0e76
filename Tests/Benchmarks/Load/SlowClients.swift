// Thousands of clients that are slow on purpose, all of them on one thread. This is what the main
// thread sees of them; `SlowClientLoop` is what they do.

import Synchronization

/// Slow clients of one port. Ends by `stop`, once.
final class SlowClients: Sendable {
    /// What the two threads tell each other.
    struct State {
        /// By `SlowKind.rawValue`: how many are wanted, and how many have begun.
        var wanted: [Int]
        var begun: [Int]
        /// Connections that the proxy has ended; each was opened again.
        var ended = 0
        /// Connections that could not even be begun.
        var refused = 0
        var isStopping = false
    }

    private let state = Mutex(
        State(
            wanted: SlowKind.allCases.map { _ in 0 }, begun: SlowKind.allCases.map { _ in 0 }))
    private let thread = Mutex<Thread?>(nil)

    /// Starts the thread, without any clients yet.
    static func start(port: UInt16, seed: UInt64) throws -> SlowClients {
        let clients = SlowClients()
        let thread = try Thread {
            var loop = SlowClientLoop(port: port, seed: seed)
            while !clients.exchange(&loop) { loop.turn() }
            loop.end()
        }
        clients.thread.withLock { $0 = thread }
        return clients
    }

    /// Opens so many more of a kind; returns when all of them have sent what they send at once.
    func open(_ kind: SlowKind, count: Int) throws {
        let target = state.withLock { state in
            state.wanted[kind.rawValue] += count
            return state.wanted[kind.rawValue]
        }
        let deadline = Clock.now() + 30
        while state.withLock({ $0.begun[kind.rawValue] }) < target {
            guard Clock.now() < deadline else {
                throw BenchmarkError("the proxy does not take \(count) slow clients")
            }
            Clock.pause(seconds: 0.01)
        }
    }

    /// Connections that the proxy has ended since the start, and such as it did not take at all.
    var counts: (ended: Int, refused: Int) {
        state.withLock { ($0.ended, $0.refused) }
    }

    /// Resets all of their connections.
    func stop() {
        state.withLock { $0.isStopping = true }
        thread.withLock { $0?.join() }
    }

    /// Tells the loop what is wanted, and the main thread what there is. True when it is over.
    private func exchange(_ loop: inout SlowClientLoop) -> Bool {
        state.withLock { state in
            loop.wanted = state.wanted
            state.begun = loop.begun
            state.ended = loop.ended
            state.refused = loop.refused
            return state.isStopping
        }
    }
}
