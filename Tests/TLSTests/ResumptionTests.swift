// Sessions that are taken up again: by tickets, over workers and rotations, and from the cache.

import COpenSSL
import Support
import Testing

@testable import TLS

@Suite("Resumption")
struct ResumptionTests {
    /// Whether a connection with the slot takes up a session; nil when the handshake fails.
    private func isResumed(
        _ contexts: TLSServerContexts, _ context: TLSClientContext, _ slot: TLSSessionSlot,
        name: String? = "a.example.com"
    ) -> Bool? {
        let peers = Peers(contexts, context, name: name, slot: slot)
        let result = peers.shake()
        guard result.server == .done && result.client == .done else { return nil }
        #expect(peers.settle() == .wouldRead)
        #expect(peers.server.isResumed == peers.client.isResumed)
        return peers.server.isResumed
    }

    @Test("a ticket of one worker serves at another", arguments: TLSVersion.allCases)
    func tickets(version: TLSVersion) {
        let keys = TicketKeys(TicketKeySet(.random()))
        let contexts = (0..<2).map { _ in Fixture.server { $0.tickets = keys } }
        let context = Fixture.client { $0.tls.maximumVersion = version }
        let slot = TLSSessionSlot()
        #expect(!slot.isFilled)
        #expect(isResumed(contexts[0], context, slot) == false)
        #expect(slot.isFilled)
        #expect(isResumed(contexts[1], context, slot) == true)
        #expect(isResumed(contexts[0], context, slot) == true)
        slot.deallocate()
        contexts.forEach { $0.free() }
        keys.deallocate()
    }

    @Test(
        "a ticket serves for two rotations and is renewed by then", arguments: TLSVersion.allCases)
    func rotations(version: TLSVersion) {
        let keys = TicketKeys(TicketKeySet(.random()))
        let contexts = Fixture.server { $0.tickets = keys }
        let context = Fixture.client { $0.tls.maximumVersion = version }
        let (renewed, stale) = (TLSSessionSlot(), TLSSessionSlot())
        #expect(isResumed(contexts, context, renewed) == false)
        #expect(isResumed(contexts, context, stale) == false)
        for _ in 0..<6 {
            keys.publish(keys.keys.rotated(to: .random()))
            #expect(isResumed(contexts, context, renewed) == true)
        }
        #expect(isResumed(contexts, context, stale) == false)
        contexts.free()
        for slot in [renewed, stale] { slot.deallocate() }
        keys.deallocate()
    }

    @Test("a ticket of another scope, other keys or no tickets is a full handshake")
    func refused() {
        let keys = TicketKeys(TicketKeySet(.random()))
        let others = TicketKeys(TicketKeySet(.random()))
        let home = Fixture.server {
            $0.tickets = keys
            $0.sessionScope = Array("web".utf8)
        }
        let away = [
            Fixture.server {
                $0.tickets = others
                $0.sessionScope = Array("web".utf8)
            },
            Fixture.server { $0.tickets = keys }, Fixture.server(),
        ]
        let context = Fixture.client()
        for contexts in away {
            let slot = TLSSessionSlot()
            #expect(isResumed(home, context, slot) == false)
            #expect(isResumed(contexts, context, slot) == false)
            slot.deallocate()
            contexts.free()
        }
        home.free()
        keys.deallocate()
        others.deallocate()
    }

    @Test("without tickets and cache there is nothing to take up", arguments: TLSVersion.allCases)
    func none(version: TLSVersion) {
        let contexts = Fixture.server()
        let context = Fixture.client { $0.tls.maximumVersion = version }
        let slot = TLSSessionSlot()
        #expect(isResumed(contexts, context, slot) == false)
        #expect(!slot.isFilled)
        slot.deallocate()
        contexts.free()
    }

    @Test("the cache serves all workers, and is bounded", arguments: TLSVersion.allCases)
    func cache(version: TLSVersion) {
        let cache = SessionCache(countMax: 32)
        let contexts = (0..<2).map { _ in Fixture.server { $0.cache = cache } }
        let context = Fixture.client { $0.tls.maximumVersion = version }
        let slot = TLSSessionSlot()
        #expect(isResumed(contexts[0], context, slot) == false)
        #expect(cache.count == 1)
        #expect(isResumed(contexts[1], context, slot) == true)
        #expect(isResumed(contexts[0], context, slot) == true)
        for _ in 0..<100 {
            let other = TLSSessionSlot()
            #expect(isResumed(contexts[0], context, other) == false)
            other.deallocate()
        }
        #expect((16...32).contains(cache.count))
        slot.deallocate()
        contexts.forEach { $0.free() }
        cache.deallocate()
    }

    @Test("a session is taken up for the name that it was made for only")
    func names() {
        let keys = TicketKeys(TicketKeySet(.random()))
        let contexts = Fixture.server { $0.tickets = keys }
        let context = Fixture.client()
        let slot = TLSSessionSlot()
        #expect(isResumed(contexts, context, slot) == false)
        #expect(isResumed(contexts, context, slot, name: "b.example.com") == false)
        #expect(isResumed(contexts, context, slot, name: "b.example.com") == true)
        #expect(isResumed(contexts, context, slot, name: "10.0.0.1") == false)
        #expect(isResumed(contexts, context, slot, name: "10.0.0.1") == true)
        // A name that the certificate is not for gains nothing by a session of another.
        #expect(isResumed(contexts, context, slot, name: "z.example.com") == nil)
        slot.forget()
        #expect(!slot.isFilled)
        slot.deallocate()
        contexts.free()
        keys.deallocate()
    }

    @Test(
        "what a client sends early is taken where that is on, and else not heard of",
        arguments: [0, 16384])
    func early(bytesMax: Int) {
        let keys = TicketKeys(TicketKeySet(.random()))
        // The client's session is of a listener that takes early data.
        let on = Fixture.server {
            $0.tickets = keys
            $0.earlyDataBytesMax = 16384
        }
        let contexts = Fixture.server {
            $0.tickets = keys
            $0.earlyDataBytesMax = bytesMax
        }
        let context = Fixture.client()
        let slot = TLSSessionSlot()
        #expect(isResumed(on, context, slot) == false)
        var peers = Peers(contexts, context, slot: slot)
        var sent = 0
        #expect(SSL_write_early_data(peers.client.ssl, "GET /", 5, &sent) == 1 && sent == 5)
        if bytesMax > 0 {
            var buffer = [UInt8](repeating: 0, count: 100)
            #expect(peers.server.receiveEarly(into: &buffer, count: 100) == .count(5))
            #expect(buffer.starts(with: "GET /".utf8))
            #expect(peers.client.handshake() == .done)
            #expect(peers.server.receiveEarly(into: &buffer, count: 100) == .closed)
        }
        let result = peers.shake()
        #expect(result.server == .done && result.client == .done)
        #expect(peers.server.isResumed && peers.server.isEarlyDataAccepted == (bytesMax > 0))
        #expect(peers.client.isEarlyDataAccepted == (bytesMax > 0))
        let bytes: [UInt8] = [1, 2]
        #expect(peers.client.send(from: bytes, count: 2) == .count(2))
        #expect(Peers.receive(peers.server).0 == bytes)
        slot.deallocate()
        for contexts in [on, contexts] { contexts.free() }
        keys.deallocate()
    }

    @Test("keys are exchanged while others seal and open with them")
    func publishing() {
        let keys = TicketKeys(TicketKeySet(.random()))
        let isDone = Locked(0)
        for _ in 0..<2 {
            ThreadOfTest.start {
                let contexts = Fixture.server { $0.tickets = keys }
                let context = Fixture.client()
                let slot = TLSSessionSlot()
                var resumed = 0
                for _ in 0..<60 where isResumed(contexts, context, slot) == true { resumed += 1 }
                slot.deallocate()
                contexts.free()
                isDone.withLock { $0 += resumed > 0 ? 1 : 100 }
            }
        }
        #expect(
            eventually(within: 60_000) {
                keys.publish(keys.keys.rotated(to: .random()))
                return isDone.withLock { $0 } >= 2
            })
        #expect(isDone.withLock { $0 } == 2)
    }
}
