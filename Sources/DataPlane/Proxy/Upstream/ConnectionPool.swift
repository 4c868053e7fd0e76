// Connections that a worker has made to backends ahead of need. When to make, lend and close them is
// in `Worker+Pool.swift`.

internal import Containers
internal import Linux
internal import TLS

/// A connection that no session has yet, or that one has borrowed and gives back.
@safe struct PooledConnection: BitwiseCopyable {
    /// The descriptor; who has the connection owns it.
    var socket: Int32
    /// Whose it is.
    var backend: UnsafeMutablePointer<BackendState>
    /// What encrypts it, or nil. While a session has the connection, it is the session's.
    var tls: TLSSession?
    /// The hash of the host that alone it is for, or 0; see `UpstreamTLSPlan.takesHost`.
    var hostHash: UInt64 = 0
    /// The session that has it and is told of its events, or -1 while it is on its shelf.
    var session: Int32 = -1
    /// The backend has taken it, and a handshake, where there is one, is done.
    var isConnected = false
    /// It has carried an exchange.
    var isUsed = false
    /// The place where it is offered to other workers, or -1.
    var offer: Int8 = -1
    /// The number of that offer.
    var offerNumber: UInt64 = 0
    /// When it was begun and when it came to its shelf, in ms.
    var bornAt: UInt64
    var idleSince: UInt64 = 0
    /// When it is to be closed if nobody has taken it, in ms.
    var expiresAt: UInt64 = .max
    /// Its neighbours on the shelf, by index.
    var next: Int32 = -1
    var previous: Int32 = -1
}

/// What one worker keeps of one backend's connections. The worker alone touches it.
struct Shelf: BitwiseCopyable {
    /// The connections, the latest first; -1 for none.
    var first: Int32 = -1
    /// How many there are, established or not.
    var count: Int32 = 0
    /// Sessions that wanted one since the last look.
    var wanted: Int32 = 0
    /// What sessions wanted lately in the time between two looks: follows at once upwards, and an
    /// eighth at a time downwards.
    var demand: Int32 = 0
    /// How long the backend lets a connection be idle, as far as it has shown or said, in ms; 0
    /// while it has not.
    var idleMs: UInt64 = 0
    /// The snapshot that last wanted it, by generation.
    var generation: UInt64 = 0
    /// Where the connections lead and come from, and what they are tuned by.
    var address = SocketAddress()
    var source = SocketAddress()
    var options = SocketOptions()
    /// The mark of the TLS that they speak, 0 for none.
    var tlsMark: UInt64 = 0

    /// How long a connection is kept between two exchanges where the configuration says `keptMs`:
    /// it is gone before the backend closes it.
    func idleLimit(_ keptMs: UInt64) -> UInt64 {
        idleMs == 0 ? keptMs : min(keptMs, idleMs - min(idleMs / 2, idleMs / 10 + 500))
    }

    /// The backend closed a connection that was idle for this long, or said that it will. One
    /// that restarts closes all at once, so very short times tell nothing.
    mutating func learn(idleMs shown: UInt64) {
        guard shown >= ProxyLimits.learnedIdleMsMin else { return }
        idleMs = idleMs == 0 ? shown : min(idleMs, shown)
    }

    /// Lets what was learned fade: doubled in some 45 looks, and forgotten when it has come to a
    /// time that nothing is kept for.
    mutating func relearn() {
        guard idleMs > 0 else { return }
        idleMs += idleMs / 64 + 1
        if idleMs > ProxyLimits.learnedIdleMsMax { idleMs = 0 }
    }
}

/// The pooled connections of one worker, and those that sessions have borrowed.
struct ConnectionPool: ~Copyable {
    var connections: Slab<PooledConnection>
    /// When the shelves are looked at next, in ms.
    var nextLook = UInt64.max

    /// A pool that has a slot for one connection of each session beside those it keeps ready.
    init(sessionsMax: Int32) {
        connections = Slab(
            capacity: min(sessionsMax, 1 << 28) + ProxyLimits.pooledMax)
    }

    /// Puts a new connection on its shelf; nil when the pool is full.
    mutating func add(
        _ connection: PooledConnection, _ shelf: UnsafeMutablePointer<Shelf>
    ) -> Int32? {
        guard connections.count < connections.capacity else { return nil }
        let index = connections.allocate(connection)
        unsafe shelve(index, unsafe shelf)
        return index
    }

    /// Puts a connection on its shelf.
    mutating func shelve(_ index: Int32, _ shelf: UnsafeMutablePointer<Shelf>) {
        let next = unsafe shelf.pointee.first
        let added = unsafe connections.pointer(index)
        unsafe added.pointee.next = next
        unsafe added.pointee.previous = -1
        if next >= 0 {
            let neighbour = unsafe connections.pointer(next)
            unsafe neighbour.pointee.previous = index
        }
        unsafe shelf.pointee.first = index
        unsafe shelf.pointee.count += 1
    }

    /// Takes a connection off its shelf and out of the pool, and hands it to the caller.
    mutating func remove(_ index: Int32, _ shelf: UnsafeMutablePointer<Shelf>) -> PooledConnection {
        unsafe unshelve(index, unsafe shelf)
        let connection = unsafe connections.pointer(index).pointee
        connections.free(index)
        return connection
    }

    /// Takes a connection off its shelf.
    mutating func unshelve(_ index: Int32, _ shelf: UnsafeMutablePointer<Shelf>) {
        let connection = unsafe connections.pointer(index).pointee
        if connection.next >= 0 {
            let neighbour = unsafe connections.pointer(connection.next)
            unsafe neighbour.pointee.previous = connection.previous
        }
        if connection.previous >= 0 {
            let neighbour = unsafe connections.pointer(connection.previous)
            unsafe neighbour.pointee.next = connection.next
        } else {
            unsafe shelf.pointee.first = connection.next
        }
        unsafe shelf.pointee.count -= 1
    }
}
