// What the process tells of itself: metrics, rates, and what a reload changes.

import Config
import Support
import Testing

@testable import Control

@Suite("The metrics' text")
struct MetricsTextTests {
    @Test("a family has its help and type once, then its samples")
    func family() {
        var metrics = MetricsText()
        metrics.begin("a_total", .counter, "What a is.")
        metrics.add(UInt64.max, [("x", "1"), ("y", "2")])
        metrics.add(0)
        metrics.single("b", .gauge, "What b is.", 1.5)
        #expect(
            metrics.text == """
                # HELP a_total What a is.
                # TYPE a_total counter
                a_total{x="1",y="2"} 18446744073709551615
                a_total 0
                # HELP b What b is.
                # TYPE b gauge
                b 1.5

                """)
    }

    @Test(
        "a label holds anything on one line",
        arguments: [
            ("a\"b", "a\\\"b"), ("a\\b", "a\\\\b"), ("a\nb", "a\\nb"), ("a\r\nb", "a\r\\nb"),
            ("\"\u{301}", "\\\"\u{301}"), ("\\\u{301}", "\\\\\u{301}"), ("é{},=", "é{},="),
        ])
    func escaping(content: String, shown: String) {
        var metrics = MetricsText()
        metrics.begin("a", .gauge, "A.")
        metrics.add(1, [("x", content)])
        let line = "a{x=\"\(shown)\"} 1\n"
        #expect(Array(metrics.text.utf8.suffix(line.utf8.count)) == Array(line.utf8))
    }
}

@Suite("Rates")
struct RateMeterTests {
    @Test("a rate needs two samples, and looks back over the last few")
    func rate() {
        var meter = RateMeter()
        #expect(meter.perSecond == 0)
        meter.add(1000, at: 5000)
        #expect(meter.perSecond == 0)
        meter.add(1500, at: 5500)
        #expect(meter.perSecond == 1000)
        for second in 6..<6 + UInt64(RateMeter.samplesMax) {
            meter.add(2000 + 10 * second, at: second * 1000)
        }
        #expect(meter.perSecond == 10, "the steep start is forgotten")
    }

    @Test("two samples of one moment are no rate")
    func sameTime() {
        var meter = RateMeter()
        meter.add(1, at: 7)
        meter.add(5, at: 7)
        #expect(meter.perSecond == 0)
    }
}

@Suite("What a reload changes")
struct ConfigurationChangeTests {
    private static let base = """
        workers: 2
        listeners:
          web: { bind: "127.0.0.1:80", upstream: site }
          db: { bind: "127.0.0.1:5432", upstream: data }
        upstreams:
          site: { backends: ["10.0.0.1:80", { address: "10.0.0.2:80", name: two, weight: 3 }] }
          data: { backends: ["10.0.0.3:5432"] }
        """

    private func configuration(_ text: String) throws -> Configuration {
        let result = ConfigurationFile.parse(text: text, name: "test.yaml")
        return try #require(
            result.configuration, "\(result.diagnostics.map(\.text).joined(separator: "\n"))")
    }

    @Test("nothing changes from a file to itself, nor from nothing at a start")
    func nothing() throws {
        let base = try configuration(Self.base)
        for change in [
            ConfigurationChange(from: base, to: base), ConfigurationChange(from: nil, to: base),
        ] { #expect(change.lines.isEmpty && change.pending.isEmpty) }
    }

    @Test(
        "each change is told in the words of the file",
        arguments: [
            (
                "db: { bind: \"127.0.0.1:5432\", upstream: data }",
                "db2: { bind: \"127.0.0.1:5432\", upstream: data }",
                ["listener db: removed, draining", "listener db2: added"]
            ),
            (
                "bind: \"127.0.0.1:80\"", "bind: \"127.0.0.1:81\"", ["listener web: changed"]
            ),
            ("weight: 3", "weight: 0", ["backend site/two: weight 3 to 0"]),
            (
                "weight: 3", "weight: 3, max_connections: 5, backup: true",
                [
                    "backend site/two: max_connections none to 5",
                    "backend site/two: priority 0 to 1",
                ]
            ),
            (
                "10.0.0.2:80", "10.0.0.9:80",
                ["backend site/two: address 10.0.0.2:80 to 10.0.0.9:80"]
            ),
            (
                "\"10.0.0.2:80\", name: two, weight: 3", "\"10.0.0.9:80\", name: two, weight: 4",
                [
                    "backend site/two: weight 3 to 4",
                    "backend site/two: address 10.0.0.2:80 to 10.0.0.9:80",
                ]
            ),
            (
                "\"10.0.0.1:80\"", "\"10.0.0.8:80\"",
                [
                    "backend site/10.0.0.1:80: removed, draining",
                    "backend site/10.0.0.8:80: added",
                ]
            ),
            (
                "data: { backends", "data: { balance: maglev, backends",
                ["upstream data: balance changed"]
            ),
            (
                "data: { backends", "data: { connect: { timeout: 1s }, backends",
                ["upstream data: changed"]
            ),
            (
                "data: { backends", "data: { health: { tcp: {} }, eject: off, backends",
                ["upstream data: health changed", "upstream data: eject changed"]
            ),
            (
                "data: { backends",
                "data: { slow_start: 0s, fail_open: off, queue: off, pool: { warm: 1 }, backends",
                [
                    "upstream data: slow_start changed", "upstream data: fail_open changed",
                    "upstream data: queue changed", "upstream data: pool changed",
                ]
            ),
            (
                "data: { backends", "data: { http: { keep_alive: off }, backends",
                ["upstream data: http changed"]
            ),
            (
                "data: { backends: [\"10.0.0.3:5432\"] }", "data: { dns: { name: data, port: 1 } }",
                ["upstream data: dns changed", "backend data/10.0.0.3:5432: removed, draining"]
            ),
            (
                "data: { backends: [\"10.0.0.3:5432\"] }", "data: { file: data.backends }",
                ["upstream data: file changed", "backend data/10.0.0.3:5432: removed, draining"]
            ),
            (
                "workers: 2", "workers: 2\nresolver: { timeout: 2s }", ["resolver: changed"]
            ),
            (
                "workers: 2", "workers: 2\ndrain_timeout: 1s\nmax_connections: 9",
                ["drain_timeout: changed", "max_connections: changed"]
            ),
            ("workers: 2", "workers: 2\nlog: { level: debug }", ["log: changed"]),
        ])
    func changes(from old: String, to new: String, lines: [String]) throws {
        let parts = Self.base.split(separator: old, omittingEmptySubsequences: false)
        try #require(parts.count == 2, "the text to change is there once")
        let change = ConfigurationChange(
            from: try configuration(Self.base),
            to: try configuration(parts.joined(separator: new)))
        #expect(change.lines == lines)
        #expect(change.pending.isEmpty)
    }

    @Test("what needs a restart is said to wait for one")
    func pending() throws {
        let changed =
            Self.base.replacing("workers: 2", with: "workers: 3\nadmin: { socket: /run/x.sock }")
        let change = ConfigurationChange(
            from: try configuration(Self.base), to: try configuration(changed))
        #expect(change.lines.isEmpty)
        #expect(change.pending == ["workers", "admin"])
    }

    @Test("what waits for a restart is what differs from what was started with")
    func pendingSinceStart() throws {
        let started = try configuration(Self.base)
        let reloaded = try configuration(Self.base.replacing("workers: 2", with: "workers: 3"))
        let again = ConfigurationChange(from: reloaded, to: reloaded, startedWith: started)
        #expect(again.lines.isEmpty && again.pending == ["workers"])
        let back = ConfigurationChange(from: reloaded, to: started, startedWith: started)
        #expect(back.pending.isEmpty)
    }

    @Test("backends in another order are a change")
    func order() throws {
        let changed = Self.base.replacing(
            "[\"10.0.0.1:80\", { address: \"10.0.0.2:80\", name: two, weight: 3 }]",
            with: "[{ address: \"10.0.0.2:80\", name: two, weight: 3 }, \"10.0.0.1:80\"]")
        let change = ConfigurationChange(
            from: try configuration(Self.base), to: try configuration(changed))
        #expect(change.lines == ["upstream site: order of backends changed"])
    }
}

@Suite("Durations")
struct DurationTests {
    @Test(
        "milliseconds are whole, and little is not nothing",
        arguments: [
            (.zero, 0, 0), (.nanoseconds(1), 1, 1), (.milliseconds(1), 1, 1),
            (.microseconds(1999), 1, 1), (.milliseconds(999), 999, 1), (.seconds(1), 1000, 1),
            (.milliseconds(1001), 1001, 2), (.seconds(86_400), 86_400_000, 86_400),
            (.seconds(-1), 0, 0),
        ] as [(Duration, UInt64, Int64)])
    func milliseconds(duration: Duration, milliseconds: UInt64, seconds: Int64) {
        #expect(duration.milliseconds == milliseconds)
        #expect(duration.seconds == seconds)
    }
}
