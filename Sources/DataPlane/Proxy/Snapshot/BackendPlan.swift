// A backend as the configuration has it.

public import Linux

/// Where a backend is, and where its state is. Immutable.
@safe public struct BackendPlan: @unchecked Sendable {
    /// Its address; of no family while its name is not resolved.
    public var address: SocketAddress
    /// Sessions at one time; 0 is no limit.
    public var connectionsMax: Int
    /// What is known of it; outlives the plan.
    public var state: UnsafeMutablePointer<BackendState>

    /// A backend at `address`.
    public init(
        address: SocketAddress, connectionsMax: Int, state: UnsafeMutablePointer<BackendState>
    ) {
        self.address = address
        self.connectionsMax = connectionsMax
        unsafe self.state = unsafe state
    }
}
