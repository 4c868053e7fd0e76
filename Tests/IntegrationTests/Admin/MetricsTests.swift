import Support
import Testing

@Suite("Metrics")
struct MetricsTests {
    @Test("the reader of these tests finds each kind of fault")
    func readerFindsFaults() {
        let good = "# HELP a_total A.\n# TYPE a_total counter\na_total{b=\"x\\\\\\\"\\n\"} 1\n"
        #expect(PrometheusText(good).problems.isEmpty)
        let faults = [
            "a 1\n", "# HELP a A.\na 1\n", "# HELP a A.\n# TYPE a counter\na 1\n",
            "# HELP a A.\n# TYPE a gauge\na 1\na 2\n", "# HELP a A.\n# TYPE a gauge\na one\n",
            "# HELP a A.\n# TYPE a gauge\na{b=\"\\x\"} 1\n",
            "# HELP a A.\n# TYPE a gauge\na{b=1} 1\n",
            "# HELP a A.\n# TYPE a gauge\na 1", "# HELP a A.\n# TYPE a thing\na 1\n",
            "# HELP a A.\n# TYPE a gauge\n# HELP b B.\n# TYPE b gauge\na 1\n",
            "# HELP a_total A.\n# TYPE a_total counter\na_total -1\n", "\n",
        ]
        for text in faults { #expect(!PrometheusText(text).problems.isEmpty, "\(text)") }
    }

    @Test("GET /metrics is strict Prometheus text, and counts what was done")
    func metrics() throws {
        let server = TestServer.echo()
        let dead = FreePort.take()
        let sluice = SluiceProcess(
            """
            workers: 2
            listeners:
              one: { bind: "127.0.0.1:0", upstream: servers }
              other.one-2: { bind: "127.0.0.2:0", upstream: servers }
              broken: { bind: "127.0.0.3:0", upstream: nothing }
            upstreams:
              servers:
                backends: [{ name: alive, address: "127.0.0.1:\(server.port)" }]
              nothing: { backends: ["127.0.0.1:\(dead)", "127.0.0.9:\(dead)"] }
            """)
        let port = try sluice.port(of: "one")
        let held = try #require(TestSocket.connect(port: port))
        #expect(Client.echoes(held, "12345"))
        for _ in 0..<4 {
            let client = TestSocket.connect(port: port)
            #expect(Client.echoes(client, "1234567890"))
            client?.shutdownWrite()
            #expect(client?.receiveAll() == [])
        }
        #expect(try eventually { try sluice.status().active == 1 })
        let answer = try #require(AdminHTTP.get(sluice.socketPath, "/metrics"))
        #expect(answer.status == 200)
        #expect(answer.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        let metrics = PrometheusText(answer.body)
        #expect(metrics.problems.isEmpty, "\(metrics.problems)")
        let samples = metrics.samples
        let backend = "upstream=\"servers\",backend=\"alive\""
        let failing = "upstream=\"nothing\",backend=\"127.0.0.1:\(dead)\""
        #expect(samples["sluice_connections_active"] == 1)
        #expect(samples["sluice_listener_connections_total{listener=\"one\"}"] == 5)
        #expect(samples["sluice_listener_connections_total{listener=\"other.one-2\"}"] == 0)
        #expect(samples["sluice_listener_received_bytes_total{listener=\"one\"}"] == 45)
        #expect(samples["sluice_listener_sent_bytes_total{listener=\"one\"}"] == 45)
        #expect(samples["sluice_backend_connections_total{\(backend)}"] == 5)
        #expect(samples["sluice_backend_sent_bytes_total{\(backend)}"] == 45)
        #expect(samples["sluice_backend_connect_seconds_count{\(backend)}"] == 5)
        #expect(samples["sluice_backend_sessions_active{\(backend)}"] == 1)
        #expect(samples["sluice_backend_up{\(backend)}"] == 1)
        let failed = "sluice_backend_connect_failures_total{\(failing),cause=\"failed\"}"
        #expect(samples[failed] == 0)
        let broken = try sluice.port(of: "broken")
        for _ in 0..<5 { _ = TestSocket.connect(host: 0x7f00_0003, port: broken)?.receive() }
        let other = "upstream=\"nothing\",backend=\"127.0.0.9:\(dead)\""
        let up = [failing, other].compactMap { sluice.metric("sluice_backend_up{\($0)}") }
        #expect(up.sorted() == [0, 1], "one is ejected, the last one never")
        #expect(sluice.metric(failed) ?? 0 >= 1)
        let completed =
            "sluice_listener_sessions_ended_total{listener=\"one\",reason=\"completed\",blame=\"none\"}"
        #expect(samples[completed] == 4)
        let fds = try #require(samples["process_open_fds"])
        #expect(abs(Int(fds) - sluice.resources.descriptors - sluice.resources.pipes) <= 3)
        let memory = try #require(samples["process_resident_memory_bytes"])
        #expect(abs(Int(memory) / 1024 - sluice.resources.residentKiB) < 8192)
        held.close()
        try sluice.stop()
    }
}
