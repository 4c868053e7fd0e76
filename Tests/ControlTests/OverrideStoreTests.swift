// What operators said: independent kinds, ends by themselves, and nothing forgotten otherwise.

import Support
import Testing

@testable import Control

@Suite("The store of overrides")
struct OverrideStoreTests {
    private static let red = BackendKey(upstream: "cache", backend: "red")
    private static let blue = BackendKey(upstream: "cache", backend: "blue")
    private static let root = Operator(user: "root", uid: 0, pid: 1)

    private func override(
        _ kind: Override.Kind, since: UInt64 = 10, until: UInt64? = nil, reason: String? = nil
    ) -> Override {
        Override(
            kind: kind, since: since, saidAtNanoseconds: 1_767_225_600_000_000_000, until: until,
            reason: reason, author: Self.root)
    }

    @Test("where nothing was said a backend is ready and has the file's weight")
    func nothing() {
        let store = OverrideStore()
        #expect(store.state(of: Self.red) == .ready && store.weight(of: Self.red) == nil)
        #expect(store.nextExpiry == nil && store.entries.isEmpty)
    }

    @Test("state and weight of a backend do not touch each other, nor another backend")
    func independence() {
        var store = OverrideStore()
        store.set(override(.state(.drain)), for: Self.red)
        store.set(override(.weight(0)), for: Self.red)
        #expect(store.state(of: Self.red) == .drain && store.weight(of: Self.red) == 0)
        #expect(store.state(of: Self.blue) == .ready && store.weight(of: Self.blue) == nil)
        store.set(override(.state(.ready)), for: Self.red)
        #expect(store.state(of: Self.red) == .ready && store.weight(of: Self.red) == 0)
        store.set(override(.state(.disabled)), for: Self.red)
        store.clear(Self.red)
        #expect(store.state(of: Self.red) == .ready && store.weight(of: Self.red) == nil)
        #expect(store.entries.isEmpty)
    }

    @Test("a later word replaces an earlier one of its kind, with its end and reason")
    func replaces() {
        var store = OverrideStore()
        store.set(override(.state(.drain), until: 50, reason: "kernel"), for: Self.red)
        store.set(override(.state(.disabled), since: 20), for: Self.red)
        #expect(store.entry(Self.red).state == override(.state(.disabled), since: 20))
        #expect(store.nextExpiry == nil)
        store.set(override(.weight(5), until: 70), for: Self.red)
        store.set(override(.weight(7), until: 60), for: Self.red)
        #expect(store.weight(of: Self.red) == 7 && store.nextExpiry == 60)
    }

    @Test("ready of what was never taken out leaves no trace")
    func readyOfNothing() {
        var store = OverrideStore()
        store.set(override(.state(.ready)), for: Self.red)
        #expect(store.entries.isEmpty)
    }

    @Test("an override ends at its time and not before, on its own")
    func expiry() {
        var store = OverrideStore()
        store.set(override(.state(.drain), until: 100), for: Self.red)
        store.set(override(.weight(5)), for: Self.red)
        store.set(override(.state(.disabled), until: 200), for: Self.blue)
        #expect(store.nextExpiry == 100)
        #expect(store.expire(at: 99).isEmpty)
        let first = store.expire(at: 100)
        #expect(first.map(\.key) == [Self.red] && first[0].override.words == "drain")
        #expect(store.state(of: Self.red) == .ready && store.weight(of: Self.red) == 5)
        #expect(store.nextExpiry == 200)
        #expect(store.expire(at: 1000).map(\.key) == [Self.blue])
        #expect(store.nextExpiry == nil && store.entries.count == 1)
    }

    @Test("both overrides of a backend may end at once")
    func bothExpire() {
        var store = OverrideStore()
        store.set(override(.state(.drain), until: 100), for: Self.red)
        store.set(override(.weight(5), until: 100), for: Self.red)
        #expect(store.expire(at: 100).map(\.override.words) == ["drain", "weight 5"])
        #expect(store.entries.isEmpty)
    }

    @Test("after any words and any times it agrees with a list of all that was said")
    func randomWords() {
        var random = SeededGenerator()
        var store = OverrideStore()
        // The oracle: per backend and kind the last word, with its end.
        var states: [BackendKey: (OperatorState, UInt64)] = [:]
        var weights: [BackendKey: (Int, UInt64)] = [:]
        var now: UInt64 = 0
        let keys = (0..<4).map { BackendKey(upstream: "u\($0 / 2)", backend: "b\($0 % 2)") }
        for _ in 0..<5000 {
            now += UInt64.random(in: 0...5, using: &random)
            _ = store.expire(at: now)
            let key = keys.randomElement(using: &random)!
            let until =
                Bool.random(using: &random) ? now + .random(in: 1...20, using: &random) : nil
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                store.clear(key)
                states[key] = nil
                weights[key] = nil
            case 1:
                let weight = Int.random(in: 0...9, using: &random)
                store.set(override(.weight(weight), since: now, until: until), for: key)
                weights[key] = (weight, until ?? .max)
            default:
                let state = [OperatorState.ready, .drain, .disabled].randomElement(using: &random)!
                store.set(override(.state(state), since: now, until: until), for: key)
                states[key] = state == .ready ? nil : (state, until ?? .max)
            }
            for key in keys {
                let state = states[key].flatMap { $0.1 > now ? $0.0 : nil } ?? .ready
                let weight = weights[key].flatMap { $0.1 > now ? $0.0 : nil }
                let agrees = store.state(of: key) == state && store.weight(of: key) == weight
                #expect(agrees, "\(key) at \(now), seed \(random.seed)")
            }
            let ends = states.values.map(\.1) + weights.values.map(\.1)
            let next = ends.filter { $0 > now && $0 < .max }.min()
            #expect(store.nextExpiry == next, "at \(now), seed \(random.seed)")
        }
    }

    @Test("a report tells times of day and lengths, and who")
    func report() {
        let said = override(.weight(5), since: 1000, until: 61_000, reason: "cold")
        let report = OverrideReport(
            Self.red, said, isConfigured: false, now: 31_000)
        #expect(report.override == "weight" && report.weight == 5)
        #expect(report.since == "2026-01-01T00:00:00.000Z" && report.ageMs == 30_000)
        #expect(report.until == "2026-01-01T00:01:00.000Z" && report.remainingMs == 30_000)
        #expect(report.author == "root" && report.pid == 1 && report.reason == "cold")
        #expect(!report.isConfigured)
        #expect(Operator(uid: 7).name == "uid 7" && Operator().name == "unknown")
    }
}
