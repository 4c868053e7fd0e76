// Request targets: which form one has, and where its parts are.

/// A target while it is parsed (RFC 9112, section 3.2).
struct RequestTarget: BitwiseCopyable {
    var form = TargetForm.origin
    /// Of the absolute and the authority form.
    var authority = Authority()
    /// What a missing port stands for in the absolute form.
    var defaultPort: UInt16 = 0
    var path = HeadRange()
    var query = HeadRange()
    var hasQuery = false
    var pathHasEscapes = false

    /// Reads the target at `start`. On success the offset is that of the octet behind it, which is
    /// there and none that this target could have. The end of the octets is told as `incomplete`.
    mutating func read(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, method: Method
    ) -> Progress {
        guard start < end else { return .incomplete }
        let first = unsafe bytes[start]
        if method == .connect {
            form = .authority
            let stop = unsafe readAuthority(bytes, from: start, to: end)
            guard !stop.isStopped else { return stop }
            let isAlone = unsafe bytes[stop.offset] <= Octet.space
            return isAlone ? stop : .refused(.badTargetForm)
        }
        if first == Octet.slash {
            form = .origin
            return unsafe readPath(bytes, from: start, to: end)
        }
        if first == Octet.asterisk {
            form = .asterisk
            return start &+ 1 < end ? .at(start &+ 1) : .incomplete
        }
        form = .absolute
        return unsafe readAbsolute(bytes, from: start, to: end)
    }

    /// Reads a path that begins with a slash, and the query behind it.
    @inline(__always)
    private mutating func readPath(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> Progress {
        var at = start
        while true {
            while at < end, OctetClass.path.contains(unsafe bytes[at]) { at &+= 1 }
            guard at < end else { return .incomplete }
            let octet = unsafe bytes[at]
            guard octet == Octet.dot || octet == Octet.percent else { break }
            if unsafe bytes[at &- 1] == Octet.slash {
                let stop = unsafe passDots(bytes, at: at, to: end)
                guard !stop.isStopped else { return stop }
            }
            if octet == Octet.dot {
                at &+= 1
                continue
            }
            pathHasEscapes = true
            let stop = unsafe passEscape(bytes, at: at, to: end)
            guard !stop.isStopped else { return stop }
            // A NUL ends a name for whoever keeps it as a C string.
            if unsafe bytes[at &+ 1] == Octet.zero && bytes[at &+ 2] == Octet.zero {
                return .refused(.badEscape)
            }
            at = stop.offset
        }
        path = HeadRange(from: start, to: at)
        return unsafe readQuery(bytes, at: at, to: end)
    }

    /// Reads a query, if there is one.
    @inline(__always)
    private mutating func readQuery(
        _ bytes: UnsafePointer<UInt8>, at: Int, to end: Int
    ) -> Progress {
        guard unsafe bytes[at] == Octet.question else { return .at(at) }
        let start = at &+ 1
        var at = start
        while true {
            while at < end, OctetClass.query.contains(unsafe bytes[at]) { at &+= 1 }
            guard at < end else { return .incomplete }
            guard unsafe bytes[at] == Octet.percent else { break }
            let stop = unsafe passEscape(bytes, at: at, to: end)
            guard !stop.isStopped else { return stop }
            at = stop.offset
        }
        hasQuery = true
        query = HeadRange(from: start, to: at)
        return .at(at)
    }

    /// Goes past `%` and its two digits.
    private func passEscape(_ bytes: UnsafePointer<UInt8>, at: Int, to end: Int) -> Progress {
        for offset in 1...2 {
            guard at + offset < end else { return .incomplete }
            guard OctetClass.hexadecimal.contains(unsafe bytes[at + offset]) else {
                return .refused(.badEscape)
            }
        }
        return .at(at + 3)
    }

    /// Refuses a segment that is one or two dots, in whatever spelling, and also one that goes on
    /// with `;`, which some servers cut off before they resolve dots.
    private func passDots(_ bytes: UnsafePointer<UInt8>, at: Int, to end: Int) -> Progress {
        var at = at
        var dots = 0
        while true {
            guard at < end else { return .incomplete }
            if unsafe bytes[at] == Octet.dot {
                at += 1
            } else if unsafe bytes[at] == Octet.percent {
                let stop = unsafe passEscape(bytes, at: at, to: end)
                guard !stop.isStopped else { return stop }
                guard unsafe bytes[at + 1] == 0x32, unsafe bytes[at + 2] | 0x20 == 0x65 else {
                    break
                }
                at += 3
            } else {
                break
            }
            dots += 1
            guard dots <= 2 else { return .at(at) }
        }
        switch unsafe bytes[at] {
        case Octet.slash, Octet.semicolon, Octet.question, Octet.space:
            return dots > 0 ? .refused(.dotSegment) : .at(at)
        default: return .at(at)
        }
    }

    /// Reads a URI of the schemes http and https.
    private mutating func readAbsolute(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> Progress {
        let scheme: StaticString = "http://"
        var at = start
        defaultPort = 80
        for index in 0..<scheme.utf8CodeUnitCount {
            guard at < end else { return .incomplete }
            let octet = unsafe Octet.lowercased(bytes[at])
            if index == 4 && octet == 0x73 && defaultPort == 80 {
                defaultPort = 443
                at += 1
                guard at < end else { return .incomplete }
            }
            guard unsafe Octet.lowercased(bytes[at]) == scheme.utf8Start[index] else {
                return unsafe .refused(noScheme(bytes[at], isEmpty: at == start))
            }
            at += 1
        }
        let stop = unsafe readAuthority(bytes, from: at, to: end)
        guard !stop.isStopped else { return stop }
        guard !authority.host.isEmpty else { return .refused(.badAuthority) }
        at = stop.offset
        if unsafe bytes[at] == Octet.slash { return unsafe readPath(bytes, from: at, to: end) }
        path = HeadRange(from: at, to: at)
        return unsafe readQuery(bytes, at: at, to: end)
    }

    /// Reads a host and port up to an octet that ends them in every form.
    private mutating func readAuthority(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> Progress {
        var at = start
        while at < end {
            let octet = unsafe bytes[at]
            if octet <= Octet.space || octet == Octet.slash || octet == Octet.question
                || octet == Octet.numberSign
            {
                let isAuthority = unsafe authority.read(bytes, from: start, to: at)
                return isAuthority ? .at(at) : .refused(.badAuthority)
            }
            at += 1
        }
        return .incomplete
    }

    /// Why no scheme goes on with that octet. What ends a target is for the caller to tell.
    private func noScheme(_ octet: UInt8, isEmpty: Bool) -> Refusal {
        switch octet {
        case Octet.lineFeed: return .bareLineFeed
        case Octet.carriageReturn: return isEmpty ? .badTarget : .noVersion
        case Octet.numberSign: return .fragment
        case Octet.percent: return .badTargetForm
        default: return OctetClass.query.contains(octet) ? .badTargetForm : .badTarget
        }
    }
}
