// Addresses as sessions and records hold them.

import Telemetry
import Testing

@Suite("Addresses of connections")
struct NetworkAddressTests {
    @Test("an IPv4 address is its number, and IPv6 has two")
    func words() {
        let four = NetworkAddress(ipv4: 0x0A00_0001, port: 80)
        #expect(four.family == .ipv4 && four.high == 0 && four.low == 0x0A00_0001)
        #expect(four.port == 80)
        let six = NetworkAddress(ipv6: 0x2001_0DB8_0000_0000, 0x42, port: 443)
        #expect(six.family == .ipv6 && six.high == 0x2001_0DB8_0000_0000 && six.low == 0x42)
        #expect(six.port == 443)
        let none = NetworkAddress()
        #expect(none.family == .none && none.high == 0 && none.low == 0 && none.port == 0)
    }

    @Test(
        "an IPv6 address that stands for an IPv4 address is that one, and no other is",
        arguments: [
            (UInt64(0), UInt64(0xFFFF_0A00_0001), true), (0, 0xFFFF_0000_0000, true),
            (0, 0xFFFF_FFFF_FFFF, true), (0, 0x0A00_0001, false), (0, 1, false),
            (0, 0x1_FFFF_0A00_0001, false), (1, 0xFFFF_0A00_0001, false),
            (0, 0xFFFE_0A00_0001, false),
        ])
    func mapped(high: UInt64, low: UInt64, isMapped: Bool) {
        let address = NetworkAddress(ipv6: high, low, port: 9)
        #expect(address.family == (isMapped ? .ipv4 : .ipv6) && address.port == 9)
        #expect(address.high == high)
        #expect(address.low == (isMapped ? low & 0xFFFF_FFFF : low))
    }
}
