// A listener as the configuration has it, ready for workers.

public import Linux

/// What a listener does with what it accepts. Immutable. Times are in ms; 0 is off.
@safe public struct ListenerPlan: @unchecked Sendable {
    /// Where its sessions go; nil where each request, or each ClientHello, is asked.
    public let upstream: UnsafePointer<UpstreamPlan>?
    /// How sessions go by their ClientHello; nil where they are not asked for one.
    public let hello: UnsafePointer<HelloPlan>?
    /// What is done with requests; nil where bytes are relayed as they are.
    public var http: UnsafePointer<HTTPPlan>?
    /// How its clients' TLS is ended here; nil where they speak none.
    public var tls: UnsafePointer<TLSPlan>?
    /// What a hashing balancer takes for all clients of this listener.
    public let key: UInt64
    /// Sessions at one time over all workers; 0 is no limit of its own.
    public let connectionsMax: Int
    /// A session ends when nothing moves for this long.
    public let idleTimeoutMs: UInt64
    /// As `idleTimeoutMs`, once one side is done.
    public let halfClosedTimeoutMs: UInt64
    /// A session ends at this age.
    public let lifetimeMs: UInt64
    /// Longest time between two looks at the deadlines of a session: no longer than a reload
    /// leaves it that removes what it uses.
    public let lookAgainMs: UInt64
    /// A session's first look at its deadlines: none of them comes sooner.
    public let firstLookMs: UInt64
    /// What accepted sockets are tuned by, as far as they do not inherit it.
    public let options: SocketOptions
    /// What outlives the plan.
    public let state: UnsafeMutablePointer<ListenerState>

    /// Who connects is asked for: to hash the address, or to tell backends of it.
    var wantsClient: Bool {
        unsafe http != nil || upstream?.pointee.key.isOfClient ?? false
            || hello?.pointee.wantsClient ?? false
    }

    /// True when sessions of bytes may go to an upstream.
    func leads(to other: UnsafePointer<UpstreamPlan>) -> Bool {
        unsafe upstream == other || hello?.pointee.leads(to: other) ?? false
    }

    /// A plan with everything given.
    public init(
        upstream: UnsafePointer<UpstreamPlan>?, hello: UnsafePointer<HelloPlan>? = nil,
        key: UInt64, connectionsMax: Int, idleTimeoutMs: UInt64, halfClosedTimeoutMs: UInt64,
        lifetimeMs: UInt64, options: SocketOptions, state: UnsafeMutablePointer<ListenerState>
    ) {
        unsafe self.upstream = unsafe upstream
        unsafe self.hello = unsafe hello
        self.key = key
        self.connectionsMax = connectionsMax
        self.idleTimeoutMs = idleTimeoutMs
        self.halfClosedTimeoutMs = halfClosedTimeoutMs
        self.lifetimeMs = lifetimeMs
        let drainTimeoutMs = unsafe min(
            upstream?.pointee.drainTimeoutMs ?? .max, hello?.pointee.drainTimeoutMs ?? .max)
        lookAgainMs = min(
            ProxyLimits.lookAgainMs, max(drainTimeoutMs, ProxyLimits.lookAgainMsMin))
        firstLookMs = min(
            lookAgainMs, idleTimeoutMs > 0 ? idleTimeoutMs : .max,
            lifetimeMs > 0 ? lifetimeMs : .max)
        self.options = options
        unsafe self.state = unsafe state
    }
}
