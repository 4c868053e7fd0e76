// What is counted of a listener's TLS handshakes.

public import TLS

/// The counters of handshakes; after them comes one for each `TLSFailure`, then one for each
/// `HandshakeCipher`.
public enum HandshakeCounter: Int, CaseIterable, Sendable {
    /// Connections whose handshake is not done, be it that it has not begun: it goes up and down.
    case inFlight
    /// Handshakes that are done, by version; with all that is asymmetric, or taking up a session.
    case full12
    case resumed12
    case full13
    case resumed13
    /// Those that were not done in time.
    case timedOut
    /// Those in which the connection broke.
    case reset
    /// Sessions whose encryption, or decryption, the kernel has taken over.
    case kernelSends
    case kernelReceives

    /// How many cells a row has.
    public static var cellCount: Int {
        allCases.count + TLSFailure.allCases.count + HandshakeCipher.allCases.count
    }

    /// The cell of a failure.
    public static func failed(_ failure: TLSFailure) -> Int {
        kernelReceives.rawValue + 1 + Int(failure.rawValue)
    }

    /// The cell of a cipher suite.
    public static func agreed(_ cipher: HandshakeCipher) -> Int {
        failed(.internalError) + 1 + cipher.rawValue
    }

    /// The counter of a handshake that is done.
    static func done(_ version: TLSVersion, isResumed: Bool) -> HandshakeCounter {
        switch version {
        case .tls12: isResumed ? .resumed12 : .full12
        case .tls13: isResumed ? .resumed13 : .full13
        }
    }
}
