// What a probe says and what it wants to hear. Pure values: the bytes are made here and judged by
// `ProbeAnswer`.

internal import Linux

/// What a probe does once it is connected.
enum ProbeKind: Hashable, Sendable {
    /// Nothing: that the connection is taken is the answer.
    case connect
    /// Sends bytes and looks for others anywhere in what comes back. With nothing to send it waits
    /// for a greeting; with nothing to expect it is done when all is sent.
    case exchange(send: [UInt8], expect: [UInt8])
    /// Sends a request and looks at the answer's status, and into its body when that is asked for.
    case http(HTTPProbe)

    /// A probe of plain TCP, which is a connect when there is nothing to send nor to expect.
    static func tcp(send: [UInt8], expect: [UInt8]) -> ProbeKind {
        send.isEmpty && expect.isEmpty ? .connect : .exchange(send: send, expect: expect)
    }

    /// What is sent to `address`.
    func request(to address: SocketAddress) -> [UInt8] {
        switch self {
        case .connect: []
        case .exchange(let send, _): send
        case .http(let probe): probe.request(to: address)
        }
    }

    /// True when the probe has something to send once it is connected, be it a reset.
    var speaksFirst: Bool {
        if case .exchange(let send, _) = self { return !send.isEmpty }
        return true
    }

    /// True when the backend's own bytes are not waited for.
    var isAnsweredByTaking: Bool {
        switch self {
        case .connect: true
        case .exchange(_, let expect): expect.isEmpty
        case .http: false
        }
    }
}
