// Targets, what is sent to them, and what is said of them.

import Glibc
import Linux
import Testing

@testable import Control

@Suite("Targets of probes")
struct ProbeTargetTests {
    private func target(
        _ host: UInt32 = 1, kind: ProbeKind = .connect, source: SocketAddress? = nil,
        interval: UInt64 = 5000, timeout: UInt64 = 2000, rise: Int = 2, fall: Int = 3
    ) -> ProbeTarget {
        ProbeTarget(
            address: SocketAddress(ipv4: host, port: 80), source: source, kind: kind,
            intervalMs: interval, timeoutMs: timeout, rise: rise, fall: fall)
    }

    @Test("targets are one when all that matters to a probe is equal")
    func equality() {
        let others = [
            target(2), target(kind: .exchange(send: [1], expect: [])), target(interval: 1),
            target(timeout: 1), target(rise: 1), target(fall: 1), target(kind: .http(HTTPProbe())),
            target(source: SocketAddress(ipv4: 0x7f00_0001, port: 0)),
        ]
        #expect(target() == target() && target().hashValue == target().hashValue)
        #expect(Set(others + others + [target()]).count == others.count + 1)
        #expect(target(interval: 0, timeout: 0) == target(interval: 1, timeout: 1))
    }

    @Test("nothing to say and nothing to hear is a connect")
    func tcp() {
        #expect(ProbeKind.tcp(send: [], expect: []) == .connect)
        #expect(ProbeKind.tcp(send: [1], expect: []) == .exchange(send: [1], expect: []))
        #expect(ProbeKind.tcp(send: [], expect: [1]) == .exchange(send: [], expect: [1]))
    }

    @Test("a request names the host that was given, or the address")
    func request() {
        func text(_ probe: HTTPProbe, _ address: SocketAddress) -> String {
            String(decoding: probe.request(to: address), as: UTF8.self)
        }
        let tail = "\r\nUser-Agent: sluice\r\nAccept: */*\r\nConnection: close\r\n\r\n"
        let address = SocketAddress(ipv4: 0x7f00_0001, port: 8080)
        #expect(text(HTTPProbe(), address) == "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080" + tail)
        let given = HTTPProbe(method: "HEAD", path: "/a?b", host: "a.example")
        #expect(text(given, address) == "HEAD /a?b HTTP/1.1\r\nHost: a.example" + tail)
        let six = SocketAddress(ipv6: 0, 1, port: 80)
        #expect(text(HTTPProbe(), six) == "GET / HTTP/1.1\r\nHost: [::1]:80" + tail)
        let unix = SocketAddress(unix: "/run/a.sock")!
        #expect(text(HTTPProbe(), unix) == "GET / HTTP/1.1\r\nHost: localhost" + tail)
        #expect(HTTPProbe(body: "").body == nil)
    }

    @Test("each failure has a word of its own")
    func words() {
        let words = ProbeFailure.allCases.map(\.word)
        #expect(Set(words).count == words.count)
        #expect(words.allSatisfy { $0.allSatisfy { $0.isLowercase && $0.isASCII } })
        let meanings: [(Int32, ProbeFailure)] = [
            (ECONNREFUSED, .refused), (ENOENT, .refused), (ETIMEDOUT, .timeout), (EAGAIN, .busy),
            (ECONNRESET, .reset), (EPIPE, .reset), (EMFILE, .exhausted), (ENOSPC, .exhausted),
            (ENETUNREACH, .unreachable), (EHOSTUNREACH, .unreachable), (EACCES, .unreachable),
        ]
        for (code, failure) in meanings { #expect(ProbeFailure(errno: code) == failure) }
    }

    @Test("an outcome says what is known, in one printable line")
    func outcomes() {
        func text(_ failure: ProbeFailure?, _ code: Int32 = 0, _ bytes: [UInt8] = []) -> String {
            ProbeOutcome(
                failure: failure, code: code, excerpt: ProbeOutcome.excerpt(bytes), durationNs: 0
            ).text
        }
        #expect(text(nil) == "ok")
        #expect(text(.timeout) == "timeout")
        #expect(text(.refused, ECONNREFUSED) == "refused (Connection refused)")
        #expect(text(.status, 503) == "status 503")
        let bytes = Array("-ERR \"a\\b\"\t\r\n".utf8) + [0, 0x7f, 0xff]
        #expect(text(.unexpected, 0, bytes) == #"unexpected "-ERR \"a\\b\"\t\r\n\x00\x7f\xff""#)
        let long = [UInt8](repeating: 0x61, count: 65)
        #expect(ProbeOutcome.excerpt(long) == String(repeating: "a", count: 64) + "...")
        #expect(ProbeOutcome.excerpt(long.dropLast()) == String(repeating: "a", count: 64))
    }

    @Test("durations fall into the first bucket that holds them")
    func durations() {
        var durations = ProbeDurations()
        for nanoseconds in [0, 100_000, 100_001, 10_000_000_000, 10_000_000_001] as [UInt64] {
            durations.add(nanoseconds)
        }
        #expect(durations.counts == [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
        #expect(durations.count == 5 && durations.sumNs == 20_000_200_002)
        #expect(ProbeDurations.boundsMicroseconds == ProbeDurations.boundsMicroseconds.sorted())
    }
}
