import Containers
import Synchronization
import Testing

@Suite("Mailbox")
struct MailboxTests {
    @Test("messages come out in order, and only the first of a batch asks for a wake-up")
    func order() {
        let box = Mailbox<Int>()
        #expect(box.send(1))
        #expect(!box.send(2))
        #expect(!box.send(3))
        var seen: [Int] = []
        var messages = box.takeAll()
        while let message = messages.next() { seen.append(message) }
        #expect(seen == [1, 2, 3])
        var none = box.takeAll()
        #expect(none.next() == nil)
        #expect(box.send(4))
        box.deallocate()
    }

    @Test("nothing is lost or swapped between a sender and the receiver, with many senders")
    func manySenders() async {
        let box = Mailbox<(sender: Int, number: Int)>()
        let senders = 4
        let each = 5_000
        let last = await withTaskGroup(of: Void.self) { group in
            for sender in 0..<senders {
                group.addTask {
                    for number in 1...each { _ = box.send((sender, number)) }
                }
            }
            var last = [Int](repeating: 0, count: senders)
            while last.contains(where: { $0 < each }) {
                var found = false
                var messages = box.takeAll()
                while let message = messages.next() {
                    #expect(message.number == last[message.sender] + 1)
                    last[message.sender] = message.number
                    found = true
                }
                if !found { await Task.yield() }
            }
            return last
        }
        #expect(last.allSatisfy { $0 == each })
        box.deallocate()
    }
}
