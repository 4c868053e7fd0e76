// What commands say of certificates, and how they end by it.

import Glibc
import Support
import Testing

@Suite("Commands about certificates")
struct CertificateCommandTests {
    private static let authority = TestAuthority()

    private static func configuration(_ tls: String) -> String {
        """
        admin: { socket: $DIR/admin.sock }
        listeners:
          web: { bind: "127.0.0.1:0", protocol: http, upstream: site, tls: \(tls) }
        upstreams: { site: { backends: ["127.0.0.1:1"] } }

        """
    }

    private static func folder(_ tls: String) -> (TemporaryDirectory, file: String) {
        let directory = TemporaryDirectory()
        let text = configuration(tls).replacing("$DIR", with: directory.path)
        return (directory, directory.write(text, to: "sluice.yaml"))
    }

    @Test("check and run end with 2 and tell of every file, with its place")
    func errors() {
        let (directory, file) = Self.folder(
            "{ certificates: [{ cert: a.pem, key: b.key }, none.pem] }")
        let issued = Self.authority.server(["a.example.com"])
        directory.write(TextFile.read(issued.chainFile), to: "a.pem")
        let other = Self.authority.server(["b.example.com"])
        directory.write(TextFile.read(other.keyFile), to: "b.key")
        for command in ["check", "run"] {
            let result = Command.run(SluiceProcess.binary, [command, file])
            #expect(result.status == 2, "\(result)")
            #expect(
                result.errors.contains(
                    "sluice.yaml:3:105: error: b.key: the private key is not that of the "
                        + "certificate\n"), "\(result)")
            #expect(
                result.errors.contains(
                    "sluice.yaml:3:114: error: cannot open \(directory.path)/none.pem: No such "
                        + "file"), "\(result)")
            #expect(result.errors.hasSuffix("2 errors\n"))
        }
        let json = Command.run(SluiceProcess.binary, ["check", "--json", file])
        #expect(json.status == 2 && json.output.contains("is not that of the certificate"))
    }

    @Test("what is only doubtful is a warning, and the file is good")
    func warnings() {
        let (directory, file) = Self.folder("{ certificates: [a.pem] }")
        let issued = Self.authority.server(["a.example.com"], days: -10 ... -2)
        directory.write(
            TextFile.read(issued.chainFile) + TextFile.read(issued.keyFile), to: "a.pem")
        let result = Command.run(SluiceProcess.binary, ["check", file])
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains(": good: 1 listener"))
        #expect(result.errors.contains("warning: a.pem: the certificate has expired on "))
        #expect(result.errors.contains("warning: a.pem: the chain lacks its issuer, CN=Test Root"))
    }

    @Test("tickets rotate writes keys in front, and says what it could not")
    func tickets() {
        let directory = TemporaryDirectory()
        let path = directory.file("tickets.key")
        for count in [1, 2, 3, 3] {
            let result = Command.run(SluiceProcess.binary, ["tickets", "rotate", path])
            #expect(result.status == 0, "\(result)")
            #expect(result.output == "\(path): a new key seals, \(count) of 3 are there\n")
        }
        directory.write("something else\n", to: "tickets.key")
        let refused = Command.run(SluiceProcess.binary, ["tickets", "rotate", path])
        #expect(refused.status == 1 && refused.errors.contains("line 1 is not 80 bytes"))
        #expect(Command.run(SluiceProcess.binary, ["tickets", "rotate"]).status == 64)
        let help = Command.run(SluiceProcess.binary, ["help", "tickets", "rotate"])
        #expect(help.status == 0 && help.output.contains("Put a new key in front"))
        let isNarrow = help.output.split(separator: "\n").allSatisfy { $0.count <= 80 }
        #expect(isNarrow, "\(help.output)")
    }
}
