// Who is believed when it says whom it speaks for.

/// Peers of an HTTP listener whose words about the client are believed.
public enum TrustedProxy: Sendable, Hashable, CustomStringConvertible {
    /// Those with an address in this block.
    case block(AddressBlock)
    /// Those that come by a Unix socket, and have no address.
    case unix

    /// As the file may spell it.
    public var description: String {
        switch self {
        case .block(let block): block.description
        case .unix: "unix"
        }
    }
}
