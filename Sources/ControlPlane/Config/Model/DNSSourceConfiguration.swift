// Backends that are found by name.

/// A name whose records are the backends of an upstream.
public struct DNSSourceConfiguration: Sendable, Equatable {
    /// In lower case, at most 253 bytes.
    public var name: String
    /// The records that are asked for.
    public var type = DNSRecordType.a
    /// The port of every backend; nil just where the records have ports of their own.
    public var port: UInt16?
    /// Connections to each backend at a time; nil is no limit.
    public var maxConnections: Int?

    /// The IPv4 addresses of `name`, without a port.
    public init(name: String) { self.name = name }
}
