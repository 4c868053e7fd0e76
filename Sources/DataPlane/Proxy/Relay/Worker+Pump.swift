// Moving the bytes of a session, both ways, and carrying ends and resets across.

internal import Linux
internal import Telemetry
internal import Containers

extension Worker {
    /// Moves what can be moved in both directions. False when that ended the session.
    @discardableResult
    mutating func pump(_ session: inout Session, _ index: Int32) -> Bool {
        var isMore = false
        if session.toUpstream.phase != .over {
            let outcome = relay.move(
                &session.toUpstream, from: &session.downstream, to: &session.upstream)
            countDelivered(&session)
            if case .waiting = outcome {
            } else if !settle(&session, index, outcome, towardsUpstream: true, &isMore) {
                return false
            }
        }
        if session.toDownstream.phase != .over {
            let outcome = relay.move(
                &session.toDownstream, from: &session.upstream, to: &session.downstream)
            countDelivered(&session)
            if case .waiting = outcome {
            } else if !settle(&session, index, outcome, towardsUpstream: false, &isMore) {
                return false
            }
        }
        if isMore { leftOver.append(index) }
        return true
    }

    /// Counts what was delivered.
    mutating func countDelivered(_ session: inout Session) {
        let sent = session.toUpstream.delivered
        let received = session.toDownstream.delivered
        var fromBackend = received
        guard sent | received != 0 else { return }
        session.toUpstream.delivered = 0
        session.toDownstream.delivered = 0
        session.lastActivity = now
        if session.exchange >= 0 {
            let exchange = unsafe exchange(of: session)
            unsafe exchange.pointee.bytesSent += UInt64(received)
            // What the backend sent is counted where it is compressed.
            if unsafe exchange.pointee.isCompressed { fromBackend = 0 }
        }
        session.listenerCounters.add(ListenerCounter.bytesReceived.rawValue, UInt64(sent))
        session.listenerCounters.add(ListenerCounter.bytesSent.rawValue, UInt64(received))
        session.backendCounters?.add(BackendCounter.bytesSent.rawValue, UInt64(sent))
        session.backendCounters?.add(BackendCounter.bytesReceived.rawValue, UInt64(fromBackend))
    }

    /// Acts on why a direction stopped. False when the session was ended.
    private mutating func settle(
        _ session: inout Session, _ index: Int32, _ outcome: FlowOutcome, towardsUpstream: Bool,
        _ isMore: inout Bool
    ) -> Bool {
        switch outcome {
        case .waiting: return true
        case .budgetSpent:
            isMore = true
            return true
        case .starved:
            timers.set(index, deadline: now + ProxyLimits.starvedPauseMs)
            return true
        case .ended:
            return carryEnd(&session, index, towardsUpstream: towardsUpstream)
        case .sourceFailed:
            return loseSource(&session, index, towardsUpstream: towardsUpstream)
        case .sinkFailed:
            return dropSink(&session, index, towardsUpstream: towardsUpstream)
        }
    }

    /// One side is done and the other has all of it: tells the other so, or ends the session when
    /// that was the second end.
    private mutating func carryEnd(
        _ session: inout Session, _ index: Int32, towardsUpstream: Bool
    ) -> Bool {
        if session.isOver {
            end(&session, index, session.reason)
            return false
        }
        let isTold =
            towardsUpstream ? session.upstream.shutdownWrite() : session.downstream.shutdownWrite()
        guard isTold.isSuccess else {
            return dropSink(&session, index, towardsUpstream: towardsUpstream)
        }
        noteHalfClosed(&session, index)
        return true
    }

    /// A source reset its connection. It is read only when all it sent before is delivered, so the
    /// session is over.
    private mutating func loseSource(
        _ session: inout Session, _ index: Int32, towardsUpstream: Bool
    ) -> Bool {
        end(&session, index, towardsUpstream ? .downstreamReset : brokenReason(&session))
        return false
    }

    /// Nothing more is delivered in this direction.
    private mutating func giveUp(_ flow: inout Flow) {
        relay.release(&flow)
        flow.phase = .over
    }

    /// A sink takes nothing any more. What it sent before it went is still delivered; then the
    /// other side learns of it by a reset.
    private mutating func dropSink(
        _ session: inout Session, _ index: Int32, towardsUpstream: Bool
    ) -> Bool {
        session.reason = towardsUpstream ? .upstreamReset : .downstreamReset
        if towardsUpstream {
            giveUp(&session.toUpstream)
        } else {
            giveUp(&session.toDownstream)
        }
        if session.isOver {
            end(&session, index, session.reason)
            return false
        }
        noteHalfClosed(&session, index)
        return true
    }
}
