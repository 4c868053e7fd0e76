// One downstream connection and what serves it. Plain values in a slot of the worker's slab; the
// worker's extensions in this folder give it life.

internal import Linux
internal import Telemetry

/// A session. Its worker's thread alone touches it.
@safe struct Session: BitwiseCopyable {
    /// How far it has come.
    enum Stage: UInt8, BitwiseCopyable {
        /// The client begins TLS, or is yet to.
        case handshaking
        /// Waiting for the ClientHello that says where it goes.
        case hello
        /// Waiting in line for a backend with room.
        case queued
        /// Waiting for a backend to take the connection.
        case connecting
        /// Moving bytes.
        case relaying
        /// One side is gone; the other is about to be reset, once it has what was sent.
        case resetting
        /// Waiting for a request.
        case idle
        /// A part of a request's head is here.
        case head
        /// An exchange has a connection to its backend, or its answer is made here.
        case exchanging
        /// The last answer is sent; what the client still sends is dropped until it is done too.
        case lingering

        /// False once the session never asks its plan's balancer again, which is freed then.
        var mayChoose: Bool {
            switch self {
            // An exchange may have to be tried elsewhere, and another may follow it.
            case .handshaking, .hello, .queued, .connecting, .idle, .head, .exchanging: true
            case .relaying, .resetting, .lingering: false
            }
        }
    }

    /// The client's side.
    var downstream = Endpoint()
    /// The backend's side.
    var upstream = Endpoint()
    /// Bytes on their way to the backend.
    var toUpstream = Flow()
    /// Bytes on their way to the client.
    var toDownstream = Flow()

    /// The configuration that the session began with, which it keeps alive.
    var snapshot: UnsafeMutablePointer<Snapshot>
    /// What its listener says.
    var listener: UnsafePointer<ListenerPlan>
    /// Where it goes; nil while that is not known.
    var plan: UnsafePointer<UpstreamPlan>?
    /// Its listener's counters of this worker.
    var listenerCounters: CounterRow
    /// The backend's place in the upstream's plan, or -1.
    var backend: Int32 = -1
    /// What is known of the backend; nil without one.
    var backendState: UnsafeMutablePointer<BackendState>?
    /// The backend's counters of this worker; nil without one.
    var backendCounters: CounterRow?
    /// The connection to the backend where exchanges borrow one, by its place in the pool, or -1.
    var pooled: Int32 = -1
    /// The exchange under way, or -1.
    var exchange: Int32 = -1
    /// What the balancer hashes.
    var key: UInt64 = 0
    /// The backends that were tried, to try others.
    var tried = TriedBackends()

    /// Its number in the queue, and its neighbours in this worker's line, by index. During a
    /// handshake the number is when the connection was accepted, in ns.
    var ticket: UInt64 = 0
    var lineNext: Int32 = -1
    var linePrevious: Int32 = -1

    /// When the client's connection was accepted, in ms.
    var startedAt: UInt64
    /// When the present stage began, in ms.
    var stageSince: UInt64 = 0
    /// When bytes last moved, in ms.
    var lastActivity: UInt64

    var stage = Stage.connecting
    /// The client speaks HTTP, until an upgrade.
    var isHTTP = false
    /// What the ClientHello has to have before it is worth another look, in bytes.
    var helloBytesMin: UInt16 = 0
    /// What was dropped of a client that is to send no more.
    var lingered: UInt32 = 0
    /// Exchanges that have begun.
    var exchangeCount: UInt32 = 0
    /// Whom it serves, where that is asked for.
    var client = NetworkAddress()
    /// The port that it came to, 0 where there is none.
    var serverPort: UInt16 = 0
    /// Why it ends when its last direction does, or what the last failed attempt came to.
    var reason = EndReason.noBackend
    /// It is the one trial of an ejected backend.
    var isTrial = false
    /// Its backend was ejected when it was chosen: a connect that succeeds brings it back.
    var maySpeakFor = false
    /// Options that only a connection of some age needs were set on the backend's socket.
    var hasLateOptions = false

    /// The client speaks TLS.
    @inline(__always) var isEncrypted: Bool { downstream.tls != nil }

    /// The kernel may move its bytes by itself: neither side speaks TLS.
    var maySplice: Bool { downstream.tls == nil && upstream.tls == nil }

    /// Where it goes, once that is known.
    @inline(__always) var upstreamPlan: UnsafePointer<UpstreamPlan> {
        guard let plan = unsafe plan else { preconditionFailure("a session without an upstream") }
        return unsafe plan
    }
}
