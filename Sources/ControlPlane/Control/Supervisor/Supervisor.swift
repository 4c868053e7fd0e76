// The process: starts workers, keeps the configuration, answers signals and administrators, and
// ends in order. Everything here runs on the control thread. Reloading is in
// `Supervisor+Reload.swift`, stopping in `Supervisor+Stop.swift`, what it tells in the folder
// Reporting.

public import Config
internal import Glibc
internal import Linux
internal import Logging
internal import Proxy
internal import Telemetry

/// A running sluice.
@safe public final class Supervisor {
    /// How the process ends.
    public enum Exit: Int32, Sendable {
        /// As it was told to.
        case success = 0
        /// It could not do what it was told to.
        case failure = 1
    }

    let configurationPath: String
    let version: String
    let loop: ControlLoop
    let output = LogOutput()
    let log: Logger
    let notifier = ServiceNotifier()
    let resolver: Resolver
    let discovery: Discovery
    let prober: Prober
    /// Watches the files of certificates and of what goes with them.
    let tlsWatcher: FileWatcher
    let startedAt = Clock.monotonicMilliseconds
    let startedAtNanoseconds = Clock.realtimeNanoseconds
    private let signals: SignalFD
    private let workerWake: EventFD

    /// Shared by workers; freed never, since the process ends with it.
    let process: UnsafeMutablePointer<ProcessState>
    var workers: [WorkerThread] = []
    var registry = StateRegistry(workerCount: 1)
    var binder = Binder(workerCount: 1)
    /// The configuration in force; nil until the first one is.
    var current: SnapshotStorage?
    /// What the process was started with: what cannot change while it runs is as it says there.
    var started: Configuration?
    /// Earlier ones that sessions still need.
    var retired: [SnapshotStorage] = []
    /// When workers were last asked by which of them sessions still choose, in ms.
    var reckonedAt: UInt64 = 0
    /// Backends that were configured and are not any more, by number, while a session may be left.
    var removed: [UInt32: UpstreamRecord.Weak] = [:]
    var generation: UInt64 = 0
    var reloading: Reloading?
    /// Addresses that workers are about to close, whose files go then.
    var unboundFiles: [BoundAddress] = []
    var reloadCounts = (applied: UInt64(0), refused: UInt64(0))
    var lastReloadError: String?
    var lastReloadAtNanoseconds: UInt64 = 0
    /// Where the configuration in force names files.
    var places = Places()
    /// What is known of the certificates in force beside them.
    var certificateState = CertificateState()
    /// Files of TLS that changed while a configuration was on its way; nil when none did.
    var changedTLSFiles: Set<String>?
    /// Connections that workers have room for.
    private var connectionsMax = 0
    /// Descriptors that the process may have.
    private var descriptorsMax = 0
    /// Workers that the process has, or is about to start.
    private var workerCount = 1
    var admin: AdminServer?
    /// The access logs, and the rings of workers that they are fed from; nil while there are none.
    private(set) lazy var accessLog = AccessLogWriter { [unowned self] in accessName($1) }
    var accessRings: UnsafePointer<AccessRing>?
    /// More waits in the rings than was written at once.
    var willDrainAccess = false
    /// What operators said of backends.
    var overrides = OverrideStore()
    /// Ends the next override that ends by itself.
    var overrideTimer: ControlLoop.Identifier?
    /// Who hears when the weights that operators gave are in force.
    var weightWaiters: [() -> Void] = []
    var phase = Phase.starting
    private(set) var exit = Exit.success

    /// Backends that are to be probed and are not, since there are too many.
    var unprobedCount = 0
    /// A timer runs that looks at how many backends are fit.
    var willAssess = false
    /// A timer runs that tries to write waiting log lines: one is enough, however often it is asked
    /// for.
    private var willRetryLog = false

    /// What the process is doing.
    enum Phase: String {
        case starting
        case running
        case draining
    }

    /// Prepares to run the configuration of a file. Blocks signals for the calling thread, so it is
    /// to be called before any other thread is started.
    public convenience init(configurationPath: String, version: String) throws {
        try self.init(
            configurationPath: configurationPath, version: version,
            probeTargetsMax: ControlLimits.probeTargetsMax)
    }

    /// The same with another number of targets that are probed at most.
    init(configurationPath: String, version: String, probeTargetsMax: Int) throws {
        self.configurationPath = configurationPath
        self.version = version
        SignalFD.ignore(SIGPIPE)
        signals = try SignalFD([SIGHUP, SIGTERM, SIGINT, SIGUSR1, SIGCHLD])
        loop = try ControlLoop()
        resolver = Resolver(loop: loop)
        discovery = Discovery(loop: loop, resolver: resolver)
        tlsWatcher = FileWatcher(loop: loop)
        let descriptors = min(Machine.descriptorLimit().hard, ControlLimits.descriptorsMax)
        prober = try Prober(
            loop: loop, seed: Clock.realtimeNanoseconds,
            concurrentMax: ControlLimits.probes(descriptors: Int(descriptors)),
            targetsMax: probeTargetsMax)
        workerWake = try EventFD()
        unsafe process = .allocate(capacity: 1)
        unsafe process.initialize(to: ProcessState(workerCount: ControlLimits.workersMax))
        let output = output
        log = Logger(label: "sluice") { _ in LineLogHandler(output: output) }
    }

    /// Starts, serves and ends. Returns what the process should exit with.
    ///
    /// - Parameter places: Where the configuration names files.
    public func run(_ configuration: Configuration, _ places: Places = Places()) -> Exit {
        started = configuration
        do { try output.configure(configuration.log) } catch {
            log.error(
                "cannot open the log",
                metadata: ["path": "\(configuration.log.file ?? "")", "error": "\(error)"])
            return .failure
        }
        do {
            try watchDescriptors()
            prepareLimits(configuration)
            try startWorkers(configuration)
            // Probes and metrics can wait for a worker's turn to end; clients notice otherwise.
            Thread.stopInterrupting()
        } catch {
            log.error("cannot start", metadata: ["error": "\(error)"])
            abandonStart()
            return .failure
        }
        guard openAdmin(configuration.admin) else {
            abandonStart()
            return .failure
        }
        loop.every(ControlLimits.sweepMs) { [unowned self] in sweep() }
        begin(configuration, places, warnings: [], since: loop.now) { [unowned self] report in
            if report.isApplied { hasStarted() } else { quit(.failure) }
        }
        loop.run()
        finish()
        return exit
    }

    /// Ends the loop; `run` returns soon.
    func quit(_ exit: Exit) {
        self.exit = exit
        loop.stop()
    }

    // Start ---------------------------------------------------------------------------------

    private func watchDescriptors() throws {
        _ = try loop.watch(signals.rawValue, .readable) { [unowned self] _ in takeSignals() }
        _ = try loop.watch(workerWake.rawValue, .readable) { [unowned self] _ in
            workerWake.clear()
            hearWorkers()
        }
        resolver.onAnswers = { [unowned self] in membershipAnswered() }
        discovery.onChange = { [unowned self] in membershipAnswered() }
        prober.onResult = { [unowned self] report in hear(report) }
        tlsWatcher.onChange = { [unowned self] paths in renewTLS(paths) }
    }

    /// Raises the limit of descriptors and says what it is enough for.
    private func prepareLimits(_ configuration: Configuration) {
        workerCount =
            configuration.workers ?? min(Machine.processorCount, ControlLimits.workersMax)
        descriptorsMax = Int(
            clamping: Machine.raiseDescriptorLimit(cap: ControlLimits.descriptorsMax))
        connectionsMax = descriptorsMax / 2
        if let warning = limitWarning(configuration) {
            log.warning("configuration", metadata: ["warning": "\(warning)"])
        }
    }

    /// What to say of a limit of connections that cannot be met, or nil.
    func limitWarning(_ configuration: Configuration) -> String? {
        let possible = connectionsLimit(configuration)
        guard let wanted = configuration.maxConnections, wanted > possible else { return nil }
        return "max_connections: \(wanted) cannot be met, \(possible) can: each takes two "
            + "descriptors, and the process may have \(descriptorsMax)"
    }

    private func startWorkers(_ configuration: Configuration) throws {
        let count = workerCount
        registry = StateRegistry(workerCount: count)
        binder = Binder(workerCount: count)
        for index in 0..<count {
            unsafe workers.append(
                try WorkerThread(
                    index: index, count: count, controlWake: workerWake.rawValue,
                    process: process, sessionsMax: connectionsMax))
        }
    }

    /// Opens the admin socket. It comes before the listeners, so that of two processes which share
    /// one by mistake the second never accepts a connection.
    private func openAdmin(_ configuration: AdminConfiguration) -> Bool {
        do {
            admin = try AdminServer(
                configuration, loop: loop,
                answer: { [unowned self] request, reply in answer(request, reply) })
            return true
        } catch {
            var metadata: Logger.Metadata = [
                "path": "\(configuration.socket)", "error": "\(error)",
            ]
            if [EACCES, EPERM, EROFS].contains(error.code) {
                metadata["hint"] = "set admin.socket to a path that this user may write"
            }
            log.error("cannot open the admin socket", metadata: metadata)
            return false
        }
    }

    /// The first configuration is in force: says so.
    private func hasStarted() {
        guard let current else { preconditionFailure("started without a configuration") }
        phase = .running
        for entry in current.listeners {
            for bound in entry.bound {
                log.info(
                    "listening",
                    metadata: [
                        "listener": "\(entry.record.name)", "address": "\(bound.actual)",
                        "upstream": "\(entry.configuration.upstreams.joined(separator: ","))",
                        "subject": "\(bound.actual)",
                    ])
            }
        }
        log.info(
            "ready",
            metadata: [
                "version": "\(version)", "workers": "\(workers.count)",
                "max_connections": "\(connectionsLimit(current.configuration))",
                "admin": "\(current.configuration.admin.socket)",
            ])
        notifier.ready("serving")
    }

    /// Connections at one time by configuration and descriptors.
    func connectionsLimit(_ configuration: Configuration) -> Int {
        let addresses = configuration.listeners.reduce(0) { $0 + $1.bind.count }
        let pooled = configuration.upstreams.reduce(0) {
            let members = discovery.members($1.name)?.count ?? $1.backends.count
            return $0 + ($1.pool?.warm ?? 0) * max(1, members)
        }
        let possible = ControlLimits.connectionsMax(
            descriptors: descriptorsMax, workers: workerCount, boundAddresses: addresses,
            pooled: pooled)
        return min(configuration.maxConnections ?? possible, possible)
    }

    private func abandonStart() {
        for worker in workers { unsafe worker.handle.pointee.send(.stop) }
        for worker in workers { worker.join() }
    }

    // Signals -------------------------------------------------------------------------------

    private func takeSignals() {
        while let number = signals.next() {
            switch number {
            case SIGHUP: reload { _ in }
            case SIGTERM, SIGINT: stopRequested(number == SIGTERM ? "SIGTERM" : "SIGINT")
            case SIGUSR1: reopenLog()
            case SIGCHLD: ChildProcess.reapAll()
            default: break
            }
        }
    }

    private func reopenLog() {
        do {
            try output.writer.reopen()
            log.info("log reopened")
        } catch {
            log.error("cannot reopen the log", metadata: ["error": "\(error)"])
        }
        reopenAccessLogs()
    }

    // Workers -------------------------------------------------------------------------------

    /// Something came from a worker: records, an adopted snapshot, or its end.
    private func hearWorkers() {
        readRecords()
        drainAccessLogs()
        checkAdopted()
        if phase == .draining, workers.allSatisfy(\.hasFinished) { quit(.success) }
        retryLogLater()
    }

    /// Writes what workers have to say.
    func readRecords() {
        for worker in workers {
            while let record = unsafe worker.handle.pointee.records.read() { write(record) }
        }
    }

    /// Frees snapshots that nobody needs, and looks at what is measured over time.
    private func sweep() {
        freeRetired()
        freeTables()
        if reloading == nil { removeUnboundFiles() }
        sampleRates()
        sampleBreakers()
        ejectOutliers()
        assessUpstreams()
        callWaiting()
        noteSources()
        lookAtTLS()
        retryLogLater()
    }

    private func retryLogLater() {
        guard output.writer.isWaiting, !willRetryLog else { return }
        output.writer.flush()
        guard output.writer.isWaiting else { return }
        willRetryLog = true
        loop.after(ControlLimits.logFlushMs) { [unowned self] in
            willRetryLog = false
            retryLogLater()
        }
    }
}
