// What sessions are resumed by: for how long it stays, and what changes it.

import Config
import Support
import Testing

@testable import Control
@testable import TLS

@Suite("What sessions are resumed by")
struct ListenerResumptionTests {
    private static func own(_ rotate: Duration) -> TicketConfiguration {
        var configuration = TicketConfiguration()
        configuration.rotate = rotate
        return configuration
    }

    private static let ofFile: TicketConfiguration = {
        var configuration = TicketConfiguration()
        configuration.file = "tickets.key"
        return configuration
    }()

    @Test("keys of our own are renewed at their age, and three are kept")
    func rotation() {
        let resumption = ListenerResumption(now: 1000)
        #expect(!resumption.rotateIfDue(1_000_000), "no tickets, no rotation")
        resumption.apply(Self.own(.seconds(60)), keys: nil, now: 1000)
        let first = resumption.tickets.keys[0]
        #expect(!resumption.rotateIfDue(60_999) && resumption.tickets.keys.count == 1)
        #expect(resumption.rotateIfDue(61_000) && resumption.sealingSince == 61_000)
        #expect(!resumption.rotateIfDue(61_001))
        let second = resumption.tickets.keys[0]
        #expect(second != first && resumption.tickets.keys[1] == first)
        #expect(resumption.rotateIfDue(121_000))
        #expect(resumption.tickets.keys.count == 3 && resumption.tickets.keys[2] == first)
        #expect(resumption.rotateIfDue(500_000), "however late it is asked")
        let keys = resumption.tickets.keys
        #expect(keys.count == 3 && keys[2] == second && resumption.rotationCount == 3)
    }

    @Test("the same rule keeps the keys, over any number of reloads and another age")
    func sameRule() {
        let resumption = ListenerResumption(now: 0)
        resumption.apply(Self.own(.seconds(60)), keys: nil, now: 0)
        let keys = resumption.tickets.keys
        for minute in 1...10 {
            resumption.apply(Self.own(.seconds(3600)), keys: nil, now: UInt64(minute) * 60_000)
            #expect(!resumption.rotateIfDue(UInt64(minute) * 60_000))
        }
        #expect(resumption.tickets.keys == keys && resumption.rotationCount == 0)
        #expect(resumption.rotateIfDue(3_600_000))
    }

    @Test("a file's keys hold as they are in it, and nobody who has it opens tickets after it")
    func file() {
        let resumption = ListenerResumption(now: 0)
        let shared = TicketKeySet(TicketKey.random())
        resumption.apply(Self.ofFile, keys: shared, now: 500)
        #expect(resumption.tickets.keys == shared && resumption.rotationCount == 0)
        #expect(!resumption.rotateIfDue(UInt64.max), "who writes the file renews them")
        let rotated = shared.rotated(to: .random())
        resumption.apply(Self.ofFile, keys: rotated, now: 9000)
        #expect(resumption.tickets.keys == rotated && resumption.sealingSince == 9000)
        resumption.apply(Self.ofFile, keys: rotated, now: 9500)
        #expect(resumption.sealingSince == 9000 && resumption.rotationCount == 1)
        resumption.apply(Self.own(.seconds(60)), keys: nil, now: 10_000)
        #expect(resumption.tickets.keys.count == 1 && resumption.tickets.keys[0] != rotated[0])
    }

    @Test("tickets that are off and on again have the keys that they had")
    func off() {
        let resumption = ListenerResumption(now: 0)
        resumption.apply(Self.own(.seconds(60)), keys: nil, now: 0)
        let keys = resumption.tickets.keys
        resumption.apply(nil, keys: nil, now: 1000)
        #expect(resumption.rule == nil && !resumption.rotateIfDue(1_000_000))
        resumption.apply(Self.own(.seconds(60)), keys: nil, now: 2000)
        #expect(resumption.tickets.keys == keys)
    }

    @Test("sessions are remembered on as long as the size stays")
    func cache() {
        let resumption = ListenerResumption(now: 0)
        let first = Self.place(resumption.cache(of: 1000))
        #expect(Self.place(resumption.cache(of: 1000)) == first)
        let larger = Self.place(resumption.cache(of: 2000))
        #expect(larger != first && Self.place(resumption.cache(of: 2000)) == larger)
        #expect(resumption.cache(of: 1).count == 0, "the fewest there can be")
    }

    /// Which one it is of copies.
    private static func place(_ cache: SessionCache) -> UInt {
        withUnsafeBytes(of: cache) { $0.load(as: UInt.self) }
    }

    @Test("a listener's record keeps it from one snapshot to the next, and goes with it")
    func record() {
        let registry = StateRegistry(workerCount: 1)
        var record: ListenerRecord? = registry.listener("web")
        weak let resumption = record?.makeResumption(0)
        #expect(resumption != nil)
        #expect(registry.listener("web").makeResumption(5) === resumption)
        #expect(registry.listener("other").makeResumption(0) !== resumption)
        record = nil
        #expect(resumption == nil)
    }
}
