// A backend as the configuration has it.

public import Linux

/// Where a backend is, and where its state is. Immutable.
@safe public struct BackendPlan: @unchecked Sendable {
    /// Its address; of no family while its name is not resolved.
    public var address: SocketAddress
    /// What is known of it; outlives the plan.
    public var state: UnsafeMutablePointer<BackendState>

    /// A backend at `address`.
    public init(address: SocketAddress, state: UnsafeMutablePointer<BackendState>) {
        self.address = address
        unsafe self.state = unsafe state
    }
}
