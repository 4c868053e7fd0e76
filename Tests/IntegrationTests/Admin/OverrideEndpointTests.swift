import Control
import FoundationEssentials
import Glibc
import Support
import Testing

@Suite("Operators' words on the admin socket")
struct OverrideEndpointTests {
    private static func start(_ backends: String = "\"127.0.0.1:9\", \"127.0.0.1:10\"")
        -> SluiceProcess
    {
        SluiceProcess(
            """
            listeners: { one: { bind: "127.0.0.1:0", upstream: cache } }
            upstreams: { cache: { backends: [\(backends)] } }
            """)
    }

    @Test("a word is answered with what it changed, and GET /overrides has it")
    func words() throws {
        let sluice = Self.start()
        let answer = try #require(
            AdminHTTP.post(
                sluice.socketPath, "/weight",
                #"{"target":"cache/*","weight":5,"for":"30m","reason":"kernel"}"#))
        #expect(answer.status == 200 && answer.fields["content-type"] == "application/json")
        let outcome = try JSONDecoder().decode(
            OverrideOutcome.self, from: Data(answer.body.utf8))
        #expect(outcome.action == "weight" && outcome.until?.hasSuffix("Z") == true)
        #expect(outcome.backends.map(\.backend) == ["127.0.0.1:10", "127.0.0.1:9"])
        #expect(outcome.backends.allSatisfy { $0.weight == 5 && $0.weightBefore == 1 })
        #expect(try sluice.status().upstreams[0].backends.map(\.weight) == [5, 5])

        let listed = try #require(AdminHTTP.get(sluice.socketPath, "/overrides"))
        let reports = try JSONDecoder().decode([OverrideReport].self, from: Data(listed.body.utf8))
        #expect(reports.count == 2 && reports.allSatisfy { $0.weight == 5 })
        // Who asks is known from the kernel: this process.
        #expect(reports.allSatisfy { $0.pid == Int(getpid()) && $0.uid == getuid() })
        #expect(reports.allSatisfy { $0.reason == "kernel" && $0.until == outcome.until })
        try sluice.stop()
    }

    @Test(
        "what is not understood is refused with what was wrong, and nothing is done",
        arguments: [
            ("/drain", "", 400, "needs a body"), ("/drain", "drain it", 400, "not a JSON object"),
            ("/drain", "{}", 400, "'target' is missing"),
            ("/drain", #"{"target":"cache/*","forr":"1m"}"#, 400, "did you mean 'for'?"),
            ("/drain", #"{"target":"cache/*","for":"1 fortnight"}"#, 400, "'for'"),
            ("/weight", #"{"target":"cache/*","weight":"5"}"#, 400, "whole number"),
            ("/ready", #"{"target":"cache/*","for":"1m"}"#, 400, "no meaning"),
            ("/kill", #"{"target":"cache"}"#, 400, "write 'cache/*'"),
            ("/drain", #"{"target":"cache/10.0.0.1:9"}"#, 404, "backends of cache: 127.0.0.1:10"),
            ("/disable", #"{"target":"cash/*"}"#, 404, "there is no upstream 'cash'"),
            ("/undrain", #"{"target":"cache/*"}"#, 404, "POST /reload, /drain, /disable, /ready"),
        ])
    func refusals(target: String, body: String, status: Int, words: String) throws {
        let sluice = Self.start()
        let answer = try #require(AdminHTTP.post(sluice.socketPath, target, body))
        #expect(answer.status == status && answer.body.contains(words), "\(answer)")
        #expect(AdminHTTP.get(sluice.socketPath, "/overrides")?.body == "[\n\n]\n")
        #expect(try sluice.status().upstreams[0].backends.allSatisfy { $0.override == nil })
        try sluice.stop()
    }

    @Test("actions are posted, and questions are not")
    func methods() throws {
        let sluice = Self.start()
        for action in ["drain", "disable", "weight", "clear", "kill"] {
            let answer = AdminHTTP.get(sluice.socketPath, "/\(action)")
            #expect(answer?.status == 405 && answer?.fields["allow"] == "POST", "\(action)")
        }
        #expect(AdminHTTP.ask(sluice.socketPath, "DELETE", "/overrides")?.status == 405)
        #expect(AdminHTTP.get(sluice.socketPath, "/ready")?.body == "ready\n")
        try sluice.stop()
    }

    @Test("a weight that comes while a reload waits for names is in force when it is answered")
    func duringReload() throws {
        let sluice = Self.start()
        sluice.write(
            """
            listeners: { one: { bind: "127.0.0.1:0", upstream: cache } }
            upstreams:
              cache: { backends: ["127.0.0.1:9", "127.0.0.1:10", "does-not-exist.invalid:80"] }
            """)
        let reload = try #require(AdminHTTP(sluice.socketPath))
        reload.send("POST", "/reload")
        let weight = AdminHTTP.post(
            sluice.socketPath, "/weight", #"{"target":"cache/*:9","weight":9}"#)
        #expect(weight?.status == 200)
        #expect(try sluice.status().upstreams[0].backends.first?.weight == 9)
        #expect(reload.receive()?.status == 200)
        reload.socket.close()
        let status = try sluice.status()
        #expect(status.upstreams[0].backends.map(\.weight) == [9, 1, 1])
        try sluice.stop()
    }

    @Test("bodies of many requests on one connection are told apart")
    func pipelined() throws {
        let sluice = Self.start()
        let connection = try #require(AdminHTTP(sluice.socketPath))
        let bodies = [#"{"target":"cache/*:9"}"#, #"{"target":"cache/*:10","reason":"GET / x"}"#]
        for body in bodies {
            connection.socket.send(
                "POST /drain HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                    + body)
        }
        for _ in bodies { #expect(connection.receive()?.status == 200) }
        #expect(try sluice.status().upstreams[0].backends.map(\.state) == ["drain", "drain"])
        connection.socket.close()
        try sluice.stop()
    }
}
