// The control thread's own loop: descriptors and timers with closures. It may allocate and take a
// millisecond; the data plane never runs here.

internal import Linux

/// Calls a closure when a descriptor is ready or a time has come. Only the control thread uses it.
final class ControlLoop {
    /// Names a timer or a watched descriptor until it is cancelled.
    typealias Identifier = UInt64

    private let epoll: Epoll
    private var watchers: [Identifier: (Readiness) -> Void] = [:]
    private var timers: [Identifier: (deadline: UInt64, action: () -> Void)] = [:]
    private var nextIdentifier: Identifier = 1
    private var isStopped = false

    init() throws(SystemError) { epoll = try Epoll(eventsPerWait: 64) }

    /// The time in ms.
    var now: UInt64 { Clock.monotonicMilliseconds }

    /// Calls `action` with each event of a descriptor, until `unwatch`.
    func watch(
        _ descriptor: Int32, _ interest: Readiness, _ action: @escaping (Readiness) -> Void
    ) throws(SystemError) -> Identifier {
        let identifier = makeIdentifier()
        _ = try epoll.add(descriptor, interest, token: identifier).orThrow("epoll_ctl")
        watchers[identifier] = action
        return identifier
    }

    /// Changes what a descriptor is watched for.
    func change(_ identifier: Identifier, _ descriptor: Int32, _ interest: Readiness) {
        let result = epoll.modify(descriptor, interest, token: identifier)
        precondition(result.isSuccess, "a watched descriptor could not be changed")
    }

    /// Forgets a descriptor, which the caller closes then.
    func unwatch(_ identifier: Identifier, _ descriptor: Int32) {
        guard watchers.removeValue(forKey: identifier) != nil else { return }
        _ = epoll.remove(descriptor)
    }

    /// Calls `action` once, in `milliseconds`.
    @discardableResult
    func after(_ milliseconds: UInt64, _ action: @escaping () -> Void) -> Identifier {
        let identifier = makeIdentifier()
        timers[identifier] = (now + milliseconds, action)
        return identifier
    }

    /// Calls `action` every `milliseconds` from then on.
    func every(_ milliseconds: UInt64, _ action: @escaping () -> Void) {
        after(milliseconds) { [unowned self] in
            action()
            every(milliseconds, action)
        }
    }

    /// Takes a timer away.
    func cancel(_ identifier: Identifier?) {
        if let identifier { timers[identifier] = nil }
    }

    /// Runs until `stop`. It may be run again then.
    func run() {
        while !isStopped {
            let count = epoll.wait(timeout: waitMs())
            for index in 0..<count where !isStopped {
                let event = epoll.event(index)
                // An action of this turn may have ended the watcher of a later event.
                watchers[event.token]?(event.readiness)
            }
            runTimers()
        }
        isStopped = false
    }

    /// Ends `run` after the present action.
    func stop() { isStopped = true }

    private func makeIdentifier() -> Identifier {
        nextIdentifier += 1
        return nextIdentifier
    }

    private func waitMs() -> Int32 {
        guard let first = timers.values.lazy.map(\.deadline).min() else { return -1 }
        return Int32(clamping: max(first, now) - now)
    }

    private func runTimers() {
        let now = now
        let due = timers.filter { $0.value.deadline <= now }.sorted {
            ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key)
        }
        for (identifier, timer) in due where !isStopped {
            // An earlier one may have cancelled it.
            if timers.removeValue(forKey: identifier) != nil { timer.action() }
        }
    }
}
