// What a backend has answered so far, and whether that is what was wanted. Pure: bytes go in as they
// come, split anywhere, and every byte is looked at a bounded number of times.

/// The bytes of one answer.
struct ProbeAnswer {
    /// What the bytes so far mean.
    enum Judgement: Equatable {
        /// Nothing yet.
        case more
        /// The answer is as it should be.
        case success
        /// It can't become a good answer; with the HTTP status, if that is why.
        case failure(ProbeFailure, status: Int32 = 0)
    }

    /// The part of an HTTP answer that begins at `start`.
    enum Part {
        /// A status line is expected.
        case statusLine
        /// The rest of the head of an interim answer, which another one follows.
        case interimHead
        /// The rest of the head of the answer.
        case head
        /// The body.
        case body
    }

    /// All that was received.
    var received: [UInt8] = []
    /// Where the present part begins; nothing but HTTP has parts.
    var part = Part.statusLine
    var start = 0
    /// What is searched for does not begin before here.
    var searched = 0

    /// Takes what was received next, and judges all of it.
    mutating func take(_ bytes: some Collection<UInt8>, for kind: ProbeKind) -> Judgement {
        received.append(contentsOf: bytes)
        switch kind {
        case .connect: return .success
        case .exchange(_, let expect): return judgeExchange(expect)
        case .http(let probe): return judgeHTTP(probe)
        }
    }

    /// How many bytes more are read at most, above zero while more are wanted.
    func room(for kind: ProbeKind) -> Int {
        switch kind {
        case .connect: 0
        case .exchange: ControlLimits.probeAnswerBytesMax - received.count
        case .http where part == .body:
            start + ControlLimits.probeBodyBytesMax - received.count
        case .http: ControlLimits.probeHeadBytesMax - received.count
        }
    }

    /// What it means that the backend has ended its stream here.
    func judgeEnd(for kind: ProbeKind) -> ProbeFailure {
        if case .http = kind { return part == .body ? .body : .closed }
        return couldContinue(kind) ? .closed : .unexpected
    }

    /// What it means that the time is over. A backend that has said something else and waits for us
    /// was not slow.
    func judgeTimeout(for kind: ProbeKind) -> ProbeFailure {
        couldContinue(kind) ? .timeout : .unexpected
    }

    /// The first place of `pattern` in what was received, from `searched` on. When it isn't there,
    /// the next search goes on where it may begin.
    mutating func find(_ pattern: [UInt8]) -> Int? {
        let last = received.count - pattern.count
        guard let first = pattern.first, searched <= last else { return nil }
        for place in searched...last where received[place] == first {
            if received[place..<place + pattern.count].elementsEqual(pattern) { return place }
        }
        searched = last + 1
        return nil
    }

    private mutating func judgeExchange(_ expect: [UInt8]) -> Judgement {
        if find(expect) != nil { return .success }
        let isFull = received.count >= ControlLimits.probeAnswerBytesMax
        return isFull ? .failure(.unexpected) : .more
    }

    /// True when nothing came yet, or what came last is how the expected bytes begin. What HTTP
    /// can't continue was refused as it came.
    private func couldContinue(_ kind: ProbeKind) -> Bool {
        guard case .exchange(_, let expect) = kind, !received.isEmpty else { return true }
        let longest = min(expect.count, received.count)
        return longest > 0
            && (1...longest).contains { received.suffix($0).elementsEqual(expect.prefix($0)) }
    }
}
