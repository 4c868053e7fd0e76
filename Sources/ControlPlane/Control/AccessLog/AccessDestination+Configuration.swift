// Access logs, from the configuration's words to what writers and workers need.

internal import Config

extension AccessDestination {
    /// The log that a listener's configuration asks for.
    init(_ log: AccessLogConfiguration) {
        var extras = AccessLineFormat.Extras()
        let format: AccessLineFormat =
            switch log.format {
            case .json: .json
            case .combined: .combined
            case .template(let template):
                .template(template.parts.map { AccessLineFormat.Segment($0, &extras) })
            }
        self.init(file: log.file, format: format, extras: extras)
    }
}

extension AccessLineFormat.Segment {
    /// A part of a template. What there is no room for in a record is not told.
    fileprivate init(_ part: ValueTemplate.Part, _ extras: inout AccessLineFormat.Extras) {
        switch part {
        case .literal(let text): self = .literal(text)
        case .variable(let variable):
            let found: AccessVariable? =
                switch variable {
                case .word(let word): AccessVariable.Word(rawValue: word.rawValue).map { .word($0) }
                case .requestHeader(let name): extras.variable(.requestField(name))
                case .responseHeader(let name): extras.variable(.responseField(name))
                case .cookie(let name): extras.variable(.cookie(name))
                }
            self = found.map { .variable($0) } ?? .literal("-")
        }
    }
}

extension AccessLineFormat {
    /// It tells our own address of the client's connection.
    var wantsServer: Bool {
        guard case .template(let segments) = self else { return false }
        return segments.contains { $0 == .variable(.word(.serverIP)) }
            || segments.contains { $0 == .variable(.word(.serverPort)) }
    }

    /// It tells what the client's TLS came to.
    var wantsTLS: Bool {
        let words: [AccessVariable.Word] = [.tlsVersion, .tlsCipher, .tlsServerName, .tlsALPN]
        return tells(words) || wantsCertificate
    }

    /// It tells who the client is by its certificate.
    var wantsCertificate: Bool {
        tells([.clientCertVerify, .clientCertSubject, .clientCertSANs, .clientCertFingerprint])
    }

    private func tells(_ words: [AccessVariable.Word]) -> Bool {
        switch self {
        case .json: true
        case .combined: false
        case .template(let segments):
            segments.contains { segment in
                words.contains { segment == .variable(.word($0)) }
            }
        }
    }
}
