// Keys of the TLS that backends speak.

extension Table {
    /// `upstreams.NAME.tls`.
    static let upstreamTLS = Section<UpstreamTLSConfiguration>(
        "upstream_tls",
        """
        Connections to the backends speak TLS, those of probes too. Backends have to show a \
        certificate that an authority has signed and that has their name. Files are read when the \
        configuration is loaded, and anew when they change. Paths are absolute, or relative to \
        this file's directory.
        """,
        fresh: UpstreamTLSConfiguration(),
        keys: [
            Key(
                "server_name", \.serverName, .optional(.serverName),
                absence: """
                    the host name that the backend is found by; else its address, which is \
                    verified and not asked for
                    """,
                example: "shop.internal",
                "The name that backends are asked for (SNI), and that their certificate has."),
            Key(
                "server_name_from_host", \.serverNameFromHost, .boolean, example: "true",
                """
                Takes the host of each request in place of that name, for requests of HTTP \
                listeners. A connection then serves requests for one host alone.
                """),
            Key(
                "ca", \.ca, .optional(.pemPath), absence: "the system's authorities",
                example: "backends.pem",
                "A file of the certificates that those of backends have to come from."),
            Key(
                "verify", \.verify, .boolean, example: "true",
                "Refuses backends whose certificate does not verify."),
            Key(
                "cert", \.cert, .optional(.pemPath), absence: "none", example: "sluice.pem",
                "The file of the certificate that is shown to backends, should they ask."),
            Key(
                "key", \.key, .optional(.pemPath), absence: "in the file of the certificate",
                example: "sluice.key", "The file of its private key."),
            Key(
                "password_file", \.passwordFile, .optional(.pemPath),
                absence: "none: the key is not locked", example: "sluice.password",
                "A file whose first line unlocks the key."),
            Key(
                "alpn", \.alpn, .applicationProtocols, absence: "none", example: "[http/1.1]",
                """
                Protocols that are offered to backends (ALPN, RFC 7301), most liked first. HTTP/2 \
                is not spoken yet by requests of HTTP listeners.
                """),
            Key(
                "min_version", \.minVersion, .tlsVersion, example: "1.3",
                "The oldest version of TLS that is spoken."),
            Key(
                "session_reuse", \.sessionReuse, .boolean, example: "false",
                "Resumes sessions with backends, without a whole handshake."),
        ],
        foreign: [
            "sni": ForeignKey("write server_name"),
            "certificates": ForeignKey(
                of: "'tls' of a listener", "write cert: sluice.pem and key: sluice.key"),
            "insecure": ForeignKey("write verify: false"),
        ],
        check: checkUpstreamTLS)

    private static func checkUpstreamTLS(
        _ tls: UpstreamTLSConfiguration, _ node: Node, _ review: inout Review
    ) {
        if node.entry("cert") == nil {
            for key in ["key", "password_file"] {
                guard let entry = node.entry(key) else { continue }
                review.error(
                    "'\(key)' is for a certificate, and 'cert' names none\(review.inPlace)",
                    at: entry.key, suggestion: "add cert: sluice.pem, or remove it")
            }
        }
        guard review.isUnderstood else { return }
        if tls.serverNameFromHost, tls.serverName != nil,
            let entry = node.entry("server_name_from_host")
        {
            review.error(
                "'server_name' and 'server_name_from_host' exclude each other\(review.inPlace)",
                at: entry.key, suggestion: "keep one of them")
        }
        guard !tls.verify, let verify = node.entry("verify") else { return }
        if let entry = node.entry("ca") {
            review.error(
                "'ca' verifies nothing with 'verify: false'\(review.inPlace)", at: entry.key,
                suggestion: "remove one of them")
        } else {
            review.warning(
                "whoever answers is taken for a backend: 'verify' is false\(review.inPlace)",
                at: verify.key,
                suggestion: "name who signed the backends' certificates, as 'ca'")
        }
    }

    /// What an upstream has or lacks by its TLS.
    static func checkTLS(
        _ upstream: UpstreamConfiguration, _ node: Node, _ review: inout Review
    ) {
        guard review.isUnderstood else { return }
        guard let tls = upstream.tls else {
            guard let entry = node["health"]?.entry("tls") else { return }
            if upstream.health?.tls == true {
                review.error(
                    "probes go by 'tls' of the upstream, and there is none\(review.inPlace)",
                    at: entry.key, suggestion: "add tls: true, or remove it")
            } else {
                review.warning(
                    "'tls' changes nothing: there is no TLS\(review.inPlace)", at: entry.key,
                    suggestion: "remove it")
            }
            return
        }
        guard tls.verify, tls.serverName == nil, !tls.serverNameFromHost else { return }
        for (backend, element) in zip(upstream.backends, node["backends"]?.elements ?? []) {
            guard case .unix(let path) = backend.address else { continue }
            review.error(
                "backend '\(Visible.text(path))' has no name to verify"
                    + review.inPlace,
                at: element, suggestion: "add server_name to 'tls'")
            return
        }
    }
}

extension UpstreamTLSConfiguration {
    fileprivate var cert: String? {
        get { certificate?.cert }
        set { edit { $0.cert = newValue ?? "" } }
    }

    fileprivate var key: String? {
        get { certificate?.key }
        set { edit { $0.key = newValue } }
    }

    fileprivate var passwordFile: String? {
        get { certificate?.passwordFile }
        set { edit { $0.passwordFile = newValue } }
    }

    /// Changes the certificate, whichever of its keys comes first. One without a file is refused.
    private mutating func edit(_ change: (inout CertificateConfiguration) -> Void) {
        var edited = certificate ?? CertificateConfiguration(cert: "")
        change(&edited)
        certificate = edited
    }
}
