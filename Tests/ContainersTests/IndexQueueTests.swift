import Containers
import Support
import Testing

@Suite("Index queue")
struct IndexQueueTests {
    @Test("any history agrees with a plain array")
    func agreesWithModel() {
        var generator = SeededGenerator()
        var queue = IndexQueue(capacity: 20)
        var model: [Int32] = []
        for _ in 0..<5_000 {
            let index = Int32.random(in: 0..<20, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0:
                queue.append(index)
                if !model.contains(index) { model.append(index) }
            case 1:
                queue.remove(index)
                model.removeAll { $0 == index }
            default:
                let popped = queue.popFirst()
                #expect(popped == model.first ?? -1, "seed \(generator.seed)")
                if !model.isEmpty { model.removeFirst() }
            }
            #expect(queue.count == Int32(model.count), "seed \(generator.seed)")
        }
    }
}
