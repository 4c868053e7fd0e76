// A backend as the configuration has it.

public import Linux
public import TLS

/// Where a backend is, and where its state is. Immutable.
@safe public struct BackendPlan: @unchecked Sendable {
    /// Its address; of no family while its name is not resolved.
    public var address: SocketAddress
    /// Its share of new sessions; 0 gets none.
    public var weight: Int
    /// Sessions at one time; 0 is no limit.
    public var connectionsMax: Int
    /// Its name or its address, where exchanges come.
    public var name = PlanText()
    /// What it is called in TLS: a name, or an address as text; empty where neither is known.
    public var serverName = PlanText()
    /// For each worker the session to take up with it; nil where none are.
    public var sessionSlots: UnsafePointer<TLSSessionSlot>?
    /// What is known of it; outlives the plan.
    public var state: UnsafeMutablePointer<BackendState>

    /// A backend at `address`.
    public init(
        address: SocketAddress, weight: Int = 1, connectionsMax: Int,
        state: UnsafeMutablePointer<BackendState>
    ) {
        self.address = address
        self.weight = weight
        self.connectionsMax = connectionsMax
        unsafe self.state = unsafe state
    }

    /// True when sessions may be sent there, if it is fit.
    public var canServe: Bool { weight > 0 && address.family != 0 }
}
