// What the fields of a head say about the message itself: how it is framed and what becomes of the
// connection. Each field is read when its line is whole, so that what is wrong is found in the order
// in which it stands there.

/// What the parser keeps while it goes over the fields.
struct FieldFacts: BitwiseCopyable {
    /// The minor version of the message's HTTP/1.x.
    let minorVersion: UInt8
    /// True in a request, whose Host and Expect are read.
    let isRequest: Bool
    /// How many fields there are.
    var fieldCount = 0
    /// Content-Length, when `hasContentLength`.
    var contentLength: UInt64 = 0
    var hasContentLength = false
    /// `Transfer-Encoding: chunked`.
    var isChunked = false
    /// Host, when `hasHost`.
    var authority = Authority()
    var hasHost = false
    /// The value of Upgrade, or missing.
    var upgrade = HeadRange.missing
    /// It has `h2c`, and something else.
    var offersHTTP2 = false
    var offersOthers = false
    /// `Expect: 100-continue`.
    var expectsContinue = false
    /// Seconds of `Keep-Alive: timeout=`, or 0.
    var keepAliveSeconds: UInt16 = 0
    /// `Connection: close`, `keep-alive` and `upgrade`.
    var closes = false
    var keepsAlive = false
    var upgrades = false
    /// Connection names a field other than those three do.
    var hasOtherNominations = false
    private var optionCount = 0

    /// Nothing yet, of a message of that kind.
    init(isRequest: Bool, minorVersion: UInt8) {
        self.isRequest = isRequest
        self.minorVersion = minorVersion
    }

    /// True when the connection goes on after the message, as far as the fields say (RFC 9112,
    /// section 9.3).
    var isPersistent: Bool { !closes && (minorVersion > 0 || keepsAlive) }

    /// Reads the value of a field that `FieldName.isRead`.
    mutating func read(
        _ name: FieldName, _ bytes: UnsafePointer<UInt8>, _ value: HeadRange
    ) -> Progress {
        switch name {
        case .host: return unsafe readHost(bytes, value)
        case .connection: return unsafe readConnection(bytes, value)
        case .contentLength: return unsafe readContentLength(bytes, value)
        case .transferEncoding: return unsafe readTransferEncoding(bytes, value)
        case .upgrade: return unsafe readUpgrade(bytes, value)
        case .keepAlive: return unsafe readKeepAlive(bytes, value)
        case .expect: return unsafe readExpect(bytes, value)
        default: preconditionFailure("a field that nobody reads")
        }
    }

    private mutating func readHost(
        _ bytes: UnsafePointer<UInt8>, _ value: HeadRange
    ) -> Progress {
        guard isRequest else { return .at(value.end) }
        guard !hasHost else { return .refused(.duplicateHost) }
        hasHost = true
        let isAuthority = unsafe authority.read(bytes, from: Int(value.start), to: value.end)
        return isAuthority ? .at(value.end) : .refused(.badAuthority)
    }

    private mutating func readContentLength(
        _ bytes: UnsafePointer<UInt8>, _ value: HeadRange
    ) -> Progress {
        guard !isChunked else { return .refused(.conflictingFraming) }
        guard !hasContentLength else { return .refused(.duplicateContentLength) }
        guard !value.isEmpty else { return .refused(.badContentLength) }
        var isTooLarge = false
        for at in Int(value.start)..<value.end {
            guard Octet.isDigit(unsafe bytes[at]) else { return .refused(.badContentLength) }
            let digit = UInt64(unsafe bytes[at] &- Octet.zero)
            isTooLarge = isTooLarge || contentLength > (HeadLimits.bodyBytesMax - digit) / 10
            contentLength = contentLength &* 10 &+ digit
        }
        guard !isTooLarge else { return .refused(.contentLengthTooLarge) }
        hasContentLength = true
        return .at(value.end)
    }

    private mutating func readTransferEncoding(
        _ bytes: UnsafePointer<UInt8>, _ value: HeadRange
    ) -> Progress {
        guard !hasContentLength else { return .refused(.conflictingFraming) }
        guard minorVersion > 0 else { return .refused(.oldTransferEncoding) }
        let start = Int(value.start)
        guard
            unsafe !isChunked
                && FieldText.isEqual(bytes + start, count: Int(value.count), to: "chunked")
        else { return .refused(.badTransferEncoding) }
        isChunked = true
        return .at(value.end)
    }

    private mutating func readConnection(
        _ bytes: UnsafePointer<UInt8>, _ value: HeadRange
    ) -> Progress {
        var options = unsafe HeaderList(bytes, range: value)
        while true {
            let option = options.next()
            guard !option.isMissing else { return .at(value.end) }
            guard optionCount < HeadLimits.connectionOptionsMax else {
                return .refused(.tooManyConnectionOptions)
            }
            optionCount += 1
            let start = unsafe bytes + Int(option.start)
            let count = Int(option.count)
            // What is a name that is known consists of what names may.
            switch unsafe FieldName.find(start, count: count) {
            case .keepAlive: keepsAlive = true
            case .upgrade: upgrades = true
            case .host, .contentLength: return .refused(.nominatedFraming)
            case .other:
                if unsafe FieldText.isEqual(start, count: count, to: "close") {
                    closes = true
                    continue
                }
                for index in 0..<count {
                    guard OctetClass.token.contains(unsafe start[index]) else {
                        return .refused(.badConnection)
                    }
                }
                hasOtherNominations = true
            default: hasOtherNominations = true
            }
        }
    }

    private mutating func readUpgrade(
        _ bytes: UnsafePointer<UInt8>, _ value: HeadRange
    ) -> Progress {
        guard upgrade.isMissing, !value.isEmpty else { return .refused(.badUpgrade) }
        var protocols = unsafe HeaderList(bytes, range: value)
        while true {
            let range = protocols.next()
            guard !range.isMissing else { break }
            var slashes = 0
            for at in Int(range.start)..<range.end {
                let octet = unsafe bytes[at]
                if octet == Octet.slash && at > Int(range.start) && at + 1 < range.end {
                    slashes += 1
                } else if !OctetClass.token.contains(octet) {
                    return .refused(.badUpgrade)
                }
            }
            guard slashes < 2 else { return .refused(.badUpgrade) }
            if unsafe UpgradeProtocols.isHTTP2(bytes, range) {
                offersHTTP2 = true
            } else {
                offersOthers = true
            }
        }
        upgrade = value
        return .at(value.end)
    }

    /// Looks for the one parameter that says when the peer closes an idle connection. The field has
    /// no grammar that is in force, so what isn't understood says nothing.
    private mutating func readKeepAlive(
        _ bytes: UnsafePointer<UInt8>, _ value: HeadRange
    ) -> Progress {
        var parameters = unsafe HeaderList(bytes, range: value)
        while true {
            let parameter = parameters.next()
            guard !parameter.isMissing else { return .at(value.end) }
            let start = Int(parameter.start)
            guard parameter.count > 8,
                unsafe FieldText.isEqual(bytes + start, count: 8, to: "timeout=")
            else { continue }
            var seconds = 0
            for at in start + 8..<parameter.end {
                guard Octet.isDigit(unsafe bytes[at]) else { return .at(value.end) }
                seconds = min(seconds * 10 + Int(unsafe bytes[at] - Octet.zero), 65535)
            }
            keepAliveSeconds = UInt16(seconds)
        }
    }

    private mutating func readExpect(
        _ bytes: UnsafePointer<UInt8>, _ value: HeadRange
    ) -> Progress {
        // A server ignores the field in HTTP/1.0 (RFC 9110, section 10.1.1).
        guard isRequest, minorVersion > 0 else { return .at(value.end) }
        let start = unsafe bytes + Int(value.start)
        guard unsafe FieldText.isEqual(start, count: Int(value.count), to: "100-continue") else {
            return .refused(.unknownExpectation)
        }
        expectsContinue = true
        return .at(value.end)
    }
}
