// Who the members of upstreams are, when the configuration says only where to find them: DNS
// records, by the resolver, or watched files. The last good list stays whatever a source says
// after it; an empty list is never a good one.

internal import Config
internal import Linux

/// Keeps the members of upstreams up to date. Used by the control thread.
final class Discovery {
    /// Turns a file's bytes into backends; gets its path for its words.
    typealias Parse = ([UInt8], String) -> Result<
        [BackendConfiguration], BackendList.Unreadable
    >

    private struct Entry {
        let source: DiscoverySource
        var members: [BackendConfiguration]?
        /// Why the last list was not taken, or nil.
        var problem: String?
        /// When a list was last taken, in ms of the loop.
        var takenAt: UInt64?
    }

    /// Called when the members of some upstream have changed, once for all of them.
    var onChange: () -> Void = {}

    private let loop: ControlLoop
    private let resolver: Resolver
    private let parse: Parse
    private let watcher: FileWatcher
    private var entries: [String: Entry] = [:]
    /// What the resolver was last told to find.
    private var wanted: Set<ResolverQuery> = []

    init(
        loop: ControlLoop, resolver: Resolver,
        parse: @escaping Parse = { BackendList.parse($0, path: $1) }
    ) {
        self.loop = loop
        self.resolver = resolver
        self.parse = parse
        watcher = FileWatcher(loop: loop)
        resolver.onRecords = { [unowned self] in
            wantNames()
            update { $0.query != nil }
        }
        watcher.onChange = { [unowned self] paths in
            update { source in
                guard case .file(let path) = source else { return false }
                return paths.contains(path)
            }
        }
    }

    /// The sources from now on, by the names of upstreams. Files are read, and answers that are
    /// known already are taken, before it returns; `onChange` is for what comes later.
    func setSources(_ sources: [String: DiscoverySource]) {
        let known = entries
        entries = [:]
        for (upstream, source) in sources {
            if let entry = known[upstream], entry.source == source {
                entries[upstream] = entry
            } else {
                entries[upstream] = Entry(source: source)
            }
        }
        watcher.watch(
            Set(
                sources.values.compactMap { source in
                    if case .file(let path) = source { path } else { nil }
                }))
        wantNames()
        for upstream in sources.keys where known[upstream]?.source != sources[upstream] {
            refresh(upstream)
        }
    }

    /// The members of an upstream, sorted by identity; nil while they were never known.
    func members(_ upstream: String) -> [BackendConfiguration]? { entries[upstream]?.members }

    /// True when every source has said something, good or bad.
    var hasAnswered: Bool {
        entries.values.allSatisfy { $0.members != nil || $0.problem != nil }
    }

    /// What is known of an upstream's source; nil when it has none.
    func knowledge(_ upstream: String) -> DiscoveryKnowledge? {
        guard let entry = entries[upstream] else { return nil }
        let answer = entry.source.query.flatMap { resolver.answers[$0] }
        let now = loop.now
        return DiscoveryKnowledge(
            memberCount: entry.members?.count,
            ageMs: (entry.source.query == nil ? entry.takenAt : answer?.answeredAt)
                .map { now - $0 },
            lastError: entry.problem,
            nextRefreshMs: answer.map { max($0.refreshAt, now) - now })
    }

    /// Watches and asks nobody any more.
    func finish() {
        onChange = {}
        watcher.onChange = { _ in }
        watcher.close()
        resolver.onRecords = {}
        entries = [:]
    }

    private func update(_ isMeant: (DiscoverySource) -> Bool) {
        // First all: `onChange` may set other sources.
        let changed = entries.filter { isMeant($0.value.source) }.keys.filter { refresh($0) }
        guard !changed.isEmpty else { return }
        // Nobody wants to know where former members are.
        wantNames()
        onChange()
    }

    /// Looks at a source. True when the members are others now.
    @discardableResult
    private func refresh(_ upstream: String) -> Bool {
        guard let entry = entries[upstream] else { return false }
        let list: DiscoveredList?
        switch entry.source {
        case .file(let path): list = read(path)
        case .dns: list = .ofRecords(entry.source, entry.members, resolver.answers)
        }
        guard let list else { return false }
        entries[upstream]?.problem = list.problem
        guard let members = list.members else { return false }
        entries[upstream]?.takenAt = loop.now
        guard members != entry.members else { return false }
        entries[upstream]?.members = members
        return true
    }

    private func read(_ path: String) -> DiscoveredList {
        let bytes: [UInt8]
        do { bytes = try BoundedFile.read(path, limit: BackendList.bytesMax) } catch {
            return DiscoveredList(problem: error.text)
        }
        switch parse(bytes, path) {
        case .failure(let problem): return DiscoveredList(problem: problem.text)
        case .success(let backends) where backends.isEmpty:
            return DiscoveredList(problem: "\(path) lists no backends")
        case .success(let backends): return DiscoveredList(backends)
        }
    }

    /// Asks for the records of sources, and for the hosts that services are to be had at: those of
    /// the newest answer and those in use.
    private func wantNames() {
        let answers = resolver.answers
        var queries: Set<ResolverQuery> = []
        for entry in entries.values {
            guard let query = entry.source.query else { continue }
            queries.insert(query)
            guard case .srv = query else { continue }
            for service in answers[query]?.services ?? [] { queries.insert(.host(service.target)) }
            for member in entry.members ?? [] {
                if case .host(let name, _) = member.address { queries.insert(.host(name)) }
            }
        }
        guard queries != wanted else { return }
        wanted = queries
        resolver.want(queries, by: .discovery)
    }
}
