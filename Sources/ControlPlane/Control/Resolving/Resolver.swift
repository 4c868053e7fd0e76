// What is known of names. Each name that somebody wants is asked for, and asked for again when its
// answer has run out or did not come. Knowledge is replaced by better knowledge only: no failure
// and no empty answer takes it away. Everything here is on the control thread; `ResolverChannel`
// does the asking.

internal import Config
internal import Glibc
internal import Linux

/// Resolves names and keeps what it learned.
final class Resolver {
    /// Queries on their way at one time: more would be lost at a name server's socket.
    static let runningMax = 64
    /// How long a query that failed waits to be sent again, at first and at last.
    static let retryMs: ClosedRange<UInt64> = 1000...30_000
    /// How long a name from a file of this machine holds: it has no TTL, and reading it is cheap.
    static let fileTTLMs: UInt64 = 5000

    /// Who wants names. What nobody wants is forgotten.
    enum Owner: Hashable {
        /// The backends that the configuration gives a host name.
        case configuration
        /// Upstreams whose backends are found by DNS.
        case discovery
    }

    /// What is known of a name.
    struct Answer {
        /// Without ports; IPv4 first, else in the order of the answer. Empty while it was never
        /// resolved, and for SRV records.
        var addresses: [SocketAddress] = []
        /// Of SRV records.
        var services: [ServiceRecord] = []
        /// Why the last query failed, or nil.
        var failure: String?
        /// When the last good answer came, in ms of the loop; nil when none has.
        var answeredAt: UInt64?
        /// When it is asked for again, in ms of the loop.
        var refreshAt: UInt64 = 0
        /// Queries that have ended, and how many of them failed by kind.
        var queryCount: UInt64 = 0
        var failureCounts: [ResolverFailure.Kind: UInt64] = [:]
    }

    /// What is known, by query; a host is found by its name alone too. Nil before the first query
    /// has ended.
    struct Answers {
        fileprivate let entries: [ResolverQuery: Entry]

        subscript(_ query: ResolverQuery) -> Answer? {
            entries[query].flatMap { $0.answer.queryCount > 0 ? $0.answer : nil }
        }
        subscript(_ name: String) -> Answer? { self[.host(name)] }
    }

    fileprivate struct Entry {
        var answer = Answer()
        /// Never empty.
        var owners: Set<Owner>
        /// How long the last failure made it wait; 0 after a good answer.
        var waitedMs: UInt64 = 0
    }

    /// Called after answers came that say something else than was known, before `onAnswers`: for
    /// who turns records into backends.
    var onRecords: () -> Void = {}
    /// Called after answers came that say something else than was known.
    var onAnswers: () -> Void = {}
    /// Queries that have ended, and those of them that failed, since the start.
    private(set) var queryCount: UInt64 = 0
    private(set) var failureCounts: [ResolverFailure.Kind: UInt64] = [:]

    private let loop: ControlLoop
    private var settings: ResolverConfiguration
    private var channel: ResolverChannel?
    /// What /etc/resolv.conf was when the channel was opened.
    private var systemFile = FileIdentity()
    private var entries: [ResolverQuery: Entry] = [:]
    /// When they are due. It may hold some that are not any more.
    private var schedule = RefreshQueue()
    /// Each has one query on its way, whether it is still wanted or not.
    private var running: Set<ResolverQuery> = []
    private var timer: ControlLoop.Identifier?
    /// Runs once a turn of the loop in which answers came.
    private var settling: ControlLoop.Identifier?
    /// An answer has come since that was last told which says something else than was known.
    private var hasNews = false

    init(loop: ControlLoop, settings: ResolverConfiguration = ResolverConfiguration()) {
        self.loop = loop
        self.settings = settings
    }

    deinit { finish() }

    /// What is known by now.
    var answers: Answers { Answers(entries: entries) }

    /// True when every one of these hosts was answered or failed at least once.
    func hasAnswered(_ names: some Sequence<String>) -> Bool {
        names.allSatisfy { (entries[.host($0)]?.answer.queryCount ?? 0) > 0 }
    }

    /// Wants hosts for the configuration, beside those that it wants already. Those without an
    /// address are asked for now.
    func request(_ names: some Sequence<String>) {
        for name in names {
            want(.host(name), by: .configuration)
            if let answer = entries[.host(name)]?.answer, answer.addresses.isEmpty,
                answer.refreshAt > 0
            {
                ask(.host(name), at: 0)
            }
        }
        startDue()
    }

    /// What an owner wants from now on, in place of what it wanted.
    func want(_ queries: Set<ResolverQuery>, by owner: Owner) {
        for query in entries.keys where !queries.contains(query) {
            entries[query]?.owners.remove(owner)
            if entries[query]?.owners.isEmpty == true { entries[query] = nil }
        }
        for query in queries { want(query, by: owner) }
        startDue()
    }

    /// Takes over other settings. Queries on their way are sent anew, by the new ones.
    func configure(_ settings: ResolverConfiguration) {
        guard settings != self.settings else { return }
        self.settings = settings
        channel?.close()
        channel = nil
        running = []
        // What was asked of other servers may be wrong.
        for query in entries.keys { ask(query, at: 0) }
        startDue()
    }

    /// Ends all queries and calls nobody any more. What is known stays.
    func finish() {
        channel?.close()
        channel = nil
        running = []
        entries = entries.filter { $0.value.answer.queryCount > 0 }
        onRecords = {}
        onAnswers = {}
        for identifier in [timer, settling] { loop.cancel(identifier) }
        timer = nil
        settling = nil
    }

    private func want(_ query: ResolverQuery, by owner: Owner) {
        guard entries[query]?.owners.insert(owner) == nil else { return }
        entries[query] = Entry(owners: [owner])
        ask(query, at: 0)
    }

    // Asking --------------------------------------------------------------------------------

    /// Sets when a query is sent next.
    private func ask(_ query: ResolverQuery, at dueMs: UInt64) {
        entries[query]?.answer.refreshAt = dueMs
        schedule.insert(query, dueMs: dueMs)
        // What is not due any more goes when it comes up, which may take a day.
        guard schedule.count > 2 * entries.count + Self.runningMax else { return }
        schedule = RefreshQueue()
        for (query, entry) in entries { schedule.insert(query, dueMs: entry.answer.refreshAt) }
    }

    /// The query that is due first and is not on its way.
    private func nextDue() -> RefreshQueue.Entry? {
        while let first = schedule.first {
            let isTrue = entries[first.query]?.answer.refreshAt == first.dueMs
            if isTrue, !running.contains(first.query) { return first }
            schedule.removeFirst()
        }
        return nil
    }

    /// Sends the queries whose time has come, as many as may be on their way.
    private func startDue() {
        let now = loop.now
        while running.count < Self.runningMax, let next = nextDue(), next.dueMs <= now {
            schedule.removeFirst()
            start(next.query)
        }
        armTimer()
    }

    private func start(_ query: ResolverQuery) {
        let channel: ResolverChannel
        do { channel = try presentChannel() } catch { return end(query, .failure(error)) }
        running.insert(query)
        channel.start(query) { [unowned self] result in
            if case .success(let records) = result, let family = lostFamily(query, records) {
                confirm(query, records, family)
            } else {
                end(query, result)
            }
        }
    }

    /// The channel, opened anew when the system's name servers have changed meanwhile. What is on
    /// its way to the old ones is asked of the new ones: they may be changed because they are silent,
    /// and with many names something is on its way at any time.
    private func presentChannel() throws(ResolverFailure) -> ResolverChannel {
        let file = settings.servers.isEmpty ? FileIdentity(of: "/etc/resolv.conf") : FileIdentity()
        if let channel {
            if file == systemFile { return channel }
            channel.close()
            self.channel = nil
            let lost = running
            running = []
            for query in lost { ask(query, at: 0) }
        }
        systemFile = file
        let opened = try ResolverChannel(settings, loop: loop)
        channel = opened
        return opened
    }

    /// A family that a host had addresses of and has none of now. c-ares calls it a success when
    /// one of two queries fails, and a failure must not take anything away.
    private func lostFamily(_ query: ResolverQuery, _ records: ResolverRecords) -> Int32? {
        guard case .host = query, let known = entries[query]?.answer.addresses else { return nil }
        return [AF_INET, AF_INET6].first { family in
            known.contains { $0.family == family }
                && !records.addresses.contains { $0.family == family }
        }
    }

    /// Asks for that family alone, which tells an absence from a failure.
    private func confirm(_ query: ResolverQuery, _ records: ResolverRecords, _ family: Int32) {
        channel?.start(query, family: family) { [unowned self] result in
            var records = records
            switch result {
            case .success(let more):
                records.addresses =
                    family == AF_INET
                    ? more.addresses + records.addresses : records.addresses + more.addresses
                end(query, .success(records))
            case .failure(let failure) where [.noName, .noData].contains(failure.kind):
                end(query, .success(records))
            case .failure(let failure):
                end(query, .failure(failure))
            }
        }
    }

    // Learning ------------------------------------------------------------------------------

    private func end(_ query: ResolverQuery, _ result: Result<ResolverRecords, ResolverFailure>) {
        running.remove(query)
        settleLater()
        queryCount += 1
        if case .failure(let failure) = result { failureCounts[failure.kind, default: 0] += 1 }
        guard var entry = entries[query] else { return }
        let before = entry.answer
        entry.answer.queryCount += 1
        let now = loop.now
        let dueMs: UInt64
        switch result {
        case .success(let records):
            entry.answer.addresses = records.addresses
            entry.answer.services = records.services
            entry.answer.failure = nil
            entry.answer.answeredAt = now
            entry.waitedMs = 0
            dueMs = now + lifetime(ttlMs: records.ttlMs ?? Self.fileTTLMs)
        case .failure(let failure):
            entry.answer.failure = failure.text
            entry.answer.failureCounts[failure.kind, default: 0] += 1
            entry.waitedMs = min(
                max(entry.waitedMs * 2, Self.retryMs.lowerBound), Self.retryMs.upperBound)
            dueMs = now + entry.waitedMs
        }
        entries[query] = entry
        if !entry.answer.says(before) { hasNews = true }
        ask(query, at: dueMs)
    }

    /// How long an answer is used: its TTL within the limits, and a little more or less, so that
    /// names learned together are not asked for together for ever.
    private func lifetime(ttlMs: UInt64) -> UInt64 {
        let least = settings.minTTL.milliseconds
        let ttl = max(least, min(ttlMs, settings.maxTTL.milliseconds))
        return max(least, UInt64.random(in: ttl - ttl / 10...ttl + ttl / 10))
    }

    /// Tells of answers once a turn of the loop, and never within a call of whoever asks. Most say
    /// what was known, and to look at thousands of backends for each of them would be all that the
    /// control thread does.
    private func settleLater() {
        guard settling == nil else { return }
        settling = loop.after(0) { [unowned self] in
            settling = nil
            startDue()
            guard hasNews else { return }
            hasNews = false
            onRecords()
            onAnswers()
        }
    }

    /// Sets the timer to when the next query is due. While as many run as may, the end of one does
    /// what the timer would.
    private func armTimer() {
        loop.cancel(timer)
        timer = nil
        guard running.count < Self.runningMax else { return }
        guard let next = nextDue()?.dueMs else { return }
        timer = loop.after(next - min(next, loop.now)) { [unowned self] in
            timer = nil
            startDue()
        }
    }
}

extension Resolver.Answer {
    /// True when it says what another one says. Servers rotate the records of an answer, and their
    /// order means nothing.
    fileprivate func says(_ other: Resolver.Answer) -> Bool {
        guard (queryCount > 0) == (other.queryCount > 0), failure == other.failure,
            addresses.count == other.addresses.count, services.count == other.services.count
        else { return false }
        return
            (addresses == other.addresses
            || Set(addresses.map(\.description)) == Set(other.addresses.map(\.description)))
            && (services == other.services || Set(services) == Set(other.services))
    }
}
