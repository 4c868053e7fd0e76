// A ClientHello as the parser reads it, as values that outlive what they were read from.

import TLS

/// What a stream was parsed to.
public enum ParsedOutcome: Equatable {
    /// It begins with a hello.
    case complete(ParsedHello)
    /// It needs that many octets.
    case incomplete(atLeast: Int)
    /// It is refused.
    case refused(ClientHelloRefusal)

    /// Parses a stream that lies in memory of just its size, with a scratch of just its own. Traps
    /// when the stream was written to.
    public static func parse(_ stream: some Collection<UInt8>) -> ParsedOutcome {
        let stream = Array(stream)
        let memory = ExactMemory(stream)
        // The parser may not rely on what is in it.
        let scratch = ExactMemory(repeating: 0xA5, count: ClientHelloLimits.scratchBytes)
        let outcome = ClientHello.parse(memory.bytes, count: memory.count, scratch: scratch.bytes)
        guard memory.isEqual(stream) else { fatalError("the stream was written to") }
        switch outcome {
        case .complete(let hello):
            let parsed = ParsedHello(hello)
            withExtendedLifetime((memory, scratch)) {}
            return .complete(parsed)
        case .incomplete(let least): return .incomplete(atLeast: least)
        case .refused(let refusal): return .refused(refusal)
        }
    }
}

/// What was read of a hello.
public struct ParsedHello: Equatable {
    /// The server name; empty when there is none.
    public var serverName: [UInt8]
    /// The protocols, in order.
    public var protocols: [[UInt8]]
    /// How long the records are that the hello is in.
    public var byteCount: Int
    /// The version of old.
    public var legacyVersion: UInt16
    /// The highest of `supported_versions`, 0 without.
    public var supportedVersionMax: UInt16
    /// The highest that would be spoken.
    public var versionMax: UInt16
    /// True when an address stands for the name.
    public var hasAddressName: Bool
    /// True when there is an outer encrypted hello.
    public var hasOuterECH: Bool

    init(_ hello: ClientHello) {
        serverName = Array(hello.serverName)
        protocols = []
        var names = hello.protocols
        while !names.isEmpty {
            let name = names.next()
            guard hello.protocols.contains(name) else { fatalError("a name that isn't there") }
            protocols.append(Array(name))
        }
        byteCount = hello.byteCount
        legacyVersion = hello.legacyVersion
        supportedVersionMax = hello.supportedVersionMax
        versionMax = hello.versionMax
        hasAddressName = hello.hasAddressName
        hasOuterECH = hello.hasOuterECH
    }

    init(_ hello: PlainHello) {
        serverName = hello.serverName
        protocols = hello.protocols
        byteCount = hello.byteCount
        legacyVersion = hello.legacyVersion
        supportedVersionMax = hello.versions.max() ?? 0
        versionMax =
            hello.hasVersions ? supportedVersionMax : min(hello.legacyVersion, 0x0303)
        hasAddressName = hello.hasAddressName
        hasOuterECH = hello.hasOuterECH
    }
}
