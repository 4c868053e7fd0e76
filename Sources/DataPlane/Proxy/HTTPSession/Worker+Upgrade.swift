// Connections that go over to another protocol: from then on their bytes are relayed as they are (RFC
// 9110, section 7.8).

internal import Containers
internal import HTTP
internal import Linux
internal import Telemetry

extension Worker {
    /// The head that switches protocols is with the client: the session becomes a relay.
    mutating func upgrade(_ session: inout Session, _ index: Int32) {
        let exchange = unsafe exchange(of: session)
        tell(&session)
        let early = unsafe exchange.pointee.input
        session.toUpstream.begin(limit: .max, dropsExcess: false, maySplice: session.maySplice)
        session.toDownstream.begin(limit: .max, dropsExcess: false, maySplice: session.maySplice)
        if !early.isEmpty {
            // The client did not wait for the switch, as it may.
            let buffer = unsafe relay.buffers.take()
            precondition(early.count <= ProxyLimits.relayBufferBytes)
            unsafe buffer.copyMemory(from: early.first, byteCount: early.count)
            unsafe session.toUpstream.buffer = unsafe buffer
            session.toUpstream.pending = early.count
        }
        dropExchange(&session)
        session.isHTTP = false
        session.stage = .relaying
        session.stageSince = now
        session.lastActivity = now
        session.reason = .completed
        timers.set(index, deadline: nextLook(session))
        pump(&session, index)
    }
}
