import Support
import Testing

@Suite("The command line")
struct CommandTests {
    private static func sluice(_ arguments: String...) -> Command {
        Command.run(SluiceProcess.binary, arguments)
    }

    @Test("what the command line cannot mean ends with 64, and with the usage")
    func usage() {
        for arguments in [
            ["walk"], ["run", "--fast"], ["run", "a", "b"], ["status", "--socket"],
            ["drain"], ["drain", "a/b", "--for", "soon"], ["ready", "a/b", "--for", "1m"],
            ["weight", "a/b"], ["weight", "a/b", "1001"], ["weight", "a/b", "heavy"],
            ["demo", "--port", "many"], ["demo", "--port", "65536"], ["--colour"],
        ] {
            let command = Command.run(SluiceProcess.binary, arguments)
            #expect(command.status == 64, "\(arguments): \(command)")
            #expect(command.errors.contains("Usage: sluice"), "\(arguments): \(command.errors)")
            #expect(command.output.isEmpty, "\(arguments)")
        }
    }

    @Test("an admin socket that cannot be reached ends with 69, and says which and why")
    func unreachable() {
        let directory = TemporaryDirectory()
        let missing = directory.file("none.sock")
        let stale = directory.file("stale.sock")
        TestSocket.listen(unix: stale).close()
        let long = "/tmp/" + String(repeating: "x", count: 200)
        for path in [missing, stale, long] {
            for arguments in [
                ["status"], ["status", "--json"], ["reload"], ["overrides"], ["drain", "a/b"],
                ["kill", "a/b"], ["weight", "a/b", "1"],
            ] {
                let command = Command.run(
                    SluiceProcess.binary, arguments + ["--socket", path])
                #expect(command.status == 69, "\(command)")
                #expect(command.errors.contains(path), "\(command.errors)")
                #expect(command.output.isEmpty)
            }
        }
        #expect(Self.sluice("status", "--socket", missing).errors.contains("is sluice running"))
    }

    @Test("a socket at which something else answers ends with 69 too")
    func somethingElse() {
        let directory = TemporaryDirectory()
        let path = directory.file("other.sock")
        let listening = TestSocket.listen(unix: path)
        ThreadOfTest.start {
            while let connection = listening.accept() {
                _ = connection.receive()
                connection.send("HTTP/1.1 200 OK\r\n\r\n<html>")
            }
        }
        for arguments in [["status"], ["status", "--json"], ["reload"]] {
            let command = Command.run(SluiceProcess.binary, arguments + ["--socket", path])
            #expect(command.status == 69 && command.output.isEmpty, "\(command)")
            #expect(command.errors.contains("something else"), "\(command)")
        }
    }

    @Test("run and check end with 2 on a file that is wrong or missing, run with 1 on a taken port")
    func badFiles() {
        let directory = TemporaryDirectory()
        let bad = directory.write("listeners: {}\nbogus: 1\n", to: "bad.yaml")
        for command in ["run", "check"] {
            let result = Self.sluice(command, bad)
            #expect(
                result.status == 2 && result.errors.contains("\(bad):2:1: error: "), "\(result)")
            let missing = directory.file("none.yaml")
            let none = Self.sluice(command, missing)
            #expect(none.status == 2 && none.errors.contains(missing), "\(none)")
            #expect(Self.sluice(command, directory.path).status == 2, "a directory")
        }
        let taken = TestSocket.listen()
        let good = directory.write(
            """
            admin: { socket: \(directory.file("admin.sock")) }
            listeners: { one: { bind: "127.0.0.1:\(taken.port)", upstream: servers } }
            upstreams: { servers: { backends: ["127.0.0.1:9"] } }
            """, to: "good.yaml")
        let run = Self.sluice("run", good)
        #expect(run.status == 1)
        #expect(run.errors.contains("another process listens there"), "\(run.errors)")
    }

    @Test(
        "check binds and resolves nothing: taken ports, unknown names and missing directories are good"
    )
    func checkHasNoEffects() {
        let directory = TemporaryDirectory()
        let taken = TestSocket.listen()
        let file = directory.write(
            """
            admin: { socket: /nowhere/at/all.sock }
            log: { file: \(directory.file("sluice.log")) }
            listeners:
              one: { bind: ["127.0.0.1:\(taken.port)", "192.0.2.1:80"], upstream: servers }
              two: { bind: "unix:\(directory.file("front.sock"))", upstream: servers }
            upstreams: { servers: { backends: ["does-not-exist.invalid:80", "127.0.0.1:9"] } }
            """, to: "sluice.yaml")
        let check = Self.sluice("check", file)
        #expect(check.status == 0, "\(check)")
        #expect(check.output == "\(file): good: 2 listeners, 1 upstream, 2 backends\n")
        #expect(check.errors.isEmpty)
        #expect(Command.run("/bin/ls", [directory.path]).output == "sluice.yaml\n")
        #expect(Self.sluice("check", "--json", file).output == "[]\n")
    }

    @Test("an unknown key is shown with file, line, column, caret and the right spelling")
    func unknownKey() throws {
        let directory = TemporaryDirectory()
        let file = directory.write(
            """
            listeners:
              web:
                bind: "127.0.0.1:80"
                upstrem: site
            upstreams:
              site: { balance: rond-robin, backends: ["127.0.0.1:81"] }
            """, to: "sluice.yaml")
        let check = Self.sluice("check", file)
        #expect(check.status == 2 && check.output.isEmpty)
        let expected = """
            \(file):4:5: error: unknown key 'upstrem' in listener 'web'
                    upstrem: site
                    ^^^^^^^
              help: did you mean 'upstream'?
            """
        #expect(check.errors.contains(expected), "\(check.errors)")
        #expect(check.errors.contains("\(file):6:20: error: "), "\(check.errors)")
        #expect(check.errors.contains("did you mean 'round-robin'?"), "\(check.errors)")

        let json = Self.sluice("check", "--json", file)
        #expect(json.status == 2 && json.errors.isEmpty)
        let findings = try #require(JSONValue(json.output)?.array)
        let found = try #require(findings.first { $0["line"]?.number == 4 })
        #expect(found["severity"]?.string == "error" && found["file"]?.string == file)
        #expect(found["column"]?.number == 5 && found["length"]?.number == 7)
        #expect(found["sourceLine"]?.string == "    upstrem: site")
        #expect(found["suggestion"]?.string?.contains("upstream") == true)
    }

    @Test("a warning leaves the file good")
    func warning() {
        let directory = TemporaryDirectory()
        let file = directory.write(
            """
            listeners: { web: { bind: "127.0.0.1:80", upstream: site } }
            upstreams: { site: { backends: ["127.0.0.1:81"] }, spare: { backends: ["127.0.0.1:82"] } }
            """, to: "sluice.yaml")
        let check = Self.sluice("check", file)
        #expect(check.status == 0)
        #expect(check.errors.contains(": warning: ") && check.errors.contains("'spare'"))
    }

    @Test("version prints the version, schema prints JSON")
    func versionAndSchema() throws {
        let version = Self.sluice("version")
        #expect(version.status == 0 && version.output.hasPrefix("sluice "))
        #expect(Self.sluice("--version").output == version.output.dropFirst("sluice ".count))
        let schema = Self.sluice("schema")
        #expect(schema.status == 0 && schema.errors.isEmpty)
        #expect(schema.output.hasSuffix("}\n") && !schema.output.hasSuffix("\n\n"))
        let value = try #require(JSONValue(schema.output), "not JSON")
        #expect(value["$schema"]?.string?.hasPrefix("https://json-schema.org/") == true)
        #expect(value["properties"]?["listeners"] != nil)
    }

    @Test(
        "help fits 80 columns and is shown without an error",
        arguments: [
            [], ["run"], ["check"], ["reload"], ["status"], ["demo"], ["schema"], ["version"],
            ["drain"], ["disable"], ["ready"], ["weight"], ["overrides"], ["clear"], ["kill"],
        ])
    func help(command: [String]) {
        for arguments in [command + ["--help"], ["help"] + command] {
            let help = Command.run(SluiceProcess.binary, arguments)
            #expect(help.status == 0 && help.errors.isEmpty, "\(help)")
            #expect(help.output.contains("USAGE: sluice"))
            for line in help.output.split(separator: "\n") where line.count > 80 {
                Issue.record("\(line.count) columns: \(line)")
            }
            #expect(!help.output.contains("demo-backend"))
        }
    }

    @Test("without a command it shows the help")
    func nothing() {
        let command = Self.sluice()
        #expect(command.status == 0 && command.output.contains("sluice demo"), "\(command)")
    }
}
