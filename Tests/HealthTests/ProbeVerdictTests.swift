// The verdict fed with results by hand, and compared with what a history of results says.

import Health
import Support
import Testing

struct ProbeVerdictTests {
    /// The states after each of `results`, of which "+" is a success and "-" a failure.
    private func states(
        _ results: String, from verdict: ProbeVerdict = ProbeVerdict(), rise: Int, fall: Int
    ) -> [ProbeVerdict.State] {
        var verdict = verdict
        return results.map { result in
            let before = verdict.state
            let changed = verdict.note(success: result == "+", rise: rise, fall: fall)
            #expect(changed == (verdict.state != before))
            return verdict.state
        }
    }

    @Test(arguments: [ProbeVerdict.State.unprobed, .unknown])
    func theFirstResultDecidesAlone(first: ProbeVerdict.State) {
        let verdict = ProbeVerdict(state: first)
        #expect(states("+", from: verdict, rise: 5, fall: 5) == [.up])
        #expect(states("-", from: verdict, rise: 5, fall: 5) == [.down])
    }

    @Test func itTakesFallFailuresInARowToGoDown() {
        #expect(states("+---", rise: 2, fall: 3) == [.up, .up, .up, .down])
        #expect(states("+--+--+", rise: 2, fall: 3).allSatisfy { $0 == .up })
        #expect(states("+--+---", rise: 2, fall: 3).last == .down)
    }

    @Test func itTakesRiseSuccessesInARowToComeUp() {
        #expect(states("-++", rise: 2, fall: 3) == [.down, .down, .up])
        #expect(states("-+-+-+-", rise: 2, fall: 3).allSatisfy { $0 == .down })
        #expect(states("-+-++", rise: 2, fall: 3).last == .up)
    }

    @Test func aChangeLeavesNoStreakBehind() {
        #expect(
            states("---++--+---", rise: 2, fall: 3).suffix(7) == [
                .up, .up, .up, .up, .up, .up, .down,
            ])
        var verdict = ProbeVerdict(state: .up)
        let changed = verdict.note(success: false, rise: 1, fall: 1)
        #expect(changed && verdict.streak == 0)
    }

    @Test func lessThanOneCountsAsOne() {
        #expect(states("+-+-", rise: 0, fall: 0) == [.up, .down, .up, .down])
        #expect(states("+-+-", rise: -1, fall: .min) == [.up, .down, .up, .down])
    }

    @Test func aStreakSurvivesOtherNumbers() {
        var verdict = ProbeVerdict(state: .up)
        var changes = (0..<4).map { _ in verdict.note(success: false, rise: 2, fall: 9) }
        changes.append(verdict.note(success: false, rise: 2, fall: 3))
        #expect(changes == [false, false, false, false, true])
    }

    @Test func rawValuesAreThoseThatOtherThreadsRead() {
        let states: [ProbeVerdict.State] = [.unprobed, .unknown, .up, .down]
        #expect(states.map(\.rawValue) == [0, 1, 2, 3])
    }

    @Test func anyHistoryGivesWhatItsLastResultsSay() {
        var random = SeededGenerator()
        for _ in 0..<50 {
            let (rise, fall) = (
                Int.random(in: 1...4, using: &random), Int.random(in: 1...4, using: &random)
            )
            var verdict = ProbeVerdict()
            var history: [Bool] = []
            var expected = ProbeVerdict.State.unknown
            for _ in 0..<100 {
                let success = Bool.random(using: &random)
                history.append(success)
                if history.count == 1 {
                    expected = success ? .up : .down
                } else if history.suffix(rise) == ArraySlice(repeating: true, count: rise) {
                    expected = .up
                } else if history.suffix(fall) == ArraySlice(repeating: false, count: fall) {
                    expected = .down
                }
                _ = verdict.note(success: success, rise: rise, fall: fall)
                #expect(verdict.state == expected, "SLUICE_SEED=\(random.seed) \(history)")
            }
        }
    }
}
