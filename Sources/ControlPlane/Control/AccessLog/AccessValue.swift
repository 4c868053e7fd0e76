// What a variable amounts to in one exchange, before anybody writes it.

internal import Glibc
internal import Telemetry

/// The value of a variable.
@safe enum AccessValue {
    /// There is nothing to tell.
    case absent
    /// Nanoseconds since 1970, by RFC 3339.
    case time(UInt64)
    /// The same in the combined format.
    case commonTime(UInt64)
    /// Microseconds, to be told in milliseconds.
    case duration(UInt32)
    case number(UInt64)
    case flag(Bool)
    /// An address without its port, of some family.
    case address(NetworkAddress)
    /// Words of ours, or of the configuration.
    case name(String)
    /// Bytes of the entry, which the client chose.
    case text(UnsafeRawBufferPointer)
}

extension AccessValue {
    /// Looks a variable up. The value is good for as long as the entry is.
    init(_ variable: AccessVariable, of entry: AccessEntry, _ names: AccessNames) {
        switch variable {
        case .word(let word): self.init(word, of: entry, names)
        case .extra(let index): self = Self.text(.extra(index), entry)
        }
    }

    /// Looks a word up.
    init(_ word: AccessVariable.Word, of entry: AccessEntry, _ names: AccessNames) {
        let record = unsafe entry.record
        func name(_ subject: AccessSubject, _ number: UInt32) -> AccessValue {
            guard number != 0 else { return .absent }
            return .name(names(subject, number) ?? "#\(number)")
        }
        func duration(_ value: UInt32) -> AccessValue {
            value == AccessRecord.notReached ? .absent : .duration(value)
        }
        func flag(_ flag: AccessFlags) -> AccessValue {
            .flag(unsafe record.pointee.flags.contains(flag))
        }
        switch word {
        case .time: self = .time(unsafe record.pointee.startNanoseconds)
        case .timeCommon: self = .commonTime(unsafe record.pointee.startNanoseconds)
        case .clientIP: self = Self.host(unsafe record.pointee.client)
        case .clientPort: self = Self.port(unsafe record.pointee.client)
        case .peerIP: self = Self.host(unsafe record.pointee.peer)
        case .serverIP: self = Self.host(unsafe record.pointee.server)
        case .serverPort: self = Self.port(unsafe record.pointee.server)
        case .forwardedClient: self = Self.text(.forwardedClient, entry)
        case .listener: self = name(.listener, unsafe record.pointee.listener)
        case .route: self = name(.route, unsafe record.pointee.route)
        case .upstream: self = name(.upstream, unsafe record.pointee.upstream)
        case .backend: self = name(.backend, unsafe record.pointee.backend)
        case .scheme:
            self = .name(unsafe record.pointee.flags.contains(.secure) ? "https" : "http")
        case .tlsVersion: self = Self.text(.tlsVersion, entry)
        case .tlsCipher: self = Self.text(.tlsCipher, entry)
        case .tlsServerName: self = Self.text(.tlsServerName, entry)
        case .tlsALPN: self = Self.text(.tlsProtocol, entry)
        case .clientCertVerify: self = Self.text(.certificateVerdict, entry)
        case .clientCertSubject: self = Self.text(.certificateSubject, entry)
        case .clientCertSANs: self = Self.text(.certificateNames, entry)
        case .clientCertFingerprint: self = Self.text(.certificateFingerprint, entry)
        case .method: self = Self.text(.method, entry)
        case .host: self = Self.text(.host, entry)
        case .path: self = unsafe Self.path(entry.text(.target))
        case .query: self = unsafe Self.query(entry.text(.target))
        case .protocol:
            self = .name(unsafe record.pointee.minorVersion == 0 ? "HTTP/1.0" : "HTTP/1.1")
        case .status:
            let status = unsafe record.pointee.status
            self = status == 0 ? .absent : .number(UInt64(status))
        case .reason: self = .name(unsafe record.pointee.reason.word)
        case .blame: self = .name(unsafe record.pointee.reason.blame.word)
        case .retries: self = .number(UInt64(max(1, unsafe record.pointee.attemptCount) - 1))
        case .requestBytes: self = .number(unsafe record.pointee.bytesReceived)
        case .responseBytes: self = .number(unsafe record.pointee.bytesSent)
        case .bodyBytes: self = .number(unsafe record.pointee.bodyBytesSent)
        case .durationMs: self = duration(unsafe record.pointee.totalMicroseconds)
        case .queueMs: self = duration(unsafe record.pointee.queueMicroseconds)
        case .connectMs: self = duration(unsafe record.pointee.connectMicroseconds)
        case .firstByteMs: self = duration(unsafe record.pointee.firstByteMicroseconds)
        case .requestID: self = Self.text(.requestID, entry)
        case .exchange: self = .number(unsafe record.pointee.exchange)
        case .userAgent: self = Self.text(.userAgent, entry)
        case .referer: self = Self.text(.referer, entry)
        case .worker: self = .number(UInt64(unsafe record.pointee.worker))
        case .reusedDownstream: self = flag(.reusedDownstream)
        case .reusedUpstream: self = flag(.reusedUpstream)
        case .compressed: self = flag(.compressed)
        case .upgraded: self = flag(.upgraded)
        case .cut: self = flag(.textCut)
        }
    }

    private static func text(_ text: AccessText, _ entry: AccessEntry) -> AccessValue {
        let bytes = unsafe entry.text(text)
        return unsafe bytes.isEmpty ? .absent : .text(bytes)
    }

    private static func port(_ address: NetworkAddress) -> AccessValue {
        address.family == .none ? .absent : .number(UInt64(address.port))
    }

    private static func host(_ address: NetworkAddress) -> AccessValue {
        address.family == .none ? .absent : .address(address)
    }

    /// The target without its query, and without scheme and authority if it has them (RFC 9112,
    /// section 3.2).
    private static func path(_ target: UnsafeRawBufferPointer) -> AccessValue {
        var start = 0
        let slash = UInt8(ascii: "/")
        if unsafe target.first != slash,
            let colon = unsafe target.firstIndex(of: UInt8(ascii: ":")), colon + 2 < target.count,
            unsafe target[colon + 1] == slash && target[colon + 2] == slash
        {
            start = unsafe target[(colon + 3)...].firstIndex(of: slash) ?? target.count
        }
        let end = unsafe queryStart(target)
        guard start < end else { return .absent }
        return unsafe .text(UnsafeRawBufferPointer(rebasing: target[start..<end]))
    }

    /// The target's first question mark and all behind it.
    private static func query(_ target: UnsafeRawBufferPointer) -> AccessValue {
        let mark = unsafe queryStart(target)
        guard mark < target.count else { return .absent }
        return unsafe .text(UnsafeRawBufferPointer(rebasing: target[mark...]))
    }

    /// Where the target's first question mark is, or its end.
    private static func queryStart(_ target: UnsafeRawBufferPointer) -> Int {
        guard let start = target.baseAddress else { return 0 }
        let found = unsafe memchr(start, Int32(UInt8(ascii: "?")), target.count)
        return unsafe found.map { unsafe UnsafeRawPointer($0) - start } ?? target.count
    }
}
