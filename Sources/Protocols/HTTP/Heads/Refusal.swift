// Why a message is refused: each cause that can be told apart has a case. What is ambiguous is
// refused and never repaired, since the next one in the chain may read it differently.

/// Why a message is not passed on. The connection is closed after it, for nobody knows where the
/// next message begins.
public enum Refusal: UInt8, BitwiseCopyable, Equatable, Sendable, CaseIterable {
    // The request line.

    /// No method, or an octet in it that is no token's (RFC 9112, section 3.1).
    case badMethod
    /// A method that is longer than any (RFC 9112, section 3).
    case methodTooLong
    /// No target, or an octet in it that its form does not have (RFC 9112, section 3.2).
    case badTarget
    /// `%` without two hexadecimal digits behind it (RFC 3986, section 2.1), or a NUL so written.
    case badEscape
    /// A segment of one or two dots, however written (RFC 3986, section 3.3): who resolves it reads
    /// another path than who doesn't.
    case dotSegment
    /// A fragment, which is not sent (RFC 9112, section 3.2.1).
    case fragment
    /// A form of target that the method does not have, or a scheme other than http and https
    /// (RFC 9112, sections 3.2.2 to 3.2.4).
    case badTargetForm
    /// A target beyond its limit (RFC 9112, section 3).
    case targetTooLong
    /// A request line without a version: HTTP/0.9, which nobody speaks.
    case noVersion
    /// What stands for the version is none (RFC 9112, section 2.3).
    case badVersion
    /// A major version that is not 1 (RFC 9110, section 2.5).
    case unsupportedVersion

    // The status line.

    /// A status that is not three digits from 100 on, or no SP behind it (RFC 9112, section 4).
    case badStatus
    /// A reason phrase with octets that it can't have (RFC 9112, section 4).
    case badReason

    // Lines and fields.

    /// LF without CR before it (RFC 9112, section 2.2).
    case bareLineFeed
    /// CR without LF behind it (RFC 9112, section 2.2).
    case bareCarriageReturn
    /// A line that begins with whitespace: a folded one (RFC 9112, section 5.2), or one before the
    /// first field (RFC 9112, section 2.2).
    case foldedLine
    /// No name, or an octet in it that is no token's (RFC 9110, section 5.1).
    case badFieldName
    /// Whitespace between a name and its colon (RFC 9112, section 5.1).
    case spaceBeforeColon
    /// A control octet in a value (RFC 9110, section 5.5).
    case badFieldValue
    /// More fields than there is room for.
    case tooManyFields
    /// A head beyond its limit.
    case headTooLarge

    // What the fields say.

    /// HTTP/1.1 without Host (RFC 9112, section 3.2).
    case missingHost
    /// More than one Host (RFC 9112, section 3.2).
    case duplicateHost
    /// A host or port that is none, or with a user before it (RFC 9110, section 4.2.4).
    case badAuthority
    /// Host names another authority than the target (RFC 9112, section 3.2).
    case hostMismatch
    /// A Content-Length that is not just digits, a list of equal ones too (RFC 9112, section 6.3).
    case badContentLength
    /// More than one Content-Length, equal or not (RFC 9112, section 6.3).
    case duplicateContentLength
    /// A Content-Length beyond 2^63 - 1.
    case contentLengthTooLarge
    /// A Transfer-Encoding other than `chunked`, or more than one (RFC 9112, section 6.1).
    case badTransferEncoding
    /// Transfer-Encoding in HTTP/1.0 (RFC 9112, section 6.1).
    case oldTransferEncoding
    /// Both Content-Length and Transfer-Encoding (RFC 9112, section 6.1).
    case conflictingFraming
    /// Content where there is none: of TRACE and CONNECT (RFC 9110, sections 9.3.6 and 9.3.8), of
    /// 1xx and 204 (RFC 9112, section 6.3).
    case unexpectedBody
    /// A Connection field with what is no token (RFC 9110, section 7.6.1).
    case badConnection
    /// More connection options than anybody needs.
    case tooManyConnectionOptions
    /// A Connection field that names Host or Content-Length, to have them taken out on the way.
    case nominatedFraming
    /// An Upgrade field that is no list of protocols, or more than one (RFC 9110, section 7.8).
    case badUpgrade
    /// An expectation other than `100-continue` (RFC 9110, section 10.1.1).
    case unknownExpectation

    // Chunked bodies.

    /// A chunk size that is not just hexadecimal digits (RFC 9112, section 7.1).
    case badChunkSize
    /// A chunk size of more than 16 digits, or beyond 2^63 - 1.
    case chunkTooLarge
    /// A chunk extension that is none (RFC 9112, section 7.1.1).
    case badChunkExtension
    /// More chunk extensions than the data can excuse.
    case chunkExtensionsTooLong
    /// No CRLF where a chunk's data ends (RFC 9112, section 7.1).
    case badChunkEnd
    /// A field in the trailer section that frames, routes or authenticates (RFC 9110, section
    /// 6.5.1).
    case forbiddenTrailer
    /// A trailer section beyond its limit.
    case trailersTooLarge
}
