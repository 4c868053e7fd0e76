// Which sides of a session are told of its end by a reset rather than by the end of a stream.

internal import Telemetry

/// Sides of a session.
struct Sides: OptionSet, BitwiseCopyable {
    let rawValue: UInt8
    static var downstream: Sides { Sides(rawValue: 1) }
    static var upstream: Sides { Sides(rawValue: 2) }
}

extension Session {
    // Inlined: the compiler copies the whole session to call a getter of it.

    /// Nothing more is delivered either way.
    @inline(__always) var isOver: Bool { toUpstream.phase == .over && toDownstream.phase == .over }

    /// One direction is over and the other not.
    @inline(__always) var isHalfClosed: Bool {
        (toUpstream.phase == .over) != (toDownstream.phase == .over)
    }

    /// The backend takes nothing, so what the client has sent is not read, and neither is its
    /// reset: the session would outlive its client until a timeout.
    @inline(__always) var isStuckUpstream: Bool {
        toUpstream.phase == .open && !downstream.endHasArrived && !upstream.isWritable
    }

    /// Whom to reset when the session ends for `reason`: the side across from the one that reset,
    /// a client that no backend could be found for, and whoever would else take a stream that was
    /// cut for a whole one. An operator who ends sessions wants both sides to know at once.
    func endResets(_ reason: EndReason, at now: UInt64) -> Sides {
        switch reason {
        case .completed, .keepAliveTimeout, .requestRefused, .noRoute, .headTimeout, .bodyTimeout,
            .requestTimeout, .upstreamClosed, .firstByteTimeout, .responseTimeout, .responseRefused,
            .responseTruncated, .tlsHandshakeFailed, .tlsHandshakeTimeout, .helloRefused,
            .helloTimeout:
            []
        case .downstreamReset, .tlsFailed: .upstream
        case .upstreamReset, .connectFailed, .connectTimeout, .noBackend, .backendsFull, .queueFull,
            .queueTimeout, .exhausted, .upstreamTLSFailed:
            .downstream
        case .abandoned: []
        case .killed: [.downstream, .upstream]
        case .idleTimeout, .halfClosedTimeout: cutSides
        case .lifetime, .drainTimeout, .stopped: cutSides.union(movingSides(at: now))
        }
    }

    /// The sides that bytes were on their way to a moment ago: who sent them may not be done.
    private func movingSides(at now: UInt64) -> Sides {
        guard now - min(now, lastActivity) < ProxyLimits.movingMs else { return [] }
        var sides: Sides = []
        if toUpstream.phase == .open { sides.insert(.upstream) }
        if toDownstream.phase == .open { sides.insert(.downstream) }
        return sides
    }

    /// The sides that bytes are still on their way to.
    private var cutSides: Sides {
        var sides: Sides = []
        if toUpstream.pending > 0 { sides.insert(.upstream) }
        if toDownstream.pending > 0 { sides.insert(.downstream) }
        return sides
    }
}
