// What is counted of TLS with a backend.

public import TLS

/// The counters of handshakes with a backend; after them comes one for each `TLSFailure`, be it of a
/// handshake or of what came behind it.
public enum BackendHandshakeCounter: Int, CaseIterable, Sendable {
    /// Whole handshakes, in which the backend has shown its certificate.
    case full
    /// Handshakes that took up an earlier session.
    case resumed
    /// Handshakes in which the connection broke.
    case reset
    /// Handshakes that took too long.
    case timedOut

    /// How many cells a row has.
    public static var cellCount: Int { allCases.count + TLSFailure.allCases.count }

    /// The cell of a failure.
    public static func failed(_ failure: TLSFailure) -> Int {
        allCases.count + Int(failure.rawValue)
    }
}
