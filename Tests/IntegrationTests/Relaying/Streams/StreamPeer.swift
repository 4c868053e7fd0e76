// One side of a random connection, the client's or the backend's, as a non-blocking state machine:
// it sends and checks as its plan says, and knows how it came to its end.

import Glibc
import Linux
import Support

/// A connected socket that follows a plan.
final class StreamPeer {
    /// How it came to its end.
    enum Outcome: Equatable {
        /// Both streams were ended in order.
        case clean
        /// It reset the connection, as planned.
        case didReset
        /// The connection was reset.
        case wasReset
        /// What came was not what was sent, or too much.
        case wrong(String)
    }

    /// The number of the connection and its complement go before the streams.
    static let headerBytes = 8

    let socket: Int32
    let isClient: Bool
    let deadline: UInt64
    /// What it does; a backend learns it from the client's first bytes.
    private(set) var plan: StreamPlan?
    private(set) var outcome: Outcome?
    private(set) var sent = 0
    private(set) var received = 0
    private(set) var sawEnd = false
    private var hasEnded = false
    var isConnected: Bool
    private var readPause: UInt64 = 0
    private var writePause: UInt64 = 0
    private var pausesMade = 0
    private var header: UInt64 = 0
    private var chance: SeededGenerator
    /// What it is watched for now.
    var interest: Readiness = []

    init(_ socket: Int32, plan: StreamPlan?, seed: UInt64, deadline: UInt64) {
        self.socket = socket
        self.plan = plan
        self.deadline = deadline
        isClient = plan != nil
        isConnected = plan == nil
        chance = SeededGenerator(seed: seed)
    }

    var mine: SidePlan { (isClient ? plan?.client : plan?.backend) ?? SidePlan() }
    private var theirs: SidePlan { (isClient ? plan?.backend : plan?.client) ?? SidePlan() }

    /// Bytes that it sends, with the header.
    var toSend: Int { isSpeaking ? Self.headerBytes + mine.size : 0 }

    /// Bytes that it is to receive, with the header.
    var toReceive: Int { isSpeaking ? Self.headerBytes + theirs.size : 0 }

    private var isSpeaking: Bool { plan.map { !$0.isSilent } ?? false }

    /// What it is to be watched for at `now`.
    func wanted(at now: UInt64) -> Readiness {
        guard isConnected else { return .writable }
        var result: Readiness = []
        if !sawEnd, now >= readPause { result.insert(.readable) }
        if sent < toSend, now >= writePause { result.insert(.writable) }
        return result
    }

    /// True while a pause is what it waits for.
    func isPaused(at now: UInt64) -> Bool { now < readPause || now < writePause }

    // Moving --------------------------------------------------------------------------------

    /// Does what an event allows.
    func advance(_ event: Readiness, now: UInt64, _ engine: StreamEngine) {
        isConnected = true
        let isBroken = !event.isDisjoint(with: [.failed, .hungUp])
        if sawEnd, isBroken, outcome == nil {
            outcome = .wasReset
            return
        }
        if event.contains(.writable), now >= writePause { send(now, engine) }
        if outcome == nil, event.contains(.readable) || isBroken, isBroken || now >= readPause {
            receive(now, engine)
        }
        if outcome == nil { endAsPlanned() }
    }

    private func send(_ now: UInt64, _ engine: StreamEngine) {
        var writes = 0
        while sent < toSend, writes < 8, !resetIsDue {
            writes += 1
            let count: Int
            if sent < Self.headerBytes {
                var word = ownHeader
                count = withUnsafeBytes(of: &word) {
                    write($0.baseAddress! + sent, Self.headerBytes - sent, urgent: false)
                }
            } else {
                let offset = sent - Self.headerBytes
                var most = min(mine.size - offset, .random(in: 1...mine.writeMax, using: &chance))
                if mine.urgentAt > offset { most = min(most, mine.urgentAt - offset) }
                let isUrgent = mine.urgentAt == offset
                count = write(
                    engine.tape.bytes(at: mine.start + offset), isUrgent ? 1 : most,
                    urgent: isUrgent)
            }
            if count < 0 {
                if errno == EPIPE || errno == ECONNRESET { outcome = .wasReset }
                return
            }
            sent += count
            engine.bytesSent += count
            if pausesNow() {
                writePause = now + UInt64.random(in: 1...mine.pauseMs, using: &chance)
                return
            }
        }
    }

    private func write(_ bytes: UnsafeRawPointer, _ count: Int, urgent: Bool) -> Int {
        let flags = Int32(MSG_NOSIGNAL) | (urgent ? Int32(MSG_OOB) : 0)
        return Glibc.send(socket, bytes, count, flags)
    }

    private func receive(_ now: UInt64, _ engine: StreamEngine) {
        for _ in 0..<8 where !resetIsDue {
            let most =
                received < Self.headerBytes
                ? Self.headerBytes - received : Int.random(in: 1...mine.readMax, using: &chance)
            let count = recv(socket, engine.space, most, 0)
            if count < 0 {
                if errno != EAGAIN { outcome = .wasReset }
                return
            }
            if count == 0 {
                sawEnd = true
                return
            }
            take(engine.space, count, engine)
            if outcome != nil { return }
            if pausesNow() {
                readPause = now + UInt64.random(in: 1...mine.pauseMs, using: &chance)
                return
            }
        }
    }

    private func pausesNow() -> Bool {
        guard pausesMade < mine.pauses, Int.random(in: 0..<100, using: &chance) < mine.pauseRate
        else { return false }
        pausesMade += 1
        return true
    }

    // Checking ------------------------------------------------------------------------------

    private func take(_ bytes: UnsafeRawPointer, _ count: Int, _ engine: StreamEngine) {
        if received >= Self.headerBytes {
            let offset = received - Self.headerBytes
            received += count
            if received > toReceive { return fail("\(received - toReceive) bytes too many") }
            if !engine.tape.matches(bytes, at: theirs.start + offset, count: count) {
                fail("wrong bytes within \(count) at \(offset)")
            }
            return
        }
        for index in 0..<count {
            let byte = bytes.load(fromByteOffset: index, as: UInt8.self)
            header |= UInt64(byte) << UInt64(8 * (received + index))
        }
        received += count
        guard received == Self.headerBytes else { return }
        if isClient {
            if plan.map({ header != ~UInt64($0.index) }) ?? true { fail("a wrong header") }
        } else if let found = engine.begin(header, self) {
            plan = found
            found.backend.applyBuffers(to: socket)
        } else {
            fail("a header of nobody or of somebody twice: \(header)")
        }
    }

    private var ownHeader: UInt64 {
        let index = UInt64(plan?.index ?? 0)
        return (isClient ? index : ~index).littleEndian
    }

    private func fail(_ text: String) { outcome = .wrong(text) }

    // Ending --------------------------------------------------------------------------------

    private var resetIsDue: Bool {
        guard case .byReset(let offset) = mine.ending, plan != nil else { return false }
        return max(0, sent - Self.headerBytes) + max(0, received - Self.headerBytes) >= offset
            && (isClient || received >= Self.headerBytes)
    }

    private func endAsPlanned() {
        if plan == nil {
            // A client that never said who it was.
            if sawEnd { outcome = received == 0 ? .clean : .wrong("half a header") }
            return
        }
        if resetIsDue {
            var option = linger(l_onoff: 1, l_linger: 0)
            let size = socklen_t(MemoryLayout<linger>.size)
            setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, size)
            outcome = .didReset
            return
        }
        if sawEnd, received < toReceive {
            return fail("the end after \(received) of \(toReceive)")
        }
        guard sent == toSend else { return }
        switch mine.ending {
        case .whenSent: end()
        case .afterPeer: if sawEnd { end() }
        case .byClosing: if received == toReceive { outcome = .clean }
        case .byReset: break
        }
    }

    private func end() {
        if sawEnd {
            outcome = .clean
        } else if !hasEnded {
            hasEnded = true
            shutdown(socket, Int32(SHUT_WR))
        }
    }

    /// What there is to say of it.
    var description: String {
        "\(isClient ? "client" : "backend") sent \(sent)/\(toSend) received "
            + "\(received)/\(toReceive) end \(sawEnd) \(outcome.map { "\($0)" } ?? "under way")"
    }
}

extension SidePlan {
    /// Sets the socket's buffers.
    func applyBuffers(to socket: Int32) {
        guard socketBuffer > 0 else { return }
        // A tiny buffer drops segments, and a reset that comes behind a dropped one is answered by a
        // challenge (RFC 5961), of which the kernel sends few: the reset may be lost. Keepalive
        // finds that out in seconds, and finds nothing wrong with a connection that still stands.
        SocketOptions(keepAliveIdle: 2, keepAliveInterval: 1, keepAliveCount: 3)
            .applyKeepAlive(to: socket)
        _ = Socket.setOption(socket, level: SOL_SOCKET, name: SO_SNDBUF, value: socketBuffer)
        _ = Socket.setOption(socket, level: SOL_SOCKET, name: SO_RCVBUF, value: socketBuffer)
    }
}
