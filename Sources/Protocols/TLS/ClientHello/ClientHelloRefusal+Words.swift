// What clients, logs and metrics are told of a refusal.

extension ClientHelloRefusal {
    /// The description of the fatal alert to answer with (RFC 8446, section 6.2), or 0 where there
    /// is nobody to understand one.
    public var alert: UInt8 {
        switch self {
        case .plainHTTP, .notTLS: return 0
        case .unexpectedRecord, .emptyRecord, .notClientHello, .excessData: return 10
        case .recordTooLong: return 22
        case .badCompressionMethods, .duplicateExtension: return 47
        case .oldHello, .badRecordVersion, .badVersion: return 70
        case .serverNameTooLong, .notHostName: return 112
        case .tooLong, .badLength, .badSession, .badCipherSuites, .tooManyExtensions,
            .badServerName, .badProtocols, .badSupportedVersions, .badECH:
            return 50
        }
    }

    /// The word for it in logs and metrics.
    public var word: StaticString {
        switch self {
        case .plainHTTP: return "plain_http"
        case .oldHello: return "old_hello"
        case .notTLS: return "not_tls"
        case .unexpectedRecord: return "unexpected_record"
        case .badRecordVersion: return "bad_record_version"
        case .emptyRecord: return "empty_record"
        case .recordTooLong: return "record_too_long"
        case .tooLong: return "hello_too_long"
        case .notClientHello: return "not_client_hello"
        case .excessData: return "excess_data"
        case .badLength: return "bad_length"
        case .badVersion: return "bad_version"
        case .badSession: return "bad_session"
        case .badCipherSuites: return "bad_cipher_suites"
        case .badCompressionMethods: return "bad_compression_methods"
        case .tooManyExtensions: return "too_many_extensions"
        case .duplicateExtension: return "duplicate_extension"
        case .badServerName: return "bad_server_name"
        case .serverNameTooLong: return "server_name_too_long"
        case .notHostName: return "not_host_name"
        case .badProtocols: return "bad_protocols"
        case .badSupportedVersions: return "bad_supported_versions"
        case .badECH: return "bad_ech"
        }
    }
}
