// Why probes fail: the one vocabulary of logs, metrics and status.

internal import Glibc

/// What became of a probe that did not succeed.
enum ProbeFailure: UInt8, CaseIterable, Sendable {
    /// Nobody listens there.
    case refused
    /// The whole answer did not come in time.
    case timeout
    /// There is no way to the address, or none that we may use.
    case unreachable
    /// A Unix socket's queue of connections is full. That of a TCP socket lets a probe time out.
    case busy
    /// The backend reset the connection.
    case reset
    /// No TLS could be agreed on, or it broke off. Why is one of the words of `TLSFailure`.
    case tlsFailed
    /// The backend ended the connection before what was expected came.
    case closed
    /// Other bytes came than were expected.
    case unexpected
    /// The status of an HTTP answer is none of those expected.
    case status
    /// The body of an HTTP answer does not contain what was expected.
    case body
    /// This process had no descriptor, port or memory left: that says nothing of the backend.
    case exhausted

    /// The word in logs, metrics and status.
    var word: String {
        switch self {
        case .refused: "refused"
        case .timeout: "timeout"
        case .unreachable: "unreachable"
        case .busy: "busy"
        case .reset: "reset"
        case .tlsFailed: "tls"
        case .closed: "closed"
        case .unexpected: "unexpected"
        case .status: "status"
        case .body: "body"
        case .exhausted: "exhausted"
        }
    }

    /// What an error number of a socket call means (connect(2), ip(7), unix(7)).
    init(errno code: Int32) {
        switch code {
        // A Unix socket's file that is missing is a server that is not there.
        case ECONNREFUSED, ENOENT: self = .refused
        case ETIMEDOUT: self = .timeout
        case EAGAIN: self = .busy
        case ECONNRESET, EPIPE: self = .reset
        case EMFILE, ENFILE, ENOBUFS, ENOMEM, ENOSPC, EADDRNOTAVAIL, EADDRINUSE: self = .exhausted
        default: self = .unreachable
        }
    }
}
