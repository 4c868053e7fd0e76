import Glibc
import Support
import Testing

@Suite("The demo")
struct DemoTests {
    @Test("it answers from three backends, loses nothing with one, reloads, and leaves nothing")
    func demo() throws {
        let port = FreePort.take()
        let demo = ChildProgram(SluiceProcess.binary, ["demo", "--port", "\(port)"])
        #expect(eventually { demo.errors.contains(" info ready") }, "\(demo.errors)")
        let text = demo.output
        let socket = try #require(Self.word(after: "--socket ", in: text))
        let file = try #require(Self.word(after: "$EDITOR ", in: text))
        let first = try #require(Self.word(after: "    kill ", in: text).flatMap { pid_t($0) })
        #expect(text.contains("kill -HUP \(demo.pid) "))
        #expect(text.contains("curl http://127.0.0.1:\(port)\n"))
        #expect(
            text.split(separator: "\n").filter { $0.utf8.count > 80 }.allSatisfy {
                $0.contains("/")
            })
        let children = Namespaces.children(of: demo.pid)
        #expect(children.count == 3 && children.contains(first))

        #expect(Self.answers(port, 12) == ["one", "two", "three"])
        let status = Command.run(SluiceProcess.binary, ["status", "--socket", socket])
        #expect(status.status == 0 && status.output.contains("UPSTREAM site"), "\(status)")

        let own = Command.run("curl", ["-sS", "-m", "10", "http://127.0.0.1:\(port)/hello"])
        #expect(own.output == "Hello from the balancer itself\n", "\(own)")

        kill(first, SIGTERM)
        #expect(eventually { !Namespaces.children(of: demo.pid).contains(first) })
        let afterKill = Self.answers(port, 12)
        #expect(afterKill == ["two", "three"], "\(afterKill)")

        let edited = TextFile.read(file).split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.contains("name: two") }.joined(separator: "\n")
        TextFile.write(edited, to: file)
        kill(demo.pid, SIGHUP)
        #expect(eventually { demo.errors.contains("configuration applied changes=1") })
        #expect(Self.answers(port, 6) == ["three"])

        demo.signal(SIGINT)
        #expect(demo.waitForExit(milliseconds: 10_000) == 0, "\(demo.errors)")
        #expect(eventually { children.allSatisfy { kill($0, 0) != 0 } }, "a backend goes on")
        let directory = file.split(separator: "/").dropLast().joined(separator: "/")
        #expect(access("/\(directory)", F_OK) != 0, "its directory is left")
    }

    @Test("with --tls it makes a certificate, says how to ask by it, and leaves no file")
    func tls() throws {
        let port = FreePort.take()
        let demo = ChildProgram(SluiceProcess.binary, ["demo", "--tls", "--port", "\(port)"])
        #expect(eventually { demo.errors.contains(" info ready") }, "\(demo.errors)")
        let file = try #require(Self.word(after: "$EDITOR ", in: demo.output))
        let authority = try #require(Self.word(after: "curl --cacert ", in: demo.output))
        #expect(demo.output.contains("curl --cacert \(authority) https://localhost:\(port)\n"))
        for host in ["localhost", "127.0.0.1"] {
            let curl = Command.run(
                "curl",
                ["-sS", "-m", "10", "--cacert", authority, "https://\(host):\(port)/hello"])
            #expect(curl.output == "Hello from the balancer itself\n", "\(curl)")
        }
        #expect(!demo.errors.contains(" warning "), "\(demo.errors)")
        demo.signal(SIGINT)
        #expect(demo.waitForExit(milliseconds: 10_000) == 0, "\(demo.errors)")
        let directory = file.split(separator: "/").dropLast().joined(separator: "/")
        #expect(access("/\(directory)", F_OK) != 0, "its directory is left")
    }

    @Test("a port that is taken ends it with code 1, and leaves neither backend nor file")
    func takenPort() throws {
        let taken = TestSocket.listen()
        let demo = Command.run(SluiceProcess.binary, ["demo", "--port", "\(taken.port)"])
        #expect(demo.status == 1)
        #expect(demo.errors.contains("127.0.0.1:\(taken.port)"), "\(demo.errors)")
        let file = try #require(Self.word(after: "$EDITOR ", in: demo.output))
        let directory = file.split(separator: "/").dropLast().joined(separator: "/")
        #expect(access("/\(directory)", F_OK) != 0, "its directory is left")
    }

    /// Who answers so many requests, each on a connection of its own; with the errors of those that
    /// failed.
    private static func answers(_ port: UInt16, _ count: Int) -> Set<String> {
        var found: Set<String> = []
        for _ in 0..<count {
            let curl = Command.run("curl", ["-sS", "-m", "10", "http://127.0.0.1:\(port)/"])
            let name = curl.output.split(whereSeparator: \.isWhitespace).last.map { String($0) }
            found.insert(curl.status == 0 ? name ?? "nobody" : curl.errors)
        }
        return found
    }

    private static func word(after mark: String, in text: String) -> String? {
        text.firstRange(of: mark).map { String(text[$0.upperBound...].prefix { !$0.isWhitespace }) }
    }
}
