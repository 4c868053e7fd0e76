// Connections that a worker has made to backends ahead of need. When to make, lend and close them is
// in `Worker+Pool.swift`.

internal import Containers
internal import Linux

/// A connection that no session has yet.
@safe struct PooledConnection: BitwiseCopyable {
    /// The descriptor; the pool owns it until a session borrows it.
    var socket: Int32
    /// Whose it is.
    var backend: UnsafeMutablePointer<BackendState>
    /// The backend has taken it.
    var isConnected = false
    /// When it was begun and when it was established, in ms.
    var bornAt: UInt64
    var idleSince: UInt64 = 0
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
    /// The snapshot that last wanted it, by generation.
    var generation: UInt64 = 0
    /// Where the connections lead and come from, and what they are tuned by.
    var address = SocketAddress()
    var source = SocketAddress()
    var options = SocketOptions()
}

/// The pooled connections of one worker.
struct ConnectionPool: ~Copyable {
    var connections = Slab<PooledConnection>(capacity: ProxyLimits.pooledMax)
    /// When the shelves are looked at next, in ms.
    var nextLook = UInt64.max

    /// Puts a connection on its shelf; nil when the pool is full.
    mutating func add(
        _ connection: PooledConnection, _ shelf: UnsafeMutablePointer<Shelf>
    ) -> Int32? {
        let index = connections.allocate(connection)
        guard index >= 0 else { return nil }
        let next = unsafe shelf.pointee.first
        let added = unsafe connections.pointer(index)
        unsafe added.pointee.next = next
        if next >= 0 {
            let neighbour = unsafe connections.pointer(next)
            unsafe neighbour.pointee.previous = index
        }
        unsafe shelf.pointee.first = index
        unsafe shelf.pointee.count += 1
        return index
    }

    /// Takes a connection off its shelf, and hands it to the caller.
    mutating func remove(_ index: Int32, _ shelf: UnsafeMutablePointer<Shelf>) -> PooledConnection {
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
        connections.free(index)
        return connection
    }
}
