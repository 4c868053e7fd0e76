import Containers
import Testing

@Suite("Buffer pool")
struct BufferPoolTests {
    @Test("a buffer that came back is lent again, up to the number kept")
    func reuse() {
        var pool = BufferPool(bufferBytes: 128, keptMax: 1)
        let first = pool.take()
        let second = pool.take()
        #expect(first != second)
        #expect(pool.borrowedCount == 2)
        pool.give(first)
        pool.give(second)
        let third = pool.take()
        #expect(third == first)
        pool.give(third)
        #expect(pool.borrowedCount == 0)
    }
}
