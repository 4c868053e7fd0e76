// The rules of precedence once more, as slow and plain as they read.

import Routing

/// Looks at every route, and keeps the best that matches.
enum Oracle {
    /// What is compared, the first first; greater is better.
    typealias Rank = [Int]

    static func match(
        _ patterns: [RoutePattern], _ request: PlainRequest
    ) -> (index: Int32, prefixLength: Int32) {
        var found: (rank: Rank, index: Int, prefixLength: Int)?
        for (index, pattern) in patterns.enumerated() where admits(pattern, request) {
            let hosts = pattern.hosts.map { rank($0, request.host) }
            let paths = pattern.paths.map { rank($0, request.path) }
            guard let host = best(hosts),
                let path = best(paths)
            else { continue }
            let ranks = [pattern.priority, host, path, conditionCount(pattern), -index]
            if found == nil || found!.rank.lexicographicallyPrecedes(ranks) {
                let isExact = path == .max
                found = (ranks, index, isExact ? request.path.utf8.count : max(path, 0))
            }
        }
        guard let found else { return (-1, 0) }
        return (Int32(found.index), Int32(found.prefixLength))
    }

    /// The best that matches; -1 where nothing is asked, nil where nothing matches.
    private static func best(_ ranks: [Int?]) -> Int? {
        ranks.isEmpty ? -1 : ranks.compactMap { $0 }.max()
    }

    private static func conditionCount(_ pattern: RoutePattern) -> Int {
        let fields = pattern.fields.map { ValueCondition($0.name.lowercased(), $0.test) }
        return (pattern.methods.isEmpty ? 0 : 1) + Set(fields).count + Set(pattern.parameters).count
    }

    private static func plain(_ host: String) -> String {
        let host = host.lowercased()
        return host.hasSuffix(".") ? String(host.dropLast()) : host
    }

    private static func rank(_ pattern: HostPattern, _ host: String) -> Int? {
        let host = plain(host)
        if host.isEmpty { return nil }
        switch pattern {
        case .exact(let name):
            return host == plain(name) ? .max : nil
        case .below(let name):
            let suffix = "." + plain(name)
            return host.hasSuffix(suffix) && host != suffix ? suffix.count : nil
        }
    }

    private static func rank(_ pattern: PathPattern, _ path: String) -> Int? {
        switch pattern {
        case .exact(let text):
            return path == text ? .max : nil
        case .prefix(let text):
            let prefix = text.hasSuffix("/") ? String(text.dropLast()) : text
            if prefix.isEmpty || path == prefix || path.hasPrefix(prefix + "/") {
                return prefix.utf8.count
            }
            return nil
        }
    }

    private static func admits(_ pattern: RoutePattern, _ request: PlainRequest) -> Bool {
        if !pattern.methods.isEmpty && !pattern.methods.contains(request.method) { return false }
        return pattern.fields.allSatisfy { holds($0.test, request.fields[$0.name.lowercased()]) }
            && pattern.parameters.allSatisfy { holds($0.test, request.parameters[$0.name]) }
    }

    private static func holds(_ test: ValueCondition.Test, _ value: String?) -> Bool {
        switch test {
        case .exact(let wanted): value == wanted
        case .prefix(let wanted): value?.hasPrefix(wanted) == true
        case .present: value != nil
        case .absent: value == nil
        }
    }
}
