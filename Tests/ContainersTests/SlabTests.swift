import Containers
import Testing

@Suite("Slab")
struct SlabTests {
    @Test("slots are handed out until there are none, and again once freed")
    func capacity() {
        var slab = Slab<Int>(capacity: 3)
        let indexes = (0..<3).map { slab.allocate($0) }
        #expect(Set(indexes) == [0, 1, 2])
        #expect(slab.allocate(9) == -1)
        slab.free(indexes[1])
        #expect(slab.count == 2)
        let again = slab.allocate(7)
        #expect(again == indexes[1])
        #expect(slab.pointer(again).pointee == 7)
        for index in [indexes[0], again, indexes[2]] { slab.free(index) }
    }

    @Test("a token is stale once its slot was freed, whoever uses the slot next")
    func tokens() {
        var slab = Slab<UInt8>(capacity: 1)
        let first = slab.token(slab.allocate(1))
        #expect(slab.isCurrent(first) == true)
        slab.free(first.index)
        #expect(slab.isCurrent(first) == false)
        let second = slab.token(slab.allocate(2))
        #expect(second.index == first.index)
        #expect(slab.isCurrent(first) == false)
        #expect(slab.isCurrent(second) == true)
        #expect(slab.isCurrent(Token(rawValue: 0)) == false)
        #expect(slab.isCurrent(Token(index: -1, generation: 1)) == false)
    }

    @Test("freeing a free slot traps")
    func doubleFree() async {
        await #expect(processExitsWith: .failure) {
            var slab = Slab<UInt8>(capacity: 1)
            let index = slab.allocate(1)
            slab.free(index)
            slab.free(index)
        }
    }
}
