// Parts of a file that have to agree: names and addresses.

import Config
import Testing

@Suite struct AgreementTests {
    /// Listeners with these `bind` values, all with one upstream.
    private func listeners(_ values: String..., tail: String = "") -> [String] {
        var text = "listeners:\n"
        for (index, value) in values.enumerated() {
            text += "  l\(index): { bind: \(value), upstream: u }\n"
        }
        return report(text + "upstreams: { u: { backends: ['h:1'] } }\n" + tail)
    }

    @Test func anUpstreamThatIsNotThereIsReported() {
        #expect(
            report(small.replacing("upstream: site", with: "upstream: siet")) == [
                "4:15+4 error: there is no upstream 'siet' | did you mean 'site'?"
            ])
        #expect(
            report(small.replacing("upstream: site", with: "upstream: cache")) == [
                "4:15+5 error: there is no upstream 'cache' | the upstreams here are site"
            ])
        #expect(
            report("listeners: { l: { bind: /a, upstream: u } }") == [
                "1:39+1 error: there is no upstream 'u' | declare it under 'upstreams'"
            ])
    }

    @Test func anUpstreamWithAnErrorIsThereAllTheSame() {
        #expect(
            report(small.replacing("10.0.0.1:80", with: "10.0.0.1")) == [
                "7:16+10 error: '10.0.0.1' has no port | write 10.0.0.1:PORT"
            ])
    }

    @Test func anUnusedUpstreamIsAWarning() {
        let result = parse(small + "  other: { backends: ['h:1'] }\n")
        #expect(report(result) == ["8:3+5 warning: upstream 'other' is not used by any listener"])
        #expect(result.configuration?.upstreams.count == 2)
    }

    @Test(arguments: [
        ("workers: 1\n", 1, 1), ("listeners: {}\n", 1, 9), ("upstreams: {}\nlisteners: {}\n", 2, 9),
    ])
    func noListenersIsAWarning(_ text: String, _ line: Int, _ length: Int) {
        let result = parse(text)
        #expect(
            report(result) == [
                "\(line):1+\(length) warning: there are no listeners, so nothing will be served"
            ])
        #expect(result.configuration?.listeners == [])
    }

    @Test func oneNameIsThereOnce() {
        #expect(
            report(small + "  site: { backends: ['h:1'] }\n") == [
                "8:3+4 error: upstream 'site' is there twice, first on line 6"
            ])
        #expect(
            report(
                "listeners:\n  a: { bind: /a, upstream: u }\n  a: { bind: /a, upstream: u "
                    + "}\nupstreams: { u: { backends: ['h:1'] } }"
            ) == [
                "3:3+1 error: listener 'a' is there twice, first on line 2"
            ])
    }

    @Test func anAddressIsBoundOnce() {
        #expect(
            listeners("'10.0.0.1:80'", "['10.0.0.1:81', '10.0.0.1:80']") == [
                "3:31+13 error: 10.0.0.1:80 is bound already, by listener 'l0'"
            ])
        #expect(
            listeners("'[::1]:80'", "'[0:0::1]:80'") == [
                "3:15+13 error: [::1]:80 is bound already, by listener 'l0'"
            ])
        #expect(
            listeners("/run/a", "unix:/run/a") == [
                "3:15+11 error: unix:/run/a is bound already, by listener 'l0'"
            ])
        #expect(
            listeners("['10.0.0.1:80', '10.0.0.1:80']") == [
                "2:31+13 error: address '10.0.0.1:80' is there twice in listener 'l0', first on "
                    + "line 2"
            ])
    }

    @Test func addressesAreAsManyAsWorkersHaveRoomFor() {
        func listener(_ name: String, _ ports: ClosedRange<Int>) -> String {
            let addresses = ports.map { "'10.0.0.1:\($0)'" }.joined(separator: ", ")
            return "  \(name): { bind: [\(addresses)], upstream: u }\n"
        }
        func file(_ first: ClosedRange<Int>, _ second: ClosedRange<Int>) -> String {
            "listeners:\n" + listener("a", first) + listener("b", second)
                + "upstreams: { u: { backends: ['h:1'] } }\n"
        }
        #expect(report(file(1...1000, 1001...1024)) == [])
        let tooMany = report(file(1...1000, 1001...1025))
        #expect(tooMany.count == 1)
        #expect(
            tooMany.first?.contains(
                "error: the listeners are bound to 1025 addresses, and 1024 are the most there "
                    + "can be | bind 0.0.0.0 or [::] in place of single addresses") == true)
        #expect(tooMany.first?.hasPrefix("3:") == true)
    }

    @Test func theAdminSocketIsBoundOnce() {
        #expect(
            listeners("/run/sluice/admin.sock") == [
                "2:15+22 error: unix:/run/sluice/admin.sock is bound already, by the admin server"
            ])
        #expect(
            listeners("/run/a", tail: "admin: { socket: /run/a }\n") == [
                "2:15+6 error: unix:/run/a is bound already, by the admin server"
            ])
    }

    @Test func anAddressOfItsOwnMayStandBesideTheOneForAll() {
        #expect(listeners("'0.0.0.0:80'", "'127.0.0.1:80'", "'[::1]:80'") == [])
        #expect(listeners("'[::]:80'", "'127.0.0.1:80'", "'[::1]:80'", "'0.0.0.0:81'") == [])
    }

    @Test func twoAddressesForAllIPv4Disagree() {
        #expect(
            listeners("'0.0.0.0:80'", "'[::]:80'") == [
                "3:15+9 error: [::]:80 takes IPv4 connections as well, and 0.0.0.0:80 is bound by "
                    + "listener 'l0' | remove 0.0.0.0:80, or set ipv6_only: true in listener 'l1'"
            ])
        #expect(
            listeners("['0.0.0.0:80', '[::]:80']") == [
                "2:30+9 error: [::]:80 takes IPv4 connections as well, and 0.0.0.0:80 is bound "
                    + "too | "
                    + "remove 0.0.0.0:80, or set ipv6_only: true in listener 'l0'"
            ])
        #expect(listeners("'0.0.0.0:80'", "'[::]:80', ipv6_only: true") == [])
    }
}
