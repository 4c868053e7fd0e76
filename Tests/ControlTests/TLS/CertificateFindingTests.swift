// What is said of certificates, keys and what goes with them: all at once, with file, place and
// reason.

import Glibc
import Support
import Testing

@testable import Control
@testable import TLS

@Suite("Findings about certificates")
struct CertificateFindingTests {
    private static let root = TestAuthority()
    private static let issuer = root.intermediate()

    /// A folder with a good certificate `a`, whose issuer asks nobody to be known.
    private static func folder(days: ClosedRange<Int> = -1...90) -> CertificateFolder {
        let folder = CertificateFolder()
        folder.write(root.server(["a.example.com"], days: days), to: "a")
        folder.write(root.own.certificate, to: "root.pem")
        return folder
    }

    /// With an authority of clients that knows the test's, so that no chain lacks anything.
    private static func known(_ certificates: String, _ more: String = "") -> String {
        "{ certificates: [\(certificates)], client_auth: { ca: root.pem }\(more) }"
    }

    @Test("what is good is found good")
    func good() {
        let folder = Self.folder()
        #expect(folder.findings(Self.known("{ cert: a.pem, key: a.key }")) == [])
    }

    @Test("every file that cannot be used is told of at once, at its place")
    func unusable() {
        let folder = Self.folder()
        folder.write(Self.root.server(["b.example.com"]), to: "b")
        folder.write(
            TestAuthority.encrypted(Self.root.server(["c.example.com"]).key, password: "one"),
            to: "locked.key")
        folder.write(Array("two\n".utf8), to: "password")
        folder.write(Array("no PEM".utf8), to: "text.pem")
        let found = folder.findings(
            Self.known(
                """
                { cert: a.pem, key: b.key },
                    { cert: b.pem, key: locked.key, password_file: password },
                    { cert: none.pem, key: b.key }, text.pem
                """))
        #expect(
            found == [
                "b.key error: b.key: the private key is not that of the certificate",
                "locked.key error: locked.key: the private key is encrypted with another "
                    + "password",
                "none.pem error: cannot open none.pem: No such file or directory",
                "text.pem error: text.pem: is not PEM: no -----BEGIN line",
            ])
        #expect(
            folder.findings(Self.known("{ cert: b.pem, key: locked.key }")) == [
                "locked.key error: locked.key: the private key is encrypted, and there is no "
                    + "password"
            ])
    }

    @Test("a directory is taken in the order of names, and a bad file in it is told of by name")
    func directory() {
        let folder = Self.folder()
        precondition(mkdir(folder.directory.file("all"), 0o700) == 0)
        for name in ["b", "a", "c"] {
            let issued = Self.root.server(["\(name).example.com"])
            folder.write(issued.chain + issued.key, to: "all/\(name).pem")
        }
        folder.write(Array("draft".utf8), to: "all/.draft.pem")
        folder.write(Array("notes".utf8), to: "all/README")
        let tls = "{ directory: all/, client_auth: { ca: root.pem } }"
        let prepared = folder.prepare(folder.load(tls))
        #expect(prepared.findings.diagnostics.isEmpty)
        let certificates = prepared.listeners["web"]?.certificates.certificates ?? []
        #expect(certificates.map(\.file) == ["all/a.pem", "all/b.pem", "all/c.pem"])
        folder.write(Self.root.own.certificate, to: "all/b.pem")
        #expect(
            folder.findings(tls) == [
                "all/ error: all/b.pem: has no private key"
            ])
        #expect(
            folder.findings("{ directory: none, client_auth: { ca: root.pem } }") == [
                "none error: cannot open none: No such file or directory"
            ])
    }

    @Test(
        "the end of a certificate is told of from 14 days before it on",
        arguments: [
            (-30 ... -2, "has expired on "), (2...30, "is not valid before "),
            (-1...13, "expires in 12 days, on "), (-1...14, "expires in 13 days, on "),
            (-1...16, nil), (-1...1, "expires within a day, at "),
        ] as [(ClosedRange<Int>, String?)])
    func validity(days: ClosedRange<Int>, words: String?) {
        let folder = Self.folder(days: days)
        // Dates were made a moment ago: days that are left are not whole.
        folder.now += 60
        let found = folder.findings(Self.known("{ cert: a.pem, key: a.key }"))
        if let words {
            let start = "a.pem warning: a.pem: the certificate \(words)"
            #expect(found.count == 1 && found[0].hasPrefix(start), "\(found)")
        } else {
            #expect(found == [])
        }
    }

    @Test("a chain that lacks an issuer whom nobody here knows, and a key that all may read")
    func doubtful() {
        let folder = Self.folder()
        let issued = Self.issuer.server(["b.example.com"])
        folder.write(issued.certificate, to: "b.pem")
        folder.write(issued.key, to: "b.key")
        #expect(
            folder.findings("{ certificates: [{ cert: b.pem, key: b.key }] }") == [
                "b.pem warning: b.pem: the chain lacks its issuer, CN=Test Intermediate"
            ])
        folder.write(issued.chain, to: "b.pem")
        #expect(folder.findings(Self.known("{ cert: b.pem, key: b.key }")) == [])
        precondition(chmod(folder.directory.file("b.key"), 0o644) == 0)
        #expect(
            folder.findings(Self.known("{ cert: b.pem, key: b.key }")) == [
                "b.key warning: b.key: everybody on this machine may read the private "
                    + "key"
            ])
    }

    @Test("an OCSP response that is good is stapled, and any other is told of and is not")
    func status() {
        let folder = CertificateFolder()
        let issued = Self.issuer.server(["a.example.com"])
        folder.write(issued, to: "a")
        folder.write(Self.root.own.certificate, to: "root.pem")
        let tls = Self.known("{ cert: a.pem, key: a.key, ocsp: a.ocsp }")
        let other = Self.issuer.server(["b.example.com"])
        let response = Self.issuer.status(of: issued, days: 7)
        let responses: [([UInt8], days: Int64, String?)] = [
            (response, 0, nil), (response, 6, nil), (response, 8, "is out of date ("),
            (response, -2, "is not valid yet ("),
            (Self.issuer.status(of: other), 0, "is about another certificate"),
        ]
        let start = folder.now + 60
        for (response, days, words) in responses {
            folder.write(response, to: "a.ocsp")
            folder.now = start + days * 86_400
            let prepared = folder.prepare(folder.load(tls))
            let found = prepared.findings.diagnostics.map(\.message)
                .filter { $0.hasPrefix("a.ocsp") }
            #expect(prepared.listeners["web"]?.stapled == (words == nil ? [0] : []))
            if let words {
                #expect(found.count == 1 && found[0].hasPrefix("a.ocsp: \(words)"), "\(found)")
                #expect(found[0].hasSuffix("so it is not stapled"))
            } else {
                #expect(found == [])
            }
            #expect(!prepared.findings.hasErrors)
        }
        folder.write(Array("nonsense".utf8), to: "a.ocsp")
        #expect(
            folder.findings(tls) == [
                "a.ocsp error: a.ocsp: is no OCSP response"
            ])
    }

    @Test("settings that OpenSSL does not know are told of at their place")
    func settings() {
        let folder = Self.folder()
        let certificate = "{ cert: a.pem, key: a.key }"
        #expect(
            folder.findings(Self.known(certificate, ", groups: 'X25519:bogus'")) == [
                "'X25519:bogus' error: OpenSSL does not know all groups of \"X25519:bogus\""
            ])
        #expect(
            folder.findings(Self.known(certificate, ", ciphers: BOGUS-CIPHER")) == [
                "BOGUS-CIPHER error: OpenSSL knows no cipher of \"BOGUS-CIPHER\""
            ])
    }

    @Test("authorities and lists of revocation of clients are looked at too")
    func clients() {
        let folder = Self.folder()
        folder.write(Array("x".utf8), to: "bad.crl")
        let found = folder.findings(
            "{ certificates: [{ cert: a.pem, key: a.key }], "
                + "client_auth: { ca: root.pem, crl: bad.crl } }")
        #expect(
            found == [
                "bad.crl error: bad.crl: has no revocation list that can be read"
            ])
        let missing = folder.findings(
            "{ certificates: [{ cert: a.pem, key: a.key }], client_auth: { ca: none.pem } }")
        #expect(
            missing == [
                "none.pem error: cannot open none.pem: No such file or directory"
            ])
    }
}
