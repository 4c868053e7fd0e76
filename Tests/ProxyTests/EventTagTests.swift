import Containers
import Support
import Testing

@testable import Proxy

@Suite("Event tags")
struct EventTagTests {
    @Test("a role and a token come back out of an event as they went in")
    func roundTrip() {
        var generator = SeededGenerator()
        let roles: [EventTag.Role] = [.downstream, .upstream, .listener, .mail]
        let indexes: [Int32] = [0, 1, 1 << 28, (1 << 29) - 1]
        let generations: [UInt32] = [0, 1, .max]
        for _ in 0..<1000 {
            let role = roles.randomElement(using: &generator)!
            let token = Token(
                index: Bool.random(using: &generator)
                    ? indexes.randomElement(using: &generator)!
                    : .random(in: 0..<1 << 29, using: &generator),
                generation: Bool.random(using: &generator)
                    ? generations.randomElement(using: &generator)!
                    : .random(in: 0 ... .max, using: &generator))
            let tag = EventTag(rawValue: EventTag(role, token).rawValue)
            #expect(tag.role == role, "seed \(generator.seed)")
            #expect(tag.token == token, "seed \(generator.seed)")
        }
    }

    @Test("an index that leaves no room for the role traps")
    func tooLarge() async {
        await #expect(processExitsWith: .failure) {
            _ = EventTag(.upstream, Token(index: 1 << 29, generation: 1))
        }
    }
}
