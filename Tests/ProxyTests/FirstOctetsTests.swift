import Testing

@testable import Proxy

/// What a client says first where TLS is spoken.
@Suite("First octets")
struct FirstOctetsTests {
    private static func look(_ octets: [UInt8]) -> FirstOctets {
        octets.withUnsafeBufferPointer {
            FirstOctets($0.baseAddress!, count: min(octets.count, FirstOctets.countMax))
        }
    }

    @Test(
        "of a request's line are told as soon as its target begins, and not before",
        arguments: [
            "GET / HTTP/1.1\r\n", "POST /path HTTP/1.0\r\n", "OPTIONS * HTTP/1.1\r\n",
            "CONNECT a.example:443 HTTP/1.1\r\n", "CONNECT [::1]:443 HTTP/1.1\r\n",
            "PROPFIND /dav/ HTTP/1.1\r\n", "M-SEARCH * HTTP/1.1\r\n",
            "UPDATEREDIRECTREF / HTTP/1.1\r\n", "GET http://a.example/ HTTP/1.1\r\n",
            "PRI * HTTP/2.0\r\n\r\n",
        ])
    func requests(line: String) {
        let octets = Array(line.utf8)
        let target = octets.firstIndex(of: 0x20)! + 1
        for count in 1...octets.count {
            let expected: FirstOctets = count > target ? .request : .undecided
            #expect(Self.look(Array(octets[..<count])) == expected, "\(count) of \(line)")
        }
    }

    @Test("of a record of a handshake are TLS, whatever follows")
    func handshakes() {
        for second in UInt8.min...UInt8.max { #expect(Self.look([22, second]) == .handshake) }
        #expect(Self.look([22]) == .handshake)
    }

    @Test(
        "of anything else are nothing",
        arguments: [
            "SSH-2.0-OpenSSH_9.2\r\n", "get / HTTP/1.1\r\n", " GET / HTTP/1.1", "\r\n", "\0",
            "GET  / HTTP/1.1", "GET\t/ HTTP/1.1", "EHLO\r\n", "PING\r\n", "*1\r\n$4\r\nPING\r\n",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "\u{15}\u{3}\u{1}\0\u{2}\u{2}\u{28}",
        ])
    func others(text: String) { #expect(Self.look(Array(text.utf8)) == .other) }

    @Test("of any kind are told of at the latest when there are as many as are looked at")
    func bound() {
        for first in UInt8.min...UInt8.max {
            let octets = [UInt8](repeating: first, count: FirstOctets.countMax)
            #expect(Self.look(octets) != .undecided)
        }
    }
}
