// The vocabulary of access logs: keys of JSON lines and variables of templates. The words that
// configurations have for templates are among them.

internal import Telemetry

/// Something that can be told of an exchange.
enum AccessVariable: Equatable, Sendable {
    /// One that each record has.
    case word(Word)
    /// A field or cookie that the record has because the format asks for it.
    case extra(Int)

    /// Raw values are the words in logs.
    enum Word: String, CaseIterable, Sendable {
        /// When the request came, in UTC: `2026-01-31T23:59:59.123Z`.
        case time
        /// The same as the combined format writes it: `31/Jan/2026:23:59:59 +0000`.
        case timeCommon = "time_common"
        /// The client, the peer that may speak for it, and our own address.
        case clientIP = "client_ip"
        case clientPort = "client_port"
        case peerIP = "peer_ip"
        case serverIP = "server_ip"
        case serverPort = "server_port"
        /// What proxies before us said of the client.
        case forwardedClient = "forwarded_client"
        /// Names of the configuration.
        case listener, route, upstream, backend
        /// `http` or `https`.
        case scheme
        /// What the client's TLS came to, and what became of its certificate.
        case tlsVersion = "tls_version"
        case tlsCipher = "tls_cipher"
        case tlsServerName = "tls_server_name"
        case tlsALPN = "tls_alpn"
        case clientCertVerify = "client_cert_verify"
        case clientCertSubject = "client_cert_subject"
        case clientCertSANs = "client_cert_sans"
        case clientCertFingerprint = "client_cert_fingerprint"
        /// The request's method, as it was sent.
        case method
        /// The host that the request was for.
        case host
        /// The target's path; and its query with the question mark, nothing without one.
        case path, query
        /// `HTTP/1.1` or `HTTP/1.0`.
        case `protocol`
        /// The status that the client got.
        case status
        /// Why the exchange ended, and whom it is due to.
        case reason, blame
        /// Backends that were tried after the first.
        case retries
        /// Bytes from and to the client, heads and bodies; and of the response's body alone.
        case requestBytes = "request_bytes"
        case responseBytes = "response_bytes"
        case bodyBytes = "body_bytes"
        /// Milliseconds, with three places behind the point. See `AccessRecord`.
        case durationMs = "duration_ms"
        case queueMs = "queue_ms"
        case connectMs = "connect_ms"
        case firstByteMs = "first_byte_ms"
        /// What identifies the request across programs, and in this process.
        case requestID = "request_id"
        case exchange
        /// What the client says of itself, and where it came from.
        case userAgent = "user_agent"
        case referer
        /// The worker that served it.
        case worker
        /// `true` or `false`.
        case reusedDownstream = "reused_downstream"
        case reusedUpstream = "reused_upstream"
        case compressed, upgraded
        /// True when some text was too long to be told in full.
        case cut
    }
}
