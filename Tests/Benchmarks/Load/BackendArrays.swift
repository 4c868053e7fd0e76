// Backends that are numbers only, for what is measured without any network.

import Balancing

/// The state of backends that are all usable and carry a few sessions each.
struct BackendArrays: BackendView {
    private let usable: [Bool]
    private let loads: [Int]
    let totalLoad: Int

    init(count: Int) {
        usable = Array(repeating: true, count: count)
        // Uneven, so that comparisons come out either way.
        loads = (0..<count).map { Int(BalancingHash.mix(UInt64($0)) % 10) }
        totalLoad = loads.reduce(0, +)
    }

    func isUsable(_ index: Int32) -> Bool { usable[Int(index)] }

    func load(_ index: Int32) -> Int { loads[Int(index)] }
}
