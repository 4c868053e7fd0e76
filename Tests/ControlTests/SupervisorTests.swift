// A whole process in one, where what is to be seen needs other limits than a process has.

import Config
import Glibc
import Support
import Testing

@testable import Control

@Suite("The supervisor")
struct SupervisorTests {
    @Test("old snapshots that sessions hold keep no tables, and the sessions go on")
    func tables() async {
        await #expect(processExitsWith: .exitCode(7)) {
            do {
                let directory = TemporaryDirectory()
                let server = TestServer.echo()
                let path = directory.write(
                    """
                    workers: 2
                    admin: { socket: \(directory.file("admin.sock")) }
                    listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
                    upstreams:
                      servers: { balance: maglev, backends: ["127.0.0.1:\(server.port)"] }
                    """, to: "sluice.yaml")
                let supervisor = try Supervisor(configurationPath: path, version: "0")
                guard let parsed = ConfigurationFile.load(path: path).configuration else {
                    exit(1)
                }
                let key = BackendKey(
                    upstream: "servers", backend: "127.0.0.1:\(server.port)")
                var sessions: [TestSocket] = []
                func holding() -> Int {
                    supervisor.retired.count { $0.upstreams.contains { $0.shared != nil } }
                }
                func hold() {
                    guard let bound = supervisor.current?.listeners.first?.bound.first,
                        let client = TestSocket.connect(port: bound.actual.port)
                    else { exit(5) }
                    sessions.append(client)
                }
                func step() {
                    guard supervisor.reloading == nil, supervisor.current != nil,
                        supervisor.activeSessions == sessions.count
                    else { return }
                    guard sessions.count < 2 * ControlLimits.tablesMax else {
                        guard holding() <= ControlLimits.tablesMax else { return }
                        if supervisor.retired.count <= ControlLimits.tablesMax { exit(6) }
                        for client in sessions {
                            client.send("x")
                            if client.receive(exactly: 1) != Array("x".utf8) { exit(8) }
                        }
                        return supervisor.quit(.success)
                    }
                    hold()
                    supervisor.overrides.set(
                        Override(
                            kind: .weight(sessions.count + 1), since: 0, saidAtNanoseconds: 0,
                            until: nil, reason: nil, author: Operator()), for: key)
                    supervisor.loop.after(20) { supervisor.overridesChanged() }
                }
                supervisor.loop.every(50, step)
                supervisor.loop.after(30_000) { exit(2) }
                guard supervisor.run(parsed) == .success else { exit(3) }
            } catch { exit(4) }
            exit(7)
        }
    }

    @Test("backends that there are too many of to probe are taken for fit, and that is told")
    func tooManyTargets() async {
        await #expect(processExitsWith: .exitCode(7)) {
            do {
                let directory = TemporaryDirectory()
                let servers = (0..<3).map { _ in TestServer.echo() }
                let backends = servers.map { "127.0.0.1:\($0.port)" }
                func configuration(_ backends: [String]) -> String {
                    """
                    workers: 1
                    admin: { socket: \(directory.file("admin.sock")) }
                    listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
                    upstreams:
                      servers: { health: { tcp: {}, interval: 1s, timeout: 1s }, backends: \(backends) }
                    """
                }
                let path = directory.write(configuration(backends), to: "sluice.yaml")
                let supervisor = try Supervisor(
                    configurationPath: path, version: "0", probeTargetsMax: 2)
                guard let parsed = ConfigurationFile.load(path: path).configuration else {
                    exit(1)
                }
                func report() -> StatusReport.Upstream? {
                    supervisor.statusReport().upstreams.first
                }
                func unprobed() -> [StatusReport.Backend] {
                    report()?.backends.filter { $0.probe?.hasPrefix("none: too many") == true }
                        ?? []
                }
                var steps: [() -> Bool] = [
                    {
                        guard unprobed().count == 1, unprobed()[0].state == "up",
                            supervisor.metricsText().contains("sluice_backends_not_probed 1\n")
                        else { return false }
                        directory.write(
                            configuration(Array(backends.dropLast())), to: "sluice.yaml")
                        supervisor.reload { _ in }
                        return true
                    },
                    { report()?.backends.count == 2 && unprobed().isEmpty && report()?.fit == 2 },
                ]
                supervisor.loop.every(10) {
                    if let step = steps.first, step() { steps.removeFirst() }
                    if steps.isEmpty { supervisor.quit(.success) }
                }
                supervisor.loop.after(20_000) { exit(2) }
                guard supervisor.run(parsed) == .success else { exit(3) }
            } catch { exit(4) }
            exit(7)
        }
    }
}
