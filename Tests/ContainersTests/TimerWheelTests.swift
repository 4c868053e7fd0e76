import Containers
import Support
import Testing

@Suite("Timer wheel")
struct TimerWheelTests {
    @Test("a timer expires at its deadline and not before")
    func expiresOnTime() {
        for deadline: UInt64 in [1, 2, 63, 64, 65, 4095, 4096, 4097, 300_000, 3_600_000] {
            var wheel = TimerWheel(capacity: 4, now: 0)
            wheel.set(2, deadline: deadline)
            #expect(wheel.nextExpired(at: deadline - 1) == -1)
            #expect(wheel.nextExpired(at: deadline) == 2)
            #expect(wheel.nextExpired(at: deadline + 1) == -1)
            #expect(wheel.count == 0)
        }
    }

    @Test("a deadline in the past expires at once")
    func expiresPast() {
        var wheel = TimerWheel(capacity: 1, now: 1000)
        wheel.set(0, deadline: 5)
        #expect(wheel.nextWake() == 1000)
        #expect(wheel.nextExpired(at: 1000) == 0)
    }

    @Test("a deadline beyond the last wheel is kept until it comes")
    func expiresFarAway() {
        let year: UInt64 = 365 * 86_400_000
        var wheel = TimerWheel(capacity: 1, now: 77)
        wheel.set(0, deadline: year)
        #expect(wheel.nextExpired(at: year - 1) == -1)
        #expect(wheel.nextExpired(at: year) == 0)
    }

    @Test("setting again moves the deadline, and cancelling takes it away")
    func setAgainAndCancel() {
        var wheel = TimerWheel(capacity: 2, now: 0)
        wheel.set(0, deadline: 10)
        wheel.set(0, deadline: 20)
        #expect(wheel.count == 1)
        #expect(wheel.deadline(of: 0) == 20)
        #expect(wheel.nextExpired(at: 15) == -1)
        wheel.cancel(0)
        wheel.cancel(1)
        #expect(wheel.nextExpired(at: 100) == -1)
        #expect(wheel.nextWake() == nil)
    }

    @Test("any history agrees with a plain list of deadlines")
    func agreesWithModel() {
        var generator = SeededGenerator()
        let capacity: Int32 = 200
        var now = generator.next() % (1 << 40)
        var wheel = TimerWheel(capacity: capacity, now: now)
        var model: [Int32: UInt64] = [:]
        for _ in 0..<20_000 {
            let index = Int32.random(in: 0..<capacity, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0, 1:
                let bits = Int.random(in: 0..<34, using: &generator)
                let deadline = now + UInt64.random(in: 0...(1 << bits), using: &generator)
                wheel.set(index, deadline: deadline)
                model[index] = deadline
            case 2:
                wheel.cancel(index)
                model[index] = nil
            default:
                let bits = Int.random(in: 0..<22, using: &generator)
                now += UInt64.random(in: 0...(1 << bits), using: &generator)
                var expired: Set<Int32> = []
                while case let next = wheel.nextExpired(at: now), next >= 0 { expired.insert(next) }
                let expected = model.filter { $0.value <= now }
                #expect(expired == Set(expected.keys), "seed \(generator.seed)")
                for key in expected.keys { model[key] = nil }
            }
            let first = model.values.min()
            let wake = wheel.nextWake()
            #expect((wake == nil) == (first == nil), "seed \(generator.seed)")
            if let wake, let first { #expect(wake <= max(first, now), "seed \(generator.seed)") }
            #expect(wheel.count == model.count, "seed \(generator.seed)")
        }
    }
}
