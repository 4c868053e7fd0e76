// Keys of the TLS that a listener ends.

extension Table {
    /// `listeners.NAME.tls`.
    static let listenerTLS = Section<ListenerTLSConfiguration>(
        "listener_tls",
        """
        Clients speak TLS, and what they send goes on decrypted. Each gets the certificate for the \
        name that it asks for: one that has that very name, else one for all names beside it, \
        `*.example.com` standing for one label, else the first in the list, or of the folder where \
        there is no list. Of RSA and ECDSA certificates for one name each client gets what it can \
        verify. Files are read when the configuration is loaded, and anew when they change; one \
        that cannot be used leaves in force what was there before. Paths are absolute, or relative \
        to this file's directory.
        """,
        fresh: ListenerTLSConfiguration(),
        keys: [
            Key(
                "certificates", \.certificates,
                certificate.kind.orShort(.pemPath) { CertificateConfiguration(cert: $0) }
                    .list(of: "certificate", identity: \.cert, allowsOne: true),
                absence: "none; without `directory` it is required",
                example: "[{ cert: site.pem, key: site.key }, other.pem]",
                """
                Certificates with their keys: each a mapping, or the path of a file that holds \
                both.
                """),
            Key(
                "directory", \.directory, .optional(.folderPath), absence: "none",
                example: "/etc/sluice/certificates",
                """
                A folder of further certificates, watched: each file whose name ends in `.pem` \
                holds a certificate, those that signed it, and its key. They come in the order of \
                their names.
                """),
            Key(
                "preset", \.preset,
                .word {
                    switch $0 {
                    case .intermediate:
                        "TLS 1.2 and 1.3, as Mozilla has it for clients of the last ten years"
                    case .modern: "TLS 1.3 alone, for clients of the last few years"
                    }
                },
                example: "modern",
                """
                Versions, ciphers and groups that go together. What is written beside it takes the \
                place of its part.
                """),
            Key(
                "min_version", \.minVersion, .optional(.tlsVersion),
                absence: "that of the preset", example: "1.3",
                "The oldest version of TLS that is spoken."),
            Key(
                "max_version", \.maxVersion, .optional(.tlsVersion),
                absence: "that of the preset", example: "1.3",
                "The newest version of TLS that is spoken."),
            Key(
                "ciphers", \.ciphers, .optional(.cipherList), absence: "those of the preset",
                example: "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256",
                "Ciphers of TLS 1.2, as OpenSSL lists them (openssl-ciphers(1))."),
            Key(
                "ciphersuites", \.ciphersuites, .optional(.cipherSuites),
                absence: "those of the preset",
                example: "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384",
                "Cipher suites of TLS 1.3."),
            Key(
                "groups", \.groups, .optional(.groupList), absence: "those of the preset",
                example: "X25519:prime256v1", "Groups for the exchange of keys."),
            Key(
                "alpn", \.alpn, .optional(.applicationProtocols),
                absence: "`[http/1.1]` with `protocol: http`, else none",
                example: "[http/1.1]",
                """
                Protocols that clients may choose (ALPN, RFC 7301), most liked first. With \
                `protocol: http` they are `http/1.1` and `http/1.0`; HTTP/2 is not served yet. A \
                client that offers only others is refused.
                """),
            Key(
                "strict_sni", \.strictSNI, .boolean, example: "true",
                """
                Refuses clients that ask for a name which no certificate has, or for none, in \
                place of showing them the first.
                """),
            Key(
                "tickets", \.tickets, .orOff(tickets.kind),
                absence: "the defaults of its keys", example: "{ file: tickets.key }",
                """
                Session tickets, by which clients resume sessions without a whole handshake, over \
                reloads too; `off` gives none.
                """),
            Key(
                "session_cache", \.sessionCache, .orOff(.integer(1...10_000_000)),
                example: "20000",
                """
                Sessions that are remembered, for clients that resume without tickets; one takes \
                about 1 KiB.
                """),
            Key(
                "early_data", \.earlyData, .boolean, example: "false",
                """
                Takes requests from the first flight of a resumed session (0-RTT), which is not \
                there yet: `true` is refused.
                """),
            Key(
                "client_auth", \.clientAuth, .optional(clientAuth.kind),
                absence: "none: nobody is asked", example: "{ ca: clients.pem }",
                "Certificates that clients show."),
            Key(
                "handshake_timeout", \.handshakeTimeout,
                .duration(.milliseconds(10) ... .seconds(600)), example: "5s",
                "From accept to the end of the handshake."),
        ],
        foreign: [
            "cert": ForeignKey(
                of: "an element of 'certificates'",
                "write certificates: [{ cert: site.pem, key: site.key }]"),
            "key": ForeignKey(
                of: "an element of 'certificates'",
                "write certificates: [{ cert: site.pem, key: site.key }]"),
            "password_file": ForeignKey(
                of: "an element of 'certificates'",
                "write it beside the 'key' that it unlocks"),
            "ocsp": ForeignKey(
                of: "an element of 'certificates'", "write it beside the 'cert' that it is about"),
            "ca": ForeignKey(of: "'client_auth'", "write client_auth: { ca: clients.pem }"),
            "crl": ForeignKey(of: "'client_auth'", "write it beside 'ca' of 'client_auth'"),
            "hsts": ForeignKey(of: "'http' of the listener", "write http: { hsts: 365d }"),
            "sni": ForeignKey(
                of: "routes of protocol tcp",
                "remove it: the names of a certificate are in the certificate"),
        ],
        check: checkListenerTLS)

    /// An element of `listeners.NAME.tls.certificates`.
    private static let certificate = Section<CertificateConfiguration>(
        "certificate", "A certificate and its key, in PEM.",
        // The key is required, so this path never leaves the table.
        fresh: CertificateConfiguration(cert: ""),
        keys: [
            Key(
                "cert", \.cert, .pemPath, isRequired: true, example: "site.pem",
                "The file of the certificate, those that signed it behind it."),
            Key(
                "key", \.key, .optional(.pemPath), absence: "in the file of the certificate",
                example: "site.key", "The file of the private key."),
            Key(
                "password_file", \.passwordFile, .optional(.pemPath),
                absence: "none: the key is not locked", example: "site.password",
                "A file whose first line unlocks the key."),
            Key(
                "ocsp", \.ocsp, .optional(.pemPath), absence: "none", example: "site.ocsp",
                """
                A file with an OCSP response in DER, watched, which goes to clients with the \
                certificate for as long as it is valid.
                """),
        ])

    /// `listeners.NAME.tls.tickets`.
    private static let tickets = Section<TicketConfiguration>(
        "tickets",
        """
        Tickets are encrypted with a key that is renewed and lives on for two turns: three are \
        kept. Without `file` the process makes keys for itself, which are lost with it.
        """,
        fresh: TicketConfiguration(),
        keys: [
            Key(
                "file", \.file, .optional(.pemPath), absence: "keys of the process's own",
                example: "/etc/sluice/tickets.key",
                """
                A file of keys, watched, for nodes that resume each other's sessions: the same on \
                each of them, and renewed by whoever writes it. `sluice tickets rotate` does.
                """),
            // Three keys are kept, and no ticket may live for more than 7 days (RFC 8446, section
            // 4.6.1).
            Key(
                "rotate", \.rotate, .duration(.seconds(60) ... .hours(48)), example: "1h",
                "How often the process makes a new key; not beside `file`."),
        ],
        check: checkTickets)

    /// `listeners.NAME.tls.client_auth`.
    private static let clientAuth = Section<ClientAuthConfiguration>(
        "client_auth",
        """
        Clients are asked for a certificate. What it says is in the variables \
        `{client_cert_subject}`, `{client_cert_sans}` and `{client_cert_fingerprint}`, which are \
        nothing for one that does not verify, and what came of it in `{client_cert_verify}`.
        """,
        // The key is required, so this path never leaves the table.
        fresh: ClientAuthConfiguration(ca: ""),
        keys: [
            Key(
                "mode", \.mode,
                .word {
                    switch $0 {
                    case .request: "clients without one that verifies are served all the same"
                    case .require: "clients without one that verifies are refused"
                    }
                },
                example: "request", "What becomes of clients without one."),
            Key(
                "ca", \.ca, .pemPath, isRequired: true, example: "clients.pem",
                "A file of the certificates that those of clients have to come from."),
            Key(
                "crl", \.crl, .optional(.pemPath), absence: "none: nothing is revoked",
                example: "clients.crl",
                "A file of revocation lists in PEM, watched."),
            Key(
                "depth", \.depth, .integer(0...10), example: "1",
                "Certificates that may stand between a client's and one of `ca`."),
        ])
}
