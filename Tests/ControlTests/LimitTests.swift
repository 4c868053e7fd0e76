// What descriptors are enough for.

import Testing

@testable import Control

@Suite("Limits")
struct LimitTests {
    @Test(
        "connections leave descriptors for all that is not one",
        arguments: [1024, 20_000, 1 << 20], [1, 2, 64])
    func connections(descriptors: Int, workers: Int) {
        func connections(_ addresses: Int) -> Int {
            ControlLimits.connectionsMax(
                descriptors: descriptors, workers: workers, boundAddresses: addresses)
        }
        // The control thread's, and for each worker an epoll, what wakes it and its sockets.
        let rest = descriptors - 2 * connections(1)
        #expect(rest >= 128 + workers * 3)
        let probes = ControlLimits.probes(descriptors: descriptors)
        #expect(rest <= 128 + probes + workers * 3 + descriptors / 4 + 1)
        #expect(connections(1) - connections(5) == 2 * workers)
        let pooled = ControlLimits.connectionsMax(
            descriptors: descriptors, workers: workers, boundAddresses: 1, pooled: 100)
        #expect((49...50).contains(connections(1) - pooled))
        #expect(connections(1 << 20) == 1, "there is always one")
    }
}
