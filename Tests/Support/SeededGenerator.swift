// Randomness of tests that can be had again: the seed is printed with every failure.

import Glibc

/// A generator with a seed that a failing test prints and SLUICE_SEED sets.
///
/// The sequence is SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
/// Generators", OOPSLA 2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    /// What the sequence began with; pass it on with `#expect(…, "seed \(generator.seed)")`.
    public let seed: UInt64
    private var state: UInt64

    /// Starts from SLUICE_SEED, or else from the clock.
    public init() {
        let given = unsafe getenv("SLUICE_SEED").flatMap { unsafe UInt64(String(cString: $0)) }
        self.init(seed: given ?? Self.fresh)
    }

    /// Starts from `seed`.
    public init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    private static var fresh: UInt64 {
        var system = SystemRandomNumberGenerator()
        return system.next()
    }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
