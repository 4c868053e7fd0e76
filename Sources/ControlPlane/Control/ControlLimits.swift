// Every limit of the control plane, each with its reason.

internal import Proxy

/// Limits of the control thread.
enum ControlLimits {
    /// Workers of a process, as many as the configuration allows.
    static let workersMax = 1024
    /// Descriptors are raised to the hard limit, up to this: more than any machine can serve, and
    /// what tables of the kernel are sized by.
    static let descriptorsMax: UInt64 = 1 << 20
    /// Descriptors of the control thread: standard streams, log, signals, timers, the resolver's
    /// sockets, and the admin socket with its clients.
    static let controlDescriptors = 64 + adminClientsMax
    /// Descriptors of each worker beside its sockets and pipes: its epoll and what wakes it.
    static let workerDescriptors = 2
    /// How long a start or a reload waits for names before it goes on without them.
    static let resolveWaitMs: UInt64 = 1000
    /// How long a reload waits for workers to take it over before it says so.
    static let adoptWaitMs: UInt64 = 5000
    /// How often old snapshots are looked for that nobody needs.
    static let sweepMs: UInt64 = 1000
    /// Earlier snapshots that keep their balancing tables, which may take megabytes each, before
    /// workers are asked whether any session still chooses by them: some, since the answer takes a
    /// look at all sessions.
    static let tablesMax = 8
    /// How often workers are asked that at most.
    static let reckonMs: UInt64 = 10_000
    /// Lines in the log of what one change of members brought: with thousands of members that are
    /// others each second the log would hold nothing else.
    static let membershipLinesMax = 20
    /// How long a limit shows as open after it last kept something back.
    static let breakerMs: UInt64 = 10_000
    /// Bytes of a worker's records that wait for the access log: some 2,000 to 4,000 exchanges.
    static let accessRingBytes = 1 << 20
    /// How often they are looked for; a ring that is half full calls earlier.
    static let accessLookMs: UInt64 = 100
    /// How often waiting log lines are tried again.
    static let logFlushMs: UInt64 = 100
    /// Administrators that may be connected at one time.
    static let adminClientsMax = 64
    /// Bytes of an admin request's head, and of its body.
    static let adminRequestBytesMax = 16 << 10
    /// How long an admin client may be silent within a request.
    static let adminIdleMs: UInt64 = 10_000
    /// How long one may have been silent before it has to make room for another, when as many are
    /// connected as may.
    static let adminPatienceMs: UInt64 = 250
    /// Targets that are probed at one time: what one thread can probe every few seconds.
    static let probeTargetsMax = 1 << 16
    /// Probes under way at one time. A network that has gone silent holds each for its timeout, and
    /// must not take all descriptors with it.
    static let probesConcurrentMax = 256
    /// Probes begun in one turn of the loop: a millisecond or two, so that others get theirs.
    static let probeBurst = 64
    /// Probes wait for the next multiple of this, so that one wake-up serves several.
    static let probeGrainMs: UInt64 = 4
    /// How long a probe waits for which this process had no descriptor, port or memory.
    static let probeRetryMs: UInt64 = 1000
    /// What is read of an answer to bytes that were sent: a banner or a reply, not a transfer.
    static let probeAnswerBytesMax = 16 << 10
    /// Bytes of an HTTP answer's heads, and of the first line of one.
    static let probeHeadBytesMax = 16 << 10
    static let probeStatusLineBytesMax = 1 << 10
    /// What is searched of an HTTP answer's body.
    static let probeBodyBytesMax = 64 << 10
    /// What is shown of an answer that was not expected.
    static let probeExcerptBytesMax = 64
    /// The weights that an operator may give, as in the file.
    static let overrideWeights = 0...1000
    /// How long an override may hold that ends by itself: what is meant for longer belongs in the
    /// file.
    static let overrideMsMax: UInt64 = 365 * 86_400_000
    /// Bytes of a target: a name of an upstream and the longest address, and some stars.
    static let overrideTargetBytesMax = 400
    /// Bytes of an operator's reason, which each status report shows.
    static let overrideReasonBytesMax = 200
    /// Backends with overrides: each takes some 300 bytes, and those that have left the
    /// configuration stay.
    static let overridesMax = 65_536

    /// Bytes of a certificate's file, of a key's and of what goes with them: authorities of a whole
    /// system take some 200 KiB.
    static let certificateBytesMax = 4 << 20
    /// Bytes of a file of revocation lists; large authorities' have some MiB.
    static let revocationBytesMax = 64 << 20
    /// Names in a folder of certificates.
    static let certificateFilesMax = 20_000
    /// Bytes that a client may send before the handshake is done, where that is allowed: a whole head
    /// of a request, as OpenSSL's own default.
    static let earlyDataBytesMax = 16 << 10
    /// Days before the end of a certificate that begin to be told of: half of what those that renew
    /// themselves have left when they should have done so.
    static let expiryWarningDays = 14
    /// How often the end of a certificate is told of then, in seconds.
    static let expiryWarningSeconds: Int64 = 86_400
    /// How often certificates, and what is stapled to them, are looked at for what time brings.
    static let certificateLookMs: UInt64 = 10_000

    /// Connections that a number of descriptors is enough for, at least 1: each takes two. Each
    /// worker has a listening socket for each bound address, and the pipes of bulk transfers, which
    /// do without when there are none left: no more than a quarter of all is kept for them.
    /// Connections kept ready for sessions get no more than another quarter.
    static func connectionsMax(
        descriptors: Int, workers: Int, boundAddresses: Int, pooled: Int = 0
    ) -> Int {
        let pipes = min(2 * ProxyLimits.pipesMax * workers, descriptors / 4)
        let ready = min(pooled, Int(ProxyLimits.pooledMax) * workers, descriptors / 4)
        let reserved =
            controlDescriptors + probes(descriptors: descriptors)
            + workers * (workerDescriptors + boundAddresses) + pipes + ready
        return max(1, (descriptors - reserved) / 2)
    }

    /// Probes that may be under way at one time with a number of descriptors.
    static func probes(descriptors: Int) -> Int {
        max(1, min(probesConcurrentMax, descriptors / 16))
    }
}
