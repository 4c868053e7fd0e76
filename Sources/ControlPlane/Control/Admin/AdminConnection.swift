// One administrator's connection: requests in, answers out, one at a time.

internal import Linux

/// A connection to the admin socket. It lives until either side closes it or it is silent too long.
final class AdminConnection {
    /// Answers a request, now or later, once.
    typealias Answer = (AdminRequest, @escaping (AdminResponse) -> Void) -> Void

    private let socket: FileDescriptor
    /// Who connected.
    private let peer: PeerCredentials?
    private let loop: ControlLoop
    private let answer: Answer
    private let onEnd: () -> Void
    private var watch: ControlLoop.Identifier = 0
    private var idleTimer: ControlLoop.Identifier?
    /// Since when its client is waited for, in ms.
    private var silentSince: UInt64 = 0
    private var received: [UInt8] = []
    private var sending: [UInt8] = []
    private var sent = 0
    private var isAnswering = false
    private var closesAfterSending = false
    private var isInputEnded = false
    private var hasEnded = false

    init(
        _ socket: consuming FileDescriptor, loop: ControlLoop, answer: @escaping Answer,
        onEnd: @escaping () -> Void
    ) throws(SystemError) {
        peer = PeerCredentials(of: socket.rawValue)
        self.socket = socket
        self.loop = loop
        self.answer = answer
        self.onEnd = onEnd
        watch = try loop.watch(self.socket.rawValue, [.readable, .peerClosed]) {
            [unowned self] in ready($0)
        }
        restartTimer()
    }

    /// For how long its client is waited for, be it to send or to read, in ms; nil while it waits for
    /// an answer.
    var silentMs: UInt64? { isAnswering ? nil : loop.now - silentSince }

    /// Ends the connection, whatever is under way.
    func end() {
        guard !hasEnded else { return }
        hasEnded = true
        loop.cancel(idleTimer)
        loop.unwatch(watch, socket.rawValue)
        onEnd()
    }

    private func ready(_ readiness: Readiness) {
        if readiness.contains(.writable) { sendMore() }
        guard !hasEnded else { return }
        if isInputEnded {
            // Who only ended its own direction waits for the answer; this one is gone.
            if !readiness.isDisjoint(with: [.hungUp, .failed]) { end() }
        } else if !readiness.isDisjoint(with: [.readable, .peerClosed, .hungUp, .failed]) {
            receive()
        }
    }

    private func receive() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let result = unsafe buffer.withUnsafeMutableBytes { space -> IOResult in
                guard let base = space.baseAddress else { return IOResult(0) }
                return unsafe Socket.receive(socket.rawValue, into: base, count: space.count)
            }
            if result.wouldBlock { break }
            guard result.isSuccess else { return end() }
            if result.count == 0 {
                isInputEnded = true
                changeInterest()
                break
            }
            received += buffer[..<result.count]
            guard received.count <= 4 * ControlLimits.adminRequestBytesMax else { return end() }
        }
        handleNext()
    }

    /// Answers the next request, unless one is being answered.
    private func handleNext() {
        guard !isAnswering, !hasEnded, sending.isEmpty else { return }
        switch AdminRequest.parse(received) {
        case .incomplete: if isInputEnded { end() }
        case .refused(let status, let reason):
            received.removeAll()
            reply(.text(status, reason), keepsAlive: false, omitsBody: false)
        case .request(var request, let bytes):
            request.peer = peer
            received.removeFirst(bytes)
            isAnswering = true
            loop.cancel(idleTimer)
            answer(request) { [weak self] response in
                self?.reply(
                    response, keepsAlive: request.keepsAlive, omitsBody: request.method == "HEAD")
            }
        }
    }

    private func reply(_ response: AdminResponse, keepsAlive: Bool, omitsBody: Bool) {
        guard !hasEnded else { return }
        isAnswering = false
        closesAfterSending = !keepsAlive
        sending = response.encoded(keepsAlive: keepsAlive, omitsBody: omitsBody)
        sent = 0
        restartTimer()
        sendMore()
    }

    private func sendMore() {
        while sent < sending.count {
            let result = unsafe sending.withUnsafeBytes { bytes -> IOResult in
                guard let base = bytes.baseAddress else { return IOResult(0) }
                return unsafe Socket.send(
                    socket.rawValue, from: base + sent, count: bytes.count - sent)
            }
            if result.wouldBlock {
                changeInterest()
                return
            }
            guard result.isSuccess else { return end() }
            sent += result.count
        }
        guard !sending.isEmpty else { return }
        sending = []
        if closesAfterSending { return end() }
        changeInterest()
        handleNext()
    }

    /// An end of input that was seen is no more news: watched on, it would wake the loop for ever.
    private func changeInterest() {
        var interest: Readiness = sending.isEmpty ? [] : .writable
        if !isInputEnded {
            interest.formUnion(sending.isEmpty ? [.readable, .peerClosed] : .peerClosed)
        }
        loop.change(watch, socket.rawValue, interest)
    }

    private func restartTimer() {
        silentSince = loop.now
        loop.cancel(idleTimer)
        idleTimer = loop.after(ControlLimits.adminIdleMs) { [unowned self] in end() }
    }
}
