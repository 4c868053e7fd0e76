// An authority of tests and what it issues, made by the `openssl` command in a folder that goes with
// it: certificates of any names and validity, revocation lists and OCSP responses.

import Glibc

/// A certificate authority. Everything that it makes is files below its folder.
public final class TestAuthority: Sendable {
    /// Kinds of keys. An RSA key takes a tenth of a second.
    public enum KeyKind: String, Sendable, CaseIterable {
        case rsa
        case ecdsa
        case ed25519
    }

    /// A certificate with its key.
    public struct Issued: Sendable {
        /// The path of the certificate alone.
        public let certificateFile: String
        /// The path of the key.
        public let keyFile: String
        /// The path of the certificate with those of intermediate authorities behind it.
        public let chainFile: String
        /// Where they are, which is gone with the last who holds it.
        fileprivate let folder: TemporaryDirectory

        /// The certificate alone, in PEM.
        public var certificate: [UInt8] { Array(TextFile.read(certificateFile).utf8) }
        /// The key in PEM.
        public var key: [UInt8] { Array(TextFile.read(keyFile).utf8) }
        /// The certificate and those of intermediate authorities, in PEM.
        public var chain: [UInt8] { Array(TextFile.read(chainFile).utf8) }
    }

    /// Its own certificate; `chain` of an intermediate one goes up to below the root.
    public let own: Issued
    private let folder: TemporaryDirectory
    private let name: String
    /// Those between the root and whom it issues to, itself first; empty of a root.
    private let intermediates: [UInt8]
    private let nextNumber = Locked(0)

    /// A root.
    public init(name: String = "Test Root") {
        folder = TemporaryDirectory()
        self.name = name
        intermediates = []
        let (certificate, key) = (folder.file("ca.pem"), folder.file("ca.key"))
        own = Issued(
            certificateFile: certificate, keyFile: key, chainFile: certificate,
            folder: folder)
        Self.openssl(
            [
                "req", "-x509", "-nodes", "-days", "3650", "-subj", "/CN=\(name)", "-out",
                certificate,
            ]
                + ["-keyout", key, "-addext", "keyUsage=critical,keyCertSign,cRLSign"]
                + Self.newKey(.ecdsa))
        prepare()
    }

    private init(_ issuer: TestAuthority, _ own: Issued, name: String) {
        folder = issuer.folder
        self.own = own
        self.name = name
        intermediates = own.chain
        prepare()
    }

    /// An authority that this one has issued a certificate to.
    public func intermediate(name: String = "Test Intermediate") -> TestAuthority {
        let issued = issue(
            subject: "/CN=\(name)", key: .ecdsa, days: -1...365,
            extensions: "basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\n"
        )
        return TestAuthority(self, issued, name: name)
    }

    /// A server's certificate for DNS names and addresses, the first of which is its common name.
    ///
    /// - Parameter days: When it is valid, in days from now.
    public func server(
        _ names: [String], key: KeyKind = .ecdsa, days: ClosedRange<Int> = -1...90
    ) -> Issued {
        let alternatives = names.map {
            $0.utf8.allSatisfy { $0 < 58 } || $0.contains(":") ? "IP:\($0)" : "DNS:\($0)"
        }
        return issue(
            subject: "/CN=\(names[0])", key: key, days: days,
            extensions: "subjectAltName=\(alternatives.joined(separator: ","))\n"
                + "extendedKeyUsage=serverAuth\n")
    }

    /// A client's certificate.
    ///
    /// - Parameter alternatives: Other names as OpenSSL writes them, such as `email:a@example.com`.
    public func client(
        subject: String, alternatives: String = "", days: ClosedRange<Int> = -1...90
    ) -> Issued {
        let names = alternatives.isEmpty ? "" : "subjectAltName=\(alternatives)\n"
        return issue(
            subject: subject, key: .ecdsa, days: days,
            extensions: "extendedKeyUsage=clientAuth\n" + names)
    }

    /// Takes back a certificate.
    public func revoke(_ issued: Issued) {
        nextNumber.withLock { _ in
            Self.openssl(["ca", "-config", file("cnf"), "-revoke", issued.certificateFile])
        }
    }

    /// What it has taken back so far, in PEM, valid for so many days from now.
    public func revocations(days: Int = 30) -> [UInt8] {
        let list = file("crl")
        var arguments = ["ca", "-config", file("cnf"), "-gencrl", "-out", list]
        arguments +=
            days > 0
            ? ["-crldays", "\(days)"]
            : ["-crl_lastupdate", Self.date(days - 1), "-crl_nextupdate", Self.date(days)]
        Self.openssl(arguments)
        return Array(TextFile.read(list).utf8)
    }

    /// Its OCSP response about a certificate of its own, in DER; with negative days one that is out
    /// of date.
    public func status(of issued: Issued, days: Int = 7) -> [UInt8] {
        nextNumber.withLock { _ in response(about: issued, days: days) }
    }

    private func response(about issued: Issued, days: Int) -> [UInt8] {
        let (request, response) = (file("request"), file("response"))
        let who = ["-issuer", own.certificateFile, "-cert", issued.certificateFile]
        Self.openssl(["ocsp", "-no_nonce", "-reqout", request] + who)
        Self.openssl(
            ["ocsp", "-index", file("index"), "-CA", own.certificateFile, "-rsigner"]
                + [
                    own.certificateFile, "-rkey", own.keyFile, "-reqin", request, "-respout",
                    response,
                ]
                + ["-ndays", "\(days)"])
        return BinaryFile.read(response)
    }

    /// A key of the given kind, encrypted by a password, in PEM.
    public static func encrypted(_ key: [UInt8], password: String) -> [UInt8] {
        let folder = TemporaryDirectory()
        let plain = folder.write(String(decoding: key, as: UTF8.self), to: "plain")
        let output = folder.file("encrypted")
        openssl(
            ["pkey", "-in", plain, "-out", output, "-aes256", "-passout", "pass:\(password)"])
        return Array(TextFile.read(output).utf8)
    }

    // The steps of issuing ----------------------------------------------------------------------

    private func issue(
        subject: String, key: KeyKind, days: ClosedRange<Int>, extensions: String
    ) -> Issued {
        let number = nextNumber.withLock { number in
            number += 1
            return number
        }
        let stem = "\(file("leaf"))-\(number)"
        let issued = Issued(
            certificateFile: "\(stem).pem", keyFile: "\(stem).key", chainFile: "\(stem)-chain.pem",
            folder: folder)
        TextFile.write(extensions, to: "\(stem).ext")
        Self.openssl(
            ["req", "-new", "-nodes", "-subj", subject, "-out", "\(stem).csr"]
                + ["-keyout", issued.keyFile] + Self.newKey(key))
        nextNumber.withLock { _ in
            Self.openssl(
                ["ca", "-batch", "-notext", "-config", file("cnf"), "-in", "\(stem).csr", "-out"]
                    + [issued.certificateFile, "-extfile", "\(stem).ext", "-startdate"]
                    + [Self.date(days.lowerBound), "-enddate", Self.date(days.upperBound)])
        }
        TextFile.write(
            String(decoding: issued.certificate + intermediates, as: UTF8.self),
            to: issued.chainFile)
        return issued
    }

    /// What `openssl ca` wants to find.
    private func prepare() {
        TextFile.write("", to: file("index"))
        TextFile.write("unique_subject = no\n", to: file("index") + ".attr")
        TextFile.write(
            """
            [ca]
            default_ca = own
            [own]
            database = \(file("index"))
            new_certs_dir = \(folder.path)
            certificate = \(own.certificateFile)
            private_key = \(own.keyFile)
            default_md = sha256
            rand_serial = yes
            policy = any
            default_days = 30
            default_crl_days = 30
            [any]
            countryName = optional
            organizationName = optional
            commonName = supplied

            """, to: file("cnf"))
    }

    private func file(_ ending: String) -> String {
        folder.file("\(name.replacing(" ", with: "-")).\(ending)")
    }

    private static func newKey(_ kind: KeyKind) -> [String] {
        switch kind {
        case .rsa: ["-newkey", "rsa:2048"]
        case .ecdsa: ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        case .ed25519: ["-newkey", "ed25519"]
        }
    }

    /// A time so many days from now, as `openssl ca` takes it.
    private static func date(_ days: Int) -> String {
        var seconds = time(nil) + days * 86400
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        strftime(&text, text.count, "%Y%m%d%H%M%SZ", &parts)
        return String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func openssl(_ arguments: [String]) {
        let done = Command.run("openssl", arguments)
        precondition(done.status == 0, "openssl \(arguments): \(done.errors)")
    }
}

/// Whole files as bytes.
public enum BinaryFile {
    /// Reads a file, empty when there is none.
    public static func read(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        return TextFile.readAll(descriptor)
    }
}
