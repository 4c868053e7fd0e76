import Glibc
import Support
import Testing

/// wrk through the proxy: no request fails that may be sent again, whatever the origin does with its
/// connections.
@Suite(
    "wrk", .serialized, .enabled(if: Command.exists("wrk") && Command.exists("nginx")))
struct WrkTests {
    /// How the origin treats its connections.
    enum Origin: String, CaseIterable {
        /// Each serves a few requests only.
        case fewRequests = "keepalive_requests 7;"
        /// Each ends when it is idle for a moment.
        case shortIdle = "keepalive_timeout 2ms; keepalive_requests 100000;"
        /// All is as usual.
        case usual = "keepalive_requests 100000;"
    }

    private static let pipelined = """
        local all = {}
        function init(arguments)
            for number = 1, 16 do all[number] = wrk.format("GET", "/ok?" .. number) end
            all = table.concat(all)
        end
        function request() return all end
        """

    @Test("no request fails", arguments: Origin.allCases, [false, true])
    func load(origin kind: Origin, isPipelined: Bool) throws {
        let origin = NginxOrigin(keepAlive: kind.rawValue)
        let sluice = SluiceProcess(httpTo: [origin.port], workers: 2)
        var arguments = ["-t", "1", "-c", "24", "-d", "1s", "--timeout", "10s"]
        if isPipelined {
            arguments += ["-s", sluice.directory.write(Self.pipelined, to: "pipelined.lua")]
        }
        let wrk = Command.run("wrk", arguments + ["http://127.0.0.1:\(try sluice.front())/ok"])
        #expect(wrk.status == 0, "\(wrk)")
        #expect(!wrk.output.contains("Non-2xx"), "\(wrk.output)")
        #expect(!wrk.output.contains("Socket errors"), "\(wrk.output)")
        let line = wrk.output.split(separator: "\n").first { $0.contains("requests in") }
        let count = line?.split(separator: " ").first.flatMap { Int($0) } ?? 0
        #expect(count > 500, "\(wrk.output)")
        origin.stop()
        try sluice.stop()
    }
}
