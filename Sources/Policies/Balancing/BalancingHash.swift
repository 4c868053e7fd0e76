// XXH64 and the mixing that turns addresses and names into balancing keys. Fixed seeds: the same
// address gives the same key on every node, worker and restart. Nothing here allocates except
// `hash(_ text:)`, which may.

/// Hashes for balancing: XXH64 (Yann Collet's "xxHash fast digest algorithm", version 0.1.1).
///
/// Not for tables that an attacker fills: the seeds are public.
public enum BalancingHash {
    /// The seed of keys: addresses and texts that choose a backend. Never change it: every key
    /// would move.
    public static let keySeed: UInt64 = 0

    /// The seed of placement: identities on rings and in tables. Another one than that of keys, so
    /// that a text used as both falls on unrelated places.
    public static let placementSeed: UInt64 = 0x736C_7569_6365_3031

    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    /// XXH64 of some bytes. O(bytes), no allocation.
    public static func hash(bytes: UnsafeRawBufferPointer, seed: UInt64 = keySeed) -> UInt64 {
        var offset = 0
        let count = bytes.count
        var accumulator = seed &+ prime5
        if count >= 32 {
            var lane1 = seed &+ prime1 &+ prime2
            var lane2 = seed &+ prime2
            var lane3 = seed
            var lane4 = seed &- prime1
            while offset <= count - 32 {
                lane1 = round(lane1, unsafe word(bytes, offset))
                lane2 = round(lane2, unsafe word(bytes, offset + 8))
                lane3 = round(lane3, unsafe word(bytes, offset + 16))
                lane4 = round(lane4, unsafe word(bytes, offset + 24))
                offset += 32
            }
            accumulator =
                rotate(lane1, 1) &+ rotate(lane2, 7) &+ rotate(lane3, 12) &+ rotate(lane4, 18)
            accumulator = merge(accumulator, lane1)
            accumulator = merge(accumulator, lane2)
            accumulator = merge(accumulator, lane3)
            accumulator = merge(accumulator, lane4)
        }
        accumulator &+= UInt64(count)
        while offset <= count - 8 {
            accumulator = eat8(accumulator, unsafe word(bytes, offset))
            offset += 8
        }
        if offset <= count - 4 {
            let half = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            accumulator = eat4(accumulator, UInt32(littleEndian: half))
            offset += 4
        }
        while offset < count {
            accumulator = eat1(accumulator, unsafe bytes[offset])
            offset += 1
        }
        return avalanche(accumulator)
    }

    /// The key of a text, from its UTF-8.
    public static func hash(_ text: String, seed: UInt64 = keySeed) -> UInt64 {
        var text = text
        return text.withUTF8 { bytes in
            unsafe hash(bytes: UnsafeRawBufferPointer(bytes), seed: seed)
        }
    }

    /// The key of an IPv4 address given as a number (10.0.0.1 is `0x0A00_0001`): XXH64 of its four
    /// bytes in network order, followed by the port's two where there is one.
    public static func hash(ipv4 address: UInt32, port: UInt16? = nil) -> UInt64 {
        let length: UInt64 = port == nil ? 4 : 6
        return finish(eat4(keySeed &+ prime5 &+ length, address.byteSwapped), port)
    }

    /// The key of an IPv6 address given as its two halves in host order: XXH64 of its sixteen bytes
    /// in network order, followed by the port's two where there is one. An IPv4-mapped address
    /// (RFC 4291, section 2.5.5.2) hashes as the IPv4 address: a client keeps its backend whether
    /// it came in on a dual-stack listener or not.
    public static func hash(ipv6High high: UInt64, low: UInt64, port: UInt16? = nil) -> UInt64 {
        if high == 0 && low >> 32 == 0xFFFF {
            return hash(ipv4: UInt32(truncatingIfNeeded: low), port: port)
        }
        let length: UInt64 = port == nil ? 16 : 18
        let half = eat8(keySeed &+ prime5 &+ length, high.byteSwapped)
        return finish(eat8(half, low.byteSwapped), port)
    }

    /// A bijection that spreads every input bit over all output bits (the finaliser of SplitMix64,
    /// Stafford's variant 13), for keys that were not hashed and for steps of a generator.
    @inlinable
    public static func mix(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    /// Brings well-mixed bits into `0..<bound` by their upper end, with a multiplication instead of
    /// a division (Lemire, 2019). `bound` is positive.
    @inlinable
    static func reduce(_ bits: UInt64, below bound: Int) -> Int {
        Int(truncatingIfNeeded: bits.multipliedFullWidth(by: UInt64(bound)).high)
    }

    private static func finish(_ accumulator: UInt64, _ port: UInt16?) -> UInt64 {
        guard let port else { return avalanche(accumulator) }
        let first = eat1(accumulator, UInt8(truncatingIfNeeded: port >> 8))
        return avalanche(eat1(first, UInt8(truncatingIfNeeded: port)))
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        value &<< bits | value &>> (64 &- bits)
    }

    private static func round(_ accumulator: UInt64, _ lane: UInt64) -> UInt64 {
        rotate(accumulator &+ lane &* prime2, 31) &* prime1
    }

    private static func merge(_ accumulator: UInt64, _ lane: UInt64) -> UInt64 {
        (accumulator ^ round(0, lane)) &* prime1 &+ prime4
    }

    private static func eat8(_ accumulator: UInt64, _ word: UInt64) -> UInt64 {
        rotate(accumulator ^ round(0, word), 27) &* prime1 &+ prime4
    }

    private static func eat4(_ accumulator: UInt64, _ half: UInt32) -> UInt64 {
        rotate(accumulator ^ UInt64(half) &* prime1, 23) &* prime2 &+ prime3
    }

    private static func eat1(_ accumulator: UInt64, _ byte: UInt8) -> UInt64 {
        rotate(accumulator ^ UInt64(byte) &* prime5, 11) &* prime1
    }

    private static func avalanche(_ accumulator: UInt64) -> UInt64 {
        var value = accumulator
        value = (value ^ value >> 33) &* prime2
        value = (value ^ value >> 29) &* prime3
        return value ^ value >> 32
    }
}
