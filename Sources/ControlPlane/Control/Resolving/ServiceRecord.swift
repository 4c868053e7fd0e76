// One SRV record.

/// Where a service is to be had (RFC 2782).
struct ServiceRecord: Hashable, Sendable {
    /// The host, in lower case and without a final dot.
    let target: String
    let port: UInt16
    /// Lower ones are to be used first.
    let priority: UInt16
    /// The share among those of one priority.
    let weight: UInt16
}
