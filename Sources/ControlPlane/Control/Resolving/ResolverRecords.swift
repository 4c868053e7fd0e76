// What one query found.

internal import Linux

/// The records of a good answer, at least one.
struct ResolverRecords {
    /// Of A and AAAA records and of hosts, IPv4 first; ports are 0.
    var addresses: [SocketAddress] = []
    /// Of SRV records.
    var services: [ServiceRecord] = []
    /// How long the answer may be used, nil when it came from a file of this machine.
    var ttlMs: UInt64?
}
