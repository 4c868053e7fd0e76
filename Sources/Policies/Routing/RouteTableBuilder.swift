// Gathers routes by host and path, in Swift's own collections, and puts each group in order; then
// `RouteTableBuilder+Copy.swift` lays everything out flat. Control plane.

/// The tables of some routes while they are built.
struct RouteTableBuilder {
    /// What one list of candidates is for.
    struct Group: Hashable {
        var level: Int
        var path: PathKey
    }

    /// A path as a key; `every` and the prefix `/` have no bytes.
    enum PathKey: Hashable {
        case exact(Int)
        case prefix(Int)
        case root
        case every
    }

    /// A host as a key: a name in lower case, itself or all below.
    struct HostKey: Hashable {
        var name: [UInt8]
        var isExact: Bool
    }

    let patterns: [RoutePattern]
    let conditions: [RouteConditions]

    /// Numbers of levels; 0 is that of every host and has no key.
    private(set) var levels: [HostKey: Int] = [:]
    /// The keys of levels from 1 on.
    private(set) var hosts: [HostKey] = []
    /// Numbers of paths.
    private(set) var nodes: [[UInt8]: Int] = [:]
    /// The bytes of each path.
    private(set) var paths: [[UInt8]] = []

    /// Groups in the order in which routes first name them.
    private(set) var groups: [Group] = []
    /// The routes of each group, by precedence, without those that can't be taken there.
    private(set) var lists: [[Int]] = []

    /// Routes that can't be taken at all.
    private(set) var shadowed: [ShadowedRoute] = []

    init(_ patterns: [RoutePattern]) {
        precondition(patterns.count <= Int(Int32.max), "more routes than indexes")
        self.patterns = patterns
        conditions = patterns.map { RouteConditions($0) }
        var groupNumbers: [Group: Int] = [:]
        for (route, pattern) in patterns.enumerated() {
            for group in groupsOf(pattern) {
                let number = groupNumbers[group, default: groups.count]
                if number == groups.count {
                    groupNumbers[group] = number
                    groups.append(group)
                    lists.append([])
                }
                // A route may name one place twice, as `/v1` and `/v1/`.
                if lists[number].last != route { lists[number].append(route) }
            }
        }
        putInOrder()
    }

    /// Every host of a pattern with every path of it.
    private mutating func groupsOf(_ pattern: RoutePattern) -> [Group] {
        let levels = pattern.hosts.isEmpty ? [0] : pattern.hosts.map { level($0) }
        let paths = pattern.paths.isEmpty ? [.every] : pattern.paths.map { pathKey($0) }
        return levels.flatMap { level in paths.map { Group(level: level, path: $0) } }
    }

    private mutating func level(_ pattern: HostPattern) -> Int {
        var isExact = false
        if case .exact = pattern { isExact = true }
        let key = HostKey(name: pattern.name, isExact: isExact)
        if let level = levels[key] { return level }
        hosts.append(key)
        levels[key] = hosts.count
        return hosts.count
    }

    private mutating func pathKey(_ pattern: PathPattern) -> PathKey {
        let bytes = pattern.bytes
        if case .prefix = pattern {
            return bytes.isEmpty ? .root : .prefix(node(bytes))
        }
        return .exact(node(bytes))
    }

    private mutating func node(_ bytes: [UInt8]) -> Int {
        if let node = nodes[bytes] { return node }
        paths.append(bytes)
        nodes[bytes] = paths.count - 1
        return paths.count - 1
    }

    /// Sorts the lists, and takes out of each what an equal pattern precedes there.
    private mutating func putInOrder() {
        var isTaken = [Bool](repeating: false, count: patterns.count)
        var shadows = [Int?](repeating: nil, count: patterns.count)
        for number in lists.indices {
            var first: [RouteConditions: Int] = [:]
            var kept: [Int] = []
            for route in lists[number].sorted(by: precedes) {
                if let shadow = first[conditions[route]] {
                    if shadows[route] == nil { shadows[route] = shadow }
                } else {
                    first[conditions[route]] = route
                    kept.append(route)
                    isTaken[route] = true
                }
            }
            lists[number] = kept
        }
        for (route, shadow) in shadows.enumerated() where !isTaken[route] {
            guard let shadow else { preconditionFailure("a route without a place") }
            shadowed.append(ShadowedRoute(index: route, shadowedBy: shadow))
        }
    }

    /// Which of two routes for the same host and path goes first.
    private func precedes(_ one: Int, _ other: Int) -> Bool {
        if patterns[one].priority != patterns[other].priority {
            return patterns[one].priority > patterns[other].priority
        }
        if conditions[one].count != conditions[other].count {
            return conditions[one].count > conditions[other].count
        }
        return one < other
    }
}
