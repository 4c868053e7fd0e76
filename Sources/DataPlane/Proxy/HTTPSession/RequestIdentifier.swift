// What a request is told apart by, in logs here and behind: 128 bits that no two requests share.

internal import HTTP

/// An identifier that was made here.
struct RequestIdentifier: BitwiseCopyable {
    var high: UInt64 = 0
    var low: UInt64 = 0

    /// None was made.
    var isNone: Bool { high | low == 0 }

    /// How it is written: 32 hexadecimal digits.
    static var textBytes: Int { 32 }

    /// Makes identifiers: SplitMix64 twice (Steele, Lea and Flood, "Fast Splittable Pseudorandom
    /// Number Generators", 2014), from where the system's randomness began. Unique they are;
    /// unguessable they need not be.
    struct Source: BitwiseCopyable {
        private var one: UInt64
        private var other: UInt64

        init() {
            var random = SystemRandomNumberGenerator()
            one = random.next()
            other = random.next()
        }

        /// The next identifier.
        mutating func next() -> RequestIdentifier {
            one &+= 0x9E37_79B9_7F4A_7C15
            other &+= 0xD1B5_4A32_D192_ED03
            return RequestIdentifier(high: Self.mix(one), low: Self.mix(other) | 1)
        }

        private static func mix(_ value: UInt64) -> UInt64 {
            var bits = value
            bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
            return bits ^ bits >> 31
        }
    }
}
