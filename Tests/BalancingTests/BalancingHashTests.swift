// XXH64 against the vectors that its reference implementation publishes, and the keys of addresses
// against the bytes they stand for.

import Testing

@testable import Balancing

struct BalancingHashTests {
    private static let prime32: UInt64 = 2_654_435_761

    /// The buffer of the reference implementation's sanity check.
    private static let buffer: [UInt8] = {
        var generator = prime32
        return (0..<256).map { _ in
            defer { generator &*= 11_400_714_785_074_694_797 }
            return UInt8(generator >> 56)
        }
    }()

    @Test(
        "the key of a server name is that of its lower case without the dot at the end",
        arguments: [
            ("www.example.com", "www.example.com"), ("WWW.Example.COM", "www.example.com"),
            ("www.example.com.", "www.example.com"), ("A-Z_09.[@`{", "a-z_09.[@`{"), (".", ""),
            ("", ""), ("a..", "a."),
            (String(repeating: "A", count: 255), String(repeating: "a", count: 255)),
            (String(repeating: "b", count: 400), String(repeating: "b", count: 255)),
        ])
    func serverNames(name: String, plain: String) {
        var name = name
        let key = name.withUTF8 { unsafe BalancingHash.hash(serverName: $0) }
        #expect(key == BalancingHash.hash(plain))
    }

    private func hash(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe BalancingHash.hash(bytes: $0, seed: seed) }
    }

    @Test(
        arguments: [
            (0, 0xEF46_DB37_51D8_E999, 0xAC75_FDA2_929B_17EF),
            (1, 0xE934_A84A_DB05_2768, 0x5014_6076_43A9_B4C3),
            (4, 0x9136_A0DC_A574_57EE, 0xCAAB_286B_D8E9_FDB5),
            (14, 0x8282_DCC4_994E_35C8, 0xC3BD_6BF6_3DEB_6DF0),
            (7, 0x6C83_909A_9F01_ED25, 0xF98D_03B1_AD6F_9293),
            (31, 0x299B_39A2_90E6_D783, 0xDA67_3D5F_EB5C_1D79),
            (32, 0x18B2_1649_2BB4_4B70, 0xB3F3_3BDF_93AD_E409),
            (33, 0x55C8_DC3E_578F_5B59, 0xE92C_292F_64BC_3071),
            (63, 0xA9EF_BE0F_A0F3_F4E7, 0x6C91_1FAD_B05B_6FC2),
            (222, 0xB641_AE8C_B691_C174, 0x20CB_8AB7_AE10_C14A),
        ] as [(Int, UInt64, UInt64)])
    func publishedVectorsHold(length: Int, unseeded: UInt64, seeded: UInt64) {
        let bytes = Array(Self.buffer.prefix(length))
        #expect(hash(bytes) == unseeded)
        #expect(hash(bytes, seed: Self.prime32) == seeded)
    }

    @Test func textsHashAsTheirBytes() {
        #expect(BalancingHash.hash("a") == 0xD24E_C4F1_A98C_6E5B)
        #expect(BalancingHash.hash("abc") == 0x44BC_2CF5_AD77_0999)
        #expect(BalancingHash.hash("xxhash") == 0x32DD_3895_2C4B_C720)
        let long = String(repeating: "ä", count: 100)
        #expect(BalancingHash.hash(long) == hash(Array(long.utf8)))
    }

    @Test func addressesHashAsTheirBytesInNetworkOrder() {
        #expect(BalancingHash.hash(ipv4: 0x0A00_0001) == hash([10, 0, 0, 1]))
        #expect(BalancingHash.hash(ipv4: 0x0A00_0001) == 0x4956_3B50_83B9_9AFF)
        #expect(
            BalancingHash.hash(ipv4: 0x0A00_0001, port: 8080) == hash([10, 0, 0, 1, 0x1F, 0x90]))
        let bytes: [UInt8] = [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
        let high: UInt64 = 0x2001_0DB8_0000_0000
        #expect(BalancingHash.hash(ipv6High: high, low: 1) == hash(bytes))
        #expect(
            BalancingHash.hash(ipv6High: high, low: 1, port: 8080) == hash(bytes + [0x1F, 0x90]))
    }

    @Test func mappedAddressesHashAsTheirIPv4Address() {
        let mapped: UInt64 = 0x0000_FFFF_0A00_0001
        #expect(
            BalancingHash.hash(ipv6High: 0, low: mapped) == BalancingHash.hash(ipv4: 0x0A00_0001))
        #expect(
            BalancingHash.hash(ipv6High: 0, low: mapped, port: 80)
                == BalancingHash.hash(ipv4: 0x0A00_0001, port: 80))
        // The deprecated "compatible" form (RFC 4291, section 2.5.5.1) is an address of its own.
        #expect(
            BalancingHash.hash(ipv6High: 0, low: 0x0A00_0001)
                != BalancingHash.hash(ipv4: 0x0A00_0001))
    }

    @Test func reducingStaysBelowTheBound() {
        #expect(BalancingHash.reduce(.max, below: 7) == 6)
        #expect(BalancingHash.reduce(0, below: 7) == 0)
        #expect(BalancingHash.reduce(.max, below: 1) == 0)
    }
}
