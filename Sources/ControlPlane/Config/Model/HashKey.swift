// The words of `balance.key`.

/// What a hashing algorithm hashes. Raw values are the words of the file.
public enum HashKey: String, Sendable, CaseIterable {
    /// The downstream's address.
    case sourceIP = "source-ip"
    /// The downstream's address and port.
    case sourceIPPort = "source-ip-port"
    /// The name of the listener.
    case listener
}
