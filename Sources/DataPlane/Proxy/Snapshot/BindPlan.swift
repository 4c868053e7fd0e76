// A bound address as the configuration has it.

/// A bound address and the listener it belongs to. Immutable. The bind's number stays the same over
/// reloads for as long as its sockets live, whatever listener it belongs to.
@safe public struct BindPlan: @unchecked Sendable {
    /// The number of the bound address.
    public var number: UInt32
    /// The port, 0 for a Unix socket.
    public var port: UInt16
    /// What is done with what it accepts.
    public var listener: UnsafePointer<ListenerPlan>
    /// A listening socket for each worker. The worker that has taken it over closes it.
    public var sockets: UnsafePointer<Int32>

    /// A bound address.
    public init(
        number: UInt32, port: UInt16, listener: UnsafePointer<ListenerPlan>,
        sockets: UnsafePointer<Int32>
    ) {
        self.number = number
        self.port = port
        unsafe self.listener = unsafe listener
        unsafe self.sockets = unsafe sockets
    }
}
