// Parsing of the extensions that a choice of route needs. Others are passed over, whatever they
// are: reserved values (RFC 8701) are there for just that.

extension ClientHello {
    /// The types of the extensions that are read (RFC 8446, section 4.2; RFC 9849, section 5).
    private enum Kind {
        @inline(__always) static var serverName: Int { 0 }
        @inline(__always) static var protocols: Int { 16 }
        @inline(__always) static var supportedVersions: Int { 43 }
        @inline(__always) static var encryptedHello: Int { 0xFE0D }
    }

    /// Reads the extensions of the message at `message`.
    mutating func read(
        extensions list: HelloReader, of message: UnsafePointer<UInt8>,
        scratch: UnsafeMutablePointer<UInt8>
    ) -> ClientHelloRefusal? {
        var rest = list
        var seen: UInt64 = 0
        var count = 0
        while rest.left > 0 {
            let kind = rest.number16()
            let content = rest.vector16()
            guard !rest.hasFailed else { return .badLength }
            guard count < ClientHelloLimits.extensionsMax else { return .tooManyExtensions }
            if kind < 64 {
                guard seen & 1 << UInt64(kind) == 0 else { return .duplicateExtension }
                seen |= 1 << UInt64(kind)
            } else if Self.has(kind, inFirst: count, of: list) {
                return .duplicateExtension
            }
            count &+= 1
            let refusal: ClientHelloRefusal?
            switch kind {
            case Kind.serverName:
                refusal = unsafe readServerName(content, of: message, scratch: scratch)
            case Kind.protocols: refusal = readProtocols(content)
            case Kind.supportedVersions: refusal = readVersions(content)
            case Kind.encryptedHello: refusal = readEncryptedHello(content)
            default: refusal = nil
            }
            if let refusal { return refusal }
        }
        return nil
    }

    /// Whether one of the first `count` extensions of a list is of a type.
    private static func has(_ kind: Int, inFirst count: Int, of list: HelloReader) -> Bool {
        var rest = list
        for _ in 0..<count {
            if rest.number16() == kind { return true }
            _ = rest.vector16()
        }
        return false
    }

    /// Reads server_name (RFC 6066, section 3). Its list could have names of other types, of which
    /// there are none, and what OpenSSL and BoringSSL refuse no client sends.
    private mutating func readServerName(
        _ content: HelloReader, of message: UnsafePointer<UInt8>,
        scratch: UnsafeMutablePointer<UInt8>
    ) -> ClientHelloRefusal? {
        var content = content
        var names = content.vector16()
        guard content.isDone else { return .badServerName }
        let kind = names.number8()
        let name = unsafe names.vector16().octets
        guard names.isDone, kind == 0, let start = name.baseAddress else { return .badServerName }
        switch unsafe HelloName.read(name) {
        case .refused(let refusal): return refusal
        case .address: hasAddressName = true
        case .host(let count):
            // In a message that is in the scratch the name stays where it is, since the list of
            // protocols may be anywhere beside it.
            let isCopied = unsafe message == UnsafePointer(scratch)
            let target = unsafe isCopied ? scratch + (start - message) : scratch
            unsafe HelloName.lowercase(start, count: count, to: target)
            unsafe serverName = UnsafeBufferPointer(start: target, count: count)
        }
        return nil
    }

    /// Reads application_layer_protocol_negotiation (RFC 7301, section 3.1).
    private mutating func readProtocols(_ content: HelloReader) -> ClientHelloRefusal? {
        var content = content
        let list = content.vector16()
        guard content.isDone, let names = ProtocolNames(list) else { return .badProtocols }
        protocols = names
        return nil
    }

    /// Reads supported_versions (RFC 8446, section 4.2.1). Reserved values are no versions, nor are
    /// those of drafts: TLS has the major number 3.
    private mutating func readVersions(_ content: HelloReader) -> ClientHelloRefusal? {
        var content = content
        var versions = content.vector8()
        guard content.isDone, versions.left > 0, versions.left & 1 == 0 else {
            return .badSupportedVersions
        }
        hasSupportedVersions = true
        while versions.left > 0 {
            let version = UInt16(truncatingIfNeeded: versions.number16())
            if version >> 8 == 3 { supportedVersionMax = max(supportedVersionMax, version) }
        }
        return nil
    }

    /// Reads encrypted_client_hello (RFC 9849, section 5). An inner one is seen by a server to which
    /// another one passed it on.
    private mutating func readEncryptedHello(_ content: HelloReader) -> ClientHelloRefusal? {
        var content = content
        let kind = content.number8()
        guard !content.hasFailed, kind <= 1 else { return .badECH }
        hasOuterECH = kind == 0
        return nil
    }
}
