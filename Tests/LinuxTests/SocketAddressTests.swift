// Addresses in the kernel's layout: what goes in comes out, and equal means equal to the kernel.

import Glibc
import Linux
import Testing

@Suite("Socket addresses")
struct SocketAddressTests {
    @Test("an IPv4 address says what it was made of")
    func ipv4() {
        var address = SocketAddress(ipv4: 0x7f00_0001, port: 8080)
        #expect(address.family == AF_INET && address.isInternet)
        #expect(address.length == 16)
        #expect(address.ipv4Host == 0x7f00_0001 && address.ipv6Host == nil)
        #expect(address.description == "127.0.0.1:8080")
        address.port = 65_535
        #expect(address.port == 65_535 && address.numericHost == "127.0.0.1")
        #expect(hostBytes(address) == [127, 0, 0, 1])
    }

    @Test("an IPv6 address says what it was made of")
    func ipv6() throws {
        let address = SocketAddress(ipv6: 0x2001_0db8_0000_0000, 0x1, port: 443)
        #expect(address.family == AF_INET6 && address.isInternet)
        #expect(address.length == 28)
        let host = try #require(address.ipv6Host)
        #expect(host.high == 0x2001_0db8_0000_0000 && host.low == 1)
        #expect(address.ipv4Host == nil)
        #expect(address.description == "[2001:db8::1]:443")
        #expect(
            hostBytes(address) == [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [1])
    }

    @Test("a scope belongs to the address")
    func scope() {
        let plain = SocketAddress(ipv6: 0xfe80 << 48, 1, port: 1)
        let scoped = SocketAddress(ipv6: 0xfe80 << 48, 1, port: 1, scope: 2)
        #expect(plain != scoped)
        #expect(hostBytes(plain) == hostBytes(scoped))
    }

    @Test("a Unix address keeps its path, and its port is no port")
    func unixPath() throws {
        var address = try #require(SocketAddress(unix: "/run/x.sock"))
        #expect(address.family == AF_UNIX && !address.isInternet)
        #expect(address.length == 2 + 11 + 1)
        #expect(address.description == "unix:/run/x.sock")
        address.port = 80
        #expect(address.port == 0 && address.numericHost == "")
        #expect(address == SocketAddress(unix: "/run/x.sock"))
    }

    @Test("an abstract name is written with its @ and stored with a NUL")
    func abstractName() throws {
        let address = try #require(SocketAddress(unix: "@sluice"))
        #expect(address.length == 2 + 7)
        #expect(hostBytes(address).dropFirst(2).first == 0)
        #expect(address.description == "unix:@sluice")
    }

    @Test("a path has to fit the kernel's 108 bytes with its ending NUL")
    func pathLength() {
        #expect(SocketAddress(unix: "/" + String(repeating: "a", count: 106)) != nil)
        #expect(SocketAddress(unix: "/" + String(repeating: "a", count: 107)) == nil)
        #expect(SocketAddress(unix: "/" + String(repeating: "é", count: 54)) == nil)
        #expect(SocketAddress(unix: "") == nil)
        #expect(SocketAddress(unix: "/a\0b") == nil)
    }

    @Test("an address that nobody has filled is of no family")
    func empty() {
        #expect(SocketAddress().family == 0 && !SocketAddress().isInternet)
        #expect(SocketAddress().description == "none")
        #expect(SocketAddress().port == 0)
    }

    @Test("each part of an address counts when two are compared")
    func equality() {
        let all = [
            SocketAddress(ipv4: 1, port: 1), SocketAddress(ipv4: 2, port: 1),
            SocketAddress(ipv4: 1, port: 2), SocketAddress(ipv6: 0, 1, port: 1),
            SocketAddress(ipv6: 1, 1, port: 1), SocketAddress(ipv6: 0, 1, port: 2),
            SocketAddress(unix: "/a")!, SocketAddress(unix: "/aa")!, SocketAddress(unix: "@a")!,
        ]
        for (left, one) in all.enumerated() {
            for (right, other) in all.enumerated() {
                #expect((one == other) == (left == right), "\(one) and \(other)")
            }
        }
    }

    @Test("a copy of the kernel's bytes is the same address, and a length too large is cut")
    func copying() {
        let original = SocketAddress(ipv6: 7, 8, port: 9)
        withUnsafePointer(to: original.storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                #expect(SocketAddress(copying: $0, length: original.length) == original)
                #expect(SocketAddress(copying: $0, length: 4000).length == 128)
            }
        }
    }

    @Test("the kernel agrees: what is bound is what is asked back", arguments: [false, true])
    func bound(isIPv6: Bool) throws {
        var address =
            isIPv6
            ? SocketAddress(ipv6: 0, 1, port: 0) : SocketAddress(ipv4: 0x7f00_0001, port: 0)
        let socket = try Socket.bind(to: address, isIPv6Only: true, sharesPort: false)
        let actual = try Socket.localAddress(socket.rawValue)
        #expect(actual.port != 0)
        address.port = actual.port
        #expect(actual == address)
    }

    private func hostBytes(_ address: SocketAddress) -> [UInt8] {
        address.withHostBytes { Array($0) }
    }
}
