// Every limit of the data plane, each with its reason. What an operator may choose is in the
// snapshot instead.

/// Limits of a worker.
public enum ProxyLimits {
    /// Bytes of a relay buffer: one recv(2) of a small message and most of a large one.
    public static let relayBufferBytes = 16 << 10
    /// Free relay buffers that a worker keeps: 1 MiB.
    public static let buffersKept = 64
    /// Of these, buffers that it has from the start, so that the rare moment in which several are in
    /// use waits for no allocation. Memory is touched when they are first used.
    public static let buffersMadeAhead = 8
    /// What is asked for each pipe. A pipe holds memory only for what is in it; a larger one means
    /// fewer calls per GiB.
    public static let pipeBytes = 1 << 20
    /// A pipe that the kernel grants less than this is no gain over copying (pipe(7), soft limit).
    public static let pipeBytesMin = 64 << 10
    /// Free pipes that a worker keeps: two descriptors each.
    public static let pipesKept = 32
    /// Pipes of a worker at one time: what bounds the memory that slow clients can hold in them.
    public static let pipesMax = 512
    /// Reads that filled the buffer, one after the other, before a direction counts as bulk.
    public static let fullReadsForSplice = 2
    /// A body that has at least this much to come is bulk from the start.
    public static let spliceAtOnceBytes = 32 << 10
    /// A direction that moved less than this before it ran dry goes back to copying.
    public static let bulkBytesMin = 16 << 10
    /// Bytes that one direction of a session may move before others have their turn.
    public static let turnBytes = 2 << 20
    /// Connections accepted of one listening socket before others have their turn.
    public static let acceptBatchMax = 16
    /// Connections that a listening socket still accepts when it is closed for good.
    public static let closingAcceptsMax = 4096
    /// How long accepting pauses after descriptors or memory ran out.
    public static let exhaustedPauseMs: UInt64 = 100
    /// How long accepting pauses at a limit of connections before it is looked at again.
    public static let limitPauseMs: UInt64 = 20
    /// How long a direction rests after the kernel had no memory for it (ENOBUFS, ENOMEM).
    public static let starvedPauseMs: UInt64 = 10
    /// How often a side that is to be reset is asked whether it has what was sent.
    public static let resetLookMs: UInt64 = 5
    /// How long it may take over that.
    public static let resetWaitMs: UInt64 = 1000
    /// A session that moved bytes this short ago is in the middle of something: when it is cut, both
    /// sides have to know.
    public static let movingMs: UInt64 = 1000
    /// Steps of TLS handshakes in a turn. One with an RSA key of 2048 bits takes some 0.6 ms, with an
    /// elliptic curve 0.2 ms: a storm of them makes sessions wait no longer than a few of these, and
    /// the turn itself costs no more than a hundredth of them.
    public static let handshakesPerTurn = 4
    /// Events taken from the kernel at once.
    public static let eventsPerTurn = 256
    /// Longest time between two looks at the deadlines of a session.
    public static let lookAgainMs: UInt64 = 30_000
    /// The same where sessions have less time when a reload removes what they use.
    public static let lookAgainMsMin: UInt64 = 100
    /// Bound addresses of a process.
    public static let bindsMax = 1024
    /// Choices of a backend that others may take from under a session before it counts as full.
    public static let choicesMax = 8
    /// What the trial of an ejected backend may take beyond the connect's timeout.
    public static let trialGraceMs: UInt64 = 1000
    /// Pooled connections of a worker at one time.
    public static let pooledMax: Int32 = 4096
    /// The shortest and the longest time after which a backend may be seen to close idle
    /// connections: less is a restart, more is longer than any are kept.
    public static let learnedIdleMsMin: UInt64 = 1000
    /// See `learnedIdleMsMin`.
    public static let learnedIdleMsMax: UInt64 = 3_600_000
    /// How often pooled connections are looked at.
    public static let poolLookMs: UInt64 = 1000
    /// Backends that one session may try, the first included.
    public static let attemptsMax = 8
    /// Reads that empty the socket of a client whose hello is refused, before it is told why.
    public static let refusedReads = 4
    /// How often a worker has hellos that it refuses logged at most: any port scan sends some.
    public static let refusedHelloTellMs: UInt64 = 1000

    // HTTP ----------------------------------------------------------------------------------

    /// Free room before what is received of a response, and behind what a head may have at most:
    /// what this proxy may add to a head.
    public static let headRoomBytes = 4 << 10
    /// A buffer that heads are read into and written to: the largest head, and room on both sides.
    public static let headBufferBytes = (16 << 10) + 2 * headRoomBytes
    /// What is read at once of a body in chunks: written anew, it fits a buffer.
    public static let chunkPieceBytes = 16 << 10
    /// Interim responses before a final one: a backend that sends more of them means no good.
    public static let interimsMax: UInt8 = 100
    /// How long a client that is not to send any more may take to hear of it.
    public static let lingerMs: UInt64 = 2000
    /// What is read of such a client before it is cut off.
    public static let lingerBytesMax = 1 << 20
    /// How long a client that has asked for nothing yet may still do so once its listener or the
    /// process drains: the request may be on its way.
    public static let drainGraceMs: UInt64 = 1000
    /// Free compressors that a worker keeps: 1.1 MiB.
    public static let compressorsKept = 16
    /// Requests that were sent together and are served before others have their turn.
    public static let pipelinedTurnMax = 16
}
