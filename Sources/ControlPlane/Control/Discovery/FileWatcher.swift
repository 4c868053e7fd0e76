// Tells when files may have changed: written in place, replaced by renaming, removed and made again,
// or reached by other symbolic links than before. It reads none of them.

internal import Linux

/// Watches the directories that files are in.
final class FileWatcher {
    /// How long nothing must have happened before a change is told: editors and tools make several
    /// of one. It is told after the longer time whatever happens.
    static let settleMs: UInt64 = 50
    static let settleMaxMs: UInt64 = 1000
    /// How often files are looked at, twice in a row when something has changed, for what inotify(7) does not tell: changes on network file
    /// systems, and everything when the system's number of watches is used up.
    static let lookMs: UInt64 = 10_000

    private struct File {
        /// Where changes of it are told; any name is of interest where there is none.
        var watches: [(watch: Int32, name: String?)] = []
        /// When it was last told of.
        var identity = FileIdentity()
    }

    /// Called with the paths that may lead to other contents now.
    var onChange: (Set<String>) -> Void = { _ in }

    private let loop: ControlLoop
    private let lookMs: UInt64
    /// Nil while nothing is watched, or when the system gives none.
    private var notify: INotify?
    private var notifyWatch: ControlLoop.Identifier?
    private var files: [String: File] = [:]
    /// Directories that are watched for some file.
    private var directories: Set<Int32> = []
    /// Files that changed, to be told of when nothing more happens, and since when they wait.
    private var changed: Set<String> = []
    private var changedSince: UInt64 = 0
    private var settleTimer: ControlLoop.Identifier?
    private var lookTimer: ControlLoop.Identifier?

    init(loop: ControlLoop, lookMs: UInt64 = FileWatcher.lookMs) {
        self.loop = loop
        self.lookMs = lookMs
    }

    deinit { close() }

    /// What is watched.
    var paths: Set<String> { Set(files.keys) }

    /// The files to watch from now on, by their absolute paths. What is read after this call is told
    /// of when it changes. A path with a slash at its end is a directory, and every change of a name
    /// in it is one of its own.
    func watch(_ paths: Set<String>) {
        guard !paths.isEmpty else { return close() }
        openNotify()
        files = files.filter { paths.contains($0.key) }
        changed.formIntersection(paths)
        for path in paths where files[path] == nil { follow(path) }
        removeUnused()
        if lookTimer == nil { lookLater() }
    }

    /// Watches nothing any more.
    func close() {
        for identifier in [settleTimer, lookTimer] { loop.cancel(identifier) }
        settleTimer = nil
        lookTimer = nil
        if let notifyWatch, let descriptor = notify?.rawValue {
            loop.unwatch(notifyWatch, descriptor)
        }
        notifyWatch = nil
        notify = nil
        files = [:]
        directories = []
        changed = []
    }

    private func openNotify() {
        guard notify == nil, let made = try? INotify() else { return }
        let descriptor = made.rawValue
        notifyWatch = try? loop.watch(descriptor, .readable) { [unowned self] _ in takeEvents() }
        if notifyWatch != nil { notify = consume made }
    }

    /// Watches all that a path goes through.
    private func follow(_ path: String) {
        var file = File()
        var steps = FileTrail.steps(of: path)
        // Until the way is the same before and after it is watched; not for ever, since somebody may
        // change it all the time, and then there are events.
        for _ in 0..<4 {
            file.watches = steps.compactMap { step in
                guard let result = notify?.add(step.directory), result.isSuccess else { return nil }
                return (Int32(result.count), step.name)
            }
            if path.hasSuffix("/"), let result = notify?.add(path), result.isSuccess {
                file.watches.append((Int32(result.count), nil))
            }
            directories.formUnion(file.watches.map(\.watch))
            let again = FileTrail.steps(of: path)
            if again == steps { break }
            steps = again
        }
        file.identity = FileIdentity(of: path)
        files[path] = file
    }

    private func removeUnused() {
        let used = Set(files.values.flatMap { $0.watches.map(\.watch) })
        for watch in directories.subtracting(used) { notify?.remove(watch) }
        directories = used
    }

    private func takeEvents() {
        let events = notify?.read() ?? []
        var paths: Set<String> = []
        for event in events {
            for (path, file) in files {
                let isMeant = file.watches.contains {
                    $0.watch == event.watch
                        && (event.isOfDirectory || $0.name == nil || $0.name == event.name)
                }
                if isMeant || event.isOverflow { paths.insert(path) }
            }
        }
        settle(paths)
    }

    private func settle(_ paths: Set<String>) {
        guard !paths.isEmpty else { return }
        let now = loop.now
        if changed.isEmpty { changedSince = now }
        changed.formUnion(paths)
        let end = changedSince + Self.settleMaxMs
        loop.cancel(settleTimer)
        settleTimer = loop.after(min(Self.settleMs, max(end, now) - now)) { [unowned self] in
            settleTimer = nil
            let paths = changed
            changed = []
            for path in paths { follow(path) }
            removeUnused()
            onChange(paths)
        }
    }

    private func lookLater() {
        lookTimer = loop.after(lookMs) { [unowned self] in
            var seen: [String: FileIdentity] = [:]
            for (path, file) in files {
                let identity = FileIdentity(of: path)
                if identity != file.identity { seen[path] = identity }
            }
            guard !seen.isEmpty else { return lookLater() }
            // Here nobody tells when its writer is done: what still grows is looked at again.
            lookTimer = loop.after(lookMs / 10) { [unowned self] in
                settle(Set(seen.filter { FileIdentity(of: $0.key) == $0.value }.map(\.key)))
                lookLater()
            }
        }
    }
}
