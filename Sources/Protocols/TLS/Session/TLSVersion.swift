// Versions of the protocol that are spoken. There is no reason left to speak an older one (RFC 8996).

internal import COpenSSL

/// A version of TLS.
public enum TLSVersion: UInt16, BitwiseCopyable, CaseIterable, Comparable, Sendable {
    /// TLS 1.2 (RFC 5246).
    case tls12 = 0x0303
    /// TLS 1.3 (RFC 8446).
    case tls13 = 0x0304

    /// The word in logs, metrics and status.
    public var word: StaticString {
        switch self {
        case .tls12: "TLSv1.2"
        case .tls13: "TLSv1.3"
        }
    }

    /// The older is the lesser.
    public static func < (first: TLSVersion, second: TLSVersion) -> Bool {
        first.rawValue < second.rawValue
    }
}
