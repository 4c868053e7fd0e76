// What may stand in braces in a value.

/// A variable of a template. One that has no value is nothing in a header, and `-` in a log.
public enum TemplateVariable: Sendable, Hashable, CustomStringConvertible {
    /// One that is a word alone.
    case word(Word)
    /// The value of a request's field, the first of several; the name is in lower case.
    case requestHeader(String)
    /// The value of a response's field, the first of several; the name is in lower case.
    case responseHeader(String)
    /// The value of a request's cookie.
    case cookie(String)

    /// Variables that are a word alone. Raw values are the words of the file.
    public enum Word: String, Sendable, CaseIterable {
        /// The client's address, that of a trusted proxy's client included.
        case clientIP = "client_ip"
        /// The client's port.
        case clientPort = "client_port"
        /// The peer's address, whoever it speaks for.
        case peerIP = "peer_ip"
        /// The address that the connection came to.
        case serverIP = "server_ip"
        /// The port that the connection came to.
        case serverPort = "server_port"
        /// The name of the listener.
        case listener
        /// The route's name, or else its number; nothing where no route matched.
        case route
        /// The request's host in lower case, without a port.
        case host
        /// The request's method.
        case method
        /// The request's path as it came.
        case path
        /// The request's query with its question mark; nothing without one.
        case query
        /// `http` or `https`.
        case scheme
        /// `HTTP/1.1` or `HTTP/1.0`.
        case `protocol`
        /// What identifies the request.
        case requestID = "request_id"
        /// The version of TLS that the client speaks: `TLSv1.3`. Like all that begins with `tls` or
        /// `client_cert` nothing without TLS.
        case tlsVersion = "tls_version"
        /// The cipher or cipher suite, by its name in OpenSSL.
        case tlsCipher = "tls_cipher"
        /// The name that the client asked for in its ClientHello.
        case tlsServerName = "tls_server_name"
        /// The protocol that was agreed upon by ALPN.
        case tlsALPN = "tls_alpn"
        /// What came of the client's certificate: `ok`, `none`, or why it does not verify.
        case clientCertVerify = "client_cert_verify"
        /// Its subject (RFC 4514); like those that follow nothing for one that does not verify.
        case clientCertSubject = "client_cert_subject"
        /// Its subject alternative names: `DNS:a.example,IP:10.0.0.1`.
        case clientCertSANs = "client_cert_sans"
        /// The SHA-256 of it, in lower-case hexadecimal.
        case clientCertFingerprint = "client_cert_fingerprint"
        /// The name of the upstream.
        case upstream
        /// The name or address of the backend.
        case backend
        /// The response's status.
        case status
        /// When the request came, in UTC: `2026-01-31T23:59:59.123Z`.
        case time
        /// The same as the combined format writes it: `31/Jan/2026:23:59:59 +0000`.
        case timeCommon = "time_common"
        /// Milliseconds from the request's first byte to the response's last.
        case durationMs = "duration_ms"
        /// Milliseconds in the queue of the upstream.
        case queueMs = "queue_ms"
        /// Milliseconds that connecting took.
        case connectMs = "connect_ms"
        /// Milliseconds from the request's end to the response's first byte.
        case firstByteMs = "first_byte_ms"
        /// Bytes of the request, head and body.
        case requestBytes = "request_bytes"
        /// Bytes of the response, head and body.
        case responseBytes = "response_bytes"
        /// Bytes of the response's body as it was sent.
        case bodyBytes = "body_bytes"
        /// Backends that were tried.
        case attempts
        /// The exchange's number, which no other of the process has.
        case exchange
        /// Why the exchange ended.
        case reason
    }

    /// As the file spells it, without its braces.
    public var description: String {
        switch self {
        case .word(let word): word.rawValue
        case .requestHeader(let name): "header:\(name)"
        case .responseHeader(let name): "response_header:\(name)"
        case .cookie(let name): "cookie:\(name)"
        }
    }

    /// When it is known first.
    public var stage: TemplateStage {
        switch self {
        case .requestHeader, .cookie: .routed
        case .responseHeader: .responded
        case .word(let word): word.stage
        }
    }
}

extension TemplateVariable.Word {
    /// When it is known first.
    public var stage: TemplateStage {
        switch self {
        case .clientIP, .clientPort, .peerIP, .serverIP, .serverPort, .listener, .route, .host,
            .method, .path, .query, .scheme, .protocol, .requestID, .tlsVersion, .tlsCipher,
            .tlsServerName, .tlsALPN, .clientCertVerify, .clientCertSubject, .clientCertSANs,
            .clientCertFingerprint:
            .routed
        case .upstream: .requested
        case .backend, .status: .responded
        case .time, .timeCommon, .durationMs, .queueMs, .connectMs, .firstByteMs, .requestBytes,
            .responseBytes, .bodyBytes, .attempts, .exchange, .reason:
            .ended
        }
    }
}
