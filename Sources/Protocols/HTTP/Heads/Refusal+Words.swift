// What clients, logs and metrics are told of a refusal.

extension Refusal {
    /// The status of the answer to a refused request. A refused response is always answered with
    /// `responseStatus`, whatever its cause.
    public var status: UInt16 {
        switch self {
        case .targetTooLong: return 414
        case .unknownExpectation: return 417
        case .tooManyFields, .headTooLarge, .trailersTooLarge: return 431
        case .methodTooLong: return 501
        case .badStatus, .badReason: return Self.responseStatus
        case .noVersion, .unsupportedVersion: return 505
        default: return 400
        }
    }

    /// The status that a client gets in place of a response that was refused.
    public static var responseStatus: UInt16 { 502 }

    /// The word for it in logs and metrics.
    public var word: StaticString {
        switch self {
        case .badMethod: return "bad_method"
        case .methodTooLong: return "method_too_long"
        case .badTarget: return "bad_target"
        case .badEscape: return "bad_escape"
        case .dotSegment: return "dot_segment"
        case .fragment: return "fragment"
        case .badTargetForm: return "bad_target_form"
        case .targetTooLong: return "target_too_long"
        case .noVersion: return "no_version"
        case .badVersion: return "bad_version"
        case .unsupportedVersion: return "unsupported_version"
        case .badStatus: return "bad_status"
        case .badReason: return "bad_reason"
        case .bareLineFeed: return "bare_line_feed"
        case .bareCarriageReturn: return "bare_carriage_return"
        case .foldedLine: return "folded_line"
        case .badFieldName: return "bad_field_name"
        case .spaceBeforeColon: return "space_before_colon"
        case .badFieldValue: return "bad_field_value"
        case .tooManyFields: return "too_many_fields"
        case .headTooLarge: return "head_too_large"
        case .missingHost: return "missing_host"
        case .duplicateHost: return "duplicate_host"
        case .badAuthority: return "bad_authority"
        case .hostMismatch: return "host_mismatch"
        case .badContentLength: return "bad_content_length"
        case .duplicateContentLength: return "duplicate_content_length"
        case .contentLengthTooLarge: return "content_length_too_large"
        case .badTransferEncoding: return "bad_transfer_encoding"
        case .oldTransferEncoding: return "old_transfer_encoding"
        case .conflictingFraming: return "conflicting_framing"
        case .unexpectedBody: return "unexpected_body"
        case .badConnection: return "bad_connection"
        case .tooManyConnectionOptions: return "too_many_connection_options"
        case .nominatedFraming: return "nominated_framing"
        case .badUpgrade: return "bad_upgrade"
        case .unknownExpectation: return "unknown_expectation"
        case .badChunkSize: return "bad_chunk_size"
        case .chunkTooLarge: return "chunk_too_large"
        case .badChunkExtension: return "bad_chunk_extension"
        case .chunkExtensionsTooLong: return "chunk_extensions_too_long"
        case .badChunkEnd: return "bad_chunk_end"
        case .forbiddenTrailer: return "forbidden_trailer"
        case .trailersTooLarge: return "trailers_too_large"
        }
    }
}
