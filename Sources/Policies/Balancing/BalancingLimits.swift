// Every bound of this target, each with its reason. Nothing here is configurable: what an operator
// may choose is in `BalancingPolicy`.

/// The bounds of tables and of the work that one pick may do.
public enum BalancingLimits {
    /// The largest weight that counts. Keeps `load × weight` and `count × weight` inside 64 bits;
    /// the configuration allows a thousand.
    public static let weightMax = 1_000_000

    /// The largest Maglev table; a prime. 10 to 20 MB, and a build of about a second: one more
    /// would stall the control thread.
    public static let maglevSlotsMax = 5_000_011

    /// The most points on one ring: 6 MB while indexes fit 16 bits, and a sort of some 20 ms. Above
    /// it every backend's points shrink alike: 10,000 backends of weight 1 get 104 each, not 160.
    public static let ringPointsMax = 1 << 20

    /// The most turns in one round-robin cycle: 2 MB while indexes fit 16 bits. Weights whose
    /// smallest common cycle is longer are scaled down to it, to at least one turn each.
    public static let scheduleSlotsMax = 1 << 20

    /// The largest bounded load; a thousand times the fair share bounds nothing any more.
    public static let boundMax: Double = 1000

    /// Slots or points that a hashed pick looks at before it scans by rank. Finds a usable one
    /// with 99.9 % when one backend of 150 is usable, in about a microsecond.
    public static let hashProbesMax = 1024

    /// Random draws that one pick makes before it scans by rank. With half of the backends usable
    /// one pick in 65,536 scans.
    public static let drawsMax = 16

    /// Backends that one least-connections pick compares. Exact up to here; above it the winner is
    /// in the least loaded 1 % of all in 99.4 % of picks, for about a microsecond.
    public static let leastConnectionsWindow = 512
}
