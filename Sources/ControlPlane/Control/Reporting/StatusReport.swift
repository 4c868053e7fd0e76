// What the process tells of itself, as GET /status answers it and `sluice status` shows it.

/// The state of a process at one moment. Its JSON has these names.
public struct StatusReport: Codable, Sendable, Equatable {
    /// A listener.
    public struct Listener: Codable, Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Where it listens; with the real port where 0 was asked for.
        public var addresses: [String]
        /// What it speaks.
        public var `protocol`: String
        /// Where its sessions go; where it has routes, those that no route takes, and empty where
        /// these go nowhere.
        public var upstream: String
        /// All that it leads to, in the order of the file.
        public var upstreams: [String]
        /// Sessions now.
        public var active: Int
        /// Sessions at one time at most, when it has a limit of its own.
        public var maxConnections: Int?
        /// Connections accepted since the listener was first configured.
        public var accepted: UInt64
        /// Bytes from clients.
        public var receivedBytes: UInt64
        /// Bytes to clients.
        public var sentBytes: UInt64
        /// Connections accepted a second, lately.
        public var connectionsPerSecond: Double
        /// Bytes from clients a second, lately.
        public var receivedBytesPerSecond: Double
        /// Bytes to clients a second, lately.
        public var sentBytesPerSecond: Double
        /// Why sessions ended, by reason; reasons that never came are left out.
        public var ended: [String: UInt64]
        /// Its requests; nil where it does not speak HTTP.
        public var requests: Requests?
        /// The requests of its routes, in the order of the file, with what no route took at the end;
        /// nil where it does not speak HTTP.
        public var routes: [Route]?
        /// Its certificates, in the order of precedence; nil where clients speak no TLS.
        public var certificates: [Certificate]?
    }

    /// A certificate that clients get to see.
    public struct Certificate: Codable, Sendable, Equatable {
        /// Its file, as the configuration says it.
        public var file: String
        /// What it is for: DNS names, then addresses.
        public var names: [String]
        /// Its subject (RFC 2253).
        public var subject: String
        /// Its issuer (RFC 2253).
        public var issuer: String
        /// What kind of key it has: `RSA`, `ECDSA` or `EdDSA`.
        public var key: String
        /// Its serial number in hexadecimal.
        public var serial: String
        /// The SHA-256 of its DER in hexadecimal.
        public var fingerprint: String
        /// When it begins to be valid (RFC 3339).
        public var notBefore: String
        /// When it ends to be valid (RFC 3339).
        public var notAfter: String
        /// Whole days until then; negative when it has expired.
        public var daysLeft: Int
        /// Until when its OCSP response is good (RFC 3339), or that it says no such time; nil where
        /// none is stapled.
        public var stapledUntil: String?
    }

    /// What became of requests.
    public struct Requests: Codable, Sendable, Equatable {
        /// Answered, or left by their clients.
        public var total: UInt64
        /// Under way.
        public var inFlight: UInt64
        /// Answered a second, lately; nil where that is not sampled.
        public var perSecond: Double?
        /// By the class of their status, `2xx` to `5xx`, and `none` without one.
        public var status: [String: UInt64]
        /// Why they ended, by reason; reasons that never came are left out.
        public var ended: [String: UInt64]
        /// How long half of them took at most, in milliseconds; nil without any.
        public var p50Ms: Double?
        /// How long 99 of 100 took at most, in milliseconds.
        public var p99Ms: Double?
    }

    /// A route.
    public struct Route: Codable, Sendable, Equatable {
        /// Its name, or its number in the file; `default` for what no route takes.
        public var name: String
        /// Its requests.
        public var requests: Requests
    }

    /// What operators said of a backend at run time.
    public struct Override: Codable, Sendable, Equatable {
        /// `drain` or `disabled`, if they said so.
        public var state: OverrideReport?
        /// A weight instead of the file's, if they gave one.
        public var weight: OverrideReport?
    }

    /// A backend.
    public struct Backend: Codable, Sendable, Equatable {
        /// Its name, or its address.
        public var name: String
        /// Its address as configured.
        public var address: String
        /// The address in use, when it was resolved from a name.
        public var resolved: String?
        /// `drain` or `disabled` by an operator's word; else `up`, `down` or `unknown` by what probes
        /// say, `ejected` for what sessions saw, or `unresolved`; `removed` while sessions are still with
        /// one that is no longer configured.
        public var state: String
        /// How long the ejection goes on, in ms.
        public var ejectedMs: UInt64?
        /// What the last probe came to, `ok` or why not; nil when it is not probed.
        public var probe: String?
        /// Its weight; an operator's where one was given.
        public var weight: Int
        /// Sessions now.
        public var active: Int
        /// Connections established.
        public var connected: UInt64
        /// Connects that failed or took too long.
        public var failed: UInt64
        /// Bytes to it.
        public var sentBytes: UInt64
        /// Bytes from it.
        public var receivedBytes: UInt64
        /// What operators said of it; nil when they said nothing.
        public var override: Override?
    }

    /// An upstream.
    public struct Upstream: Codable, Sendable, Equatable {
        /// Its name.
        public var name: String
        /// Its algorithm.
        public var algorithm: String
        /// The checksum of its table, in hexadecimal: equal tables choose alike.
        public var checksum: String
        /// Backends that are fit.
        public var fit: Int
        /// Where its backends are found: `dns NAME` or `file PATH`; nil when the file lists them.
        public var source: String?
        /// How old the source's last good answer is, in seconds.
        public var sourceAgeSeconds: UInt64?
        /// Why the source's last answer was not taken, or nil.
        public var sourceError: String?
        /// Sessions go to unfit backends, since too few are fit.
        public var failsOpen: Bool
        /// Limits that have lately kept something from the backends: `connections`, `queue` or
        /// `retries`.
        public var breakers: [String]
        /// Sessions that wait for a backend with room.
        public var waiting: Int
        /// Sessions now.
        public var active: Int
        /// Its backends, in the order of the file, then those that are leaving.
        public var backends: [Backend]
    }

    /// The program's version.
    public var version: String
    /// Its process number.
    public var pid: Int
    /// `starting`, `running` or `draining`.
    public var state: String
    /// Seconds since it started.
    public var uptimeSeconds: UInt64
    /// The file it was configured from.
    public var configuration: String
    /// How many configurations were in force, this one included.
    public var generation: UInt64
    /// Why the last reload was refused, or nil when it was not.
    public var lastReloadError: String?
    /// Workers.
    public var workers: Int
    /// Sessions now.
    public var active: Int
    /// Sessions at one time at most.
    public var maxConnections: Int
    /// Listeners by name.
    public var listeners: [Listener]
    /// Upstreams by name.
    public var upstreams: [Upstream]
}
