// What one probe came to, with what a person wants to know of it.

internal import Linux
internal import TLS

/// The end of one probe.
struct ProbeOutcome: Equatable, Sendable {
    /// Why it failed, or nil when it succeeded.
    let failure: ProbeFailure?
    /// The error number of a failed call, the HTTP status of an answer, or the place of a failure of
    /// TLS among all; 0 for none of them.
    let code: Int32
    /// The beginning of what came instead of the answer, in printable characters.
    let excerpt: String
    /// From the start of the connect, in ns.
    let durationNs: UInt64

    /// True when the backend answered as it should.
    var isSuccess: Bool { failure == nil }

    /// The word of the failure and what is known beside it, or `ok`.
    var text: String {
        guard let failure else { return "ok" }
        if failure == .status { return "\(failure.word) \(code)" }
        if failure == .tlsFailed {
            let reason = UInt8(exactly: code).flatMap { TLSFailure(rawValue: $0) }
            return reason.map { "\(failure.word) \($0.word)" } ?? failure.word
        }
        if !excerpt.isEmpty { return "\(failure.word) \"\(excerpt)\"" }
        return code == 0 ? failure.word : "\(failure.word) (\(SystemError.text(of: code)))"
    }

    /// The first of some bytes as printable ASCII, others in the escapes of Swift and C.
    static func excerpt(_ bytes: [UInt8]) -> String {
        var text = ""
        for byte in bytes.prefix(ControlLimits.probeExcerptBytesMax) {
            switch byte {
            case UInt8(ascii: "\r"): text += "\\r"
            case UInt8(ascii: "\n"): text += "\\n"
            case UInt8(ascii: "\t"): text += "\\t"
            case UInt8(ascii: "\\"): text += "\\\\"
            case UInt8(ascii: "\""): text += "\\\""
            case 0x20...0x7e: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return bytes.count > ControlLimits.probeExcerptBytesMax ? text + "..." : text
    }
}
