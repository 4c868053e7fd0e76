// One target with what is known of it, and the steps of the probe that is under way. It reads no
// clock and knows no timers: the prober calls it when something has come.

internal import Containers
internal import Health
internal import Linux
internal import TLS

/// A target and its probe.
struct Probe {
    /// What is probed.
    let target: ProbeTarget
    /// Who asked for it.
    var subscription: ProbeSubscription
    /// What is held of it.
    var verdict = ProbeVerdict()
    /// Names the last probe in events. The place is used again, and a socket that was closed may
    /// still have events while a program that is being started holds a copy of it (epoll(7)).
    private(set) var token = Token(rawValue: 0)
    /// When the next probe should begin, or the last one should have, in ms.
    var dueMs: UInt64
    /// When the last probe began, in ns.
    var startedNs: UInt64 = 0
    /// The last probe that said something of the backend.
    var last: ProbeOutcome?

    private let request: [UInt8]
    private var connection = ProbeConnection()
    private var sentBytes = 0
    private var answer = ProbeAnswer()

    /// What a step came to.
    enum Step: Equatable {
        /// The probe goes on.
        case waiting
        /// The backend answered as it should.
        case succeeded
        /// The probe is over; with an error number or an HTTP status.
        case failed(ProbeFailure, code: Int32 = 0)
    }

    /// A target that was never probed.
    init(_ target: ProbeTarget, _ subscription: ProbeSubscription, dueMs: UInt64) {
        self.target = target
        self.subscription = subscription
        self.dueMs = dueMs
        request = target.kind.request(to: target.address)
    }

    /// True from `start` to `end`.
    private(set) var isUnderWay = false

    /// Begins a probe, to be known by a token that no other has.
    mutating func start(
        _ epoll: borrowing Epoll, token: Token, at nanoseconds: UInt64
    ) -> Step {
        precondition(!isUnderWay, "a target has one probe at a time")
        self.token = token
        isUnderWay = true
        startedNs = nanoseconds
        let code = connection.open(target, epoll, token: token)
        guard code == 0 else { return failed(code) }
        return connection.isEstablished ? send() : .waiting
    }

    /// Goes on after an event. `space` is for what is read, and of no meaning afterwards.
    mutating func proceed(_ readiness: Readiness, _ space: inout [UInt8]) -> Step {
        assert(isUnderWay)
        let code = connection.note(readiness)
        guard code == 0 else { return failed(code) }
        guard connection.isEstablished else { return .waiting }
        let sent = send()
        guard sent == .waiting, sentBytes == request.count else { return sent }
        return receive(&space)
    }

    /// What the end of the time means.
    func timedOut() -> Step { .failed(answer.judgeTimeout(for: target.kind)) }

    /// The outcome of a probe that `step` has brought to its end.
    func outcome(_ step: Step, at nanoseconds: UInt64) -> ProbeOutcome {
        let durationNs = nanoseconds - startedNs
        guard case .failed(let failure, let code) = step else {
            return ProbeOutcome(failure: nil, code: 0, excerpt: "", durationNs: durationNs)
        }
        let showsBytes = failure == .unexpected || failure == .closed || failure == .timeout
        return ProbeOutcome(
            failure: failure, code: code,
            excerpt: showsBytes ? ProbeOutcome.excerpt(answer.received) : "",
            durationNs: durationNs)
    }

    /// Ends what is under way; nothing of it is kept.
    mutating func end() {
        connection.close()
        isUnderWay = false
        sentBytes = 0
        answer = ProbeAnswer()
    }

    // Steps ---------------------------------------------------------------------------------

    /// Sends what is left of the request. What comes back is not read before all is sent: a probe's
    /// request fits the kernel's buffers.
    private mutating func send() -> Step {
        while sentBytes < request.count {
            let result = connection.send(request, from: sentBytes)
            if result.wouldBlock { return .waiting }
            guard result.isSuccess else { return failed(result) }
            sentBytes += result.count
        }
        return target.kind.isAnsweredByTaking ? .succeeded : .waiting
    }

    private mutating func receive(_ space: inout [UInt8]) -> Step {
        while connection.isReadable {
            let room = min(space.count, answer.room(for: target.kind))
            let result = connection.receive(into: &space, max: room)
            if result.wouldBlock { break }
            guard result.isSuccess else { return failed(result) }
            guard result.count > 0 else { return .failed(answer.judgeEnd(for: target.kind)) }
            switch answer.take(space[..<result.count], for: target.kind) {
            case .more: continue
            case .success: return .succeeded
            case .failure(let failure, let status): return .failed(failure, code: status)
            }
        }
        return .waiting
    }

    private func failed(_ result: IOResult) -> Step { failed(result.errno) }

    /// What an error number means, unless TLS knows better.
    private func failed(_ code: Int32) -> Step {
        if let failure = connection.tlsFailure {
            return .failed(.tlsFailed, code: Int32(failure.rawValue))
        }
        return .failed(ProbeFailure(errno: code), code: code)
    }
}
