// Which certificates each name gets, worked out when contexts are made.

/// Names and the sets of certificates that serve them.
struct ServerNamePlan {
    /// Sets of indices of certificates, one of each kind of key; the first is the default.
    private(set) var sets: [[Int]]
    /// For each name, the index of its set. Wildcards are `*.example.com`.
    private(set) var names: [String: Int] = [:]

    /// Plans for certificates, the first of which is the default.
    init(_ facts: [CertificateFacts]) {
        precondition(!facts.isEmpty)
        var found: [String: [Int]] = [:]
        for (index, certificate) in facts.enumerated() {
            for name in certificate.names {
                let others = found[name, default: []]
                let isFirst = !others.contains { facts[$0].keyKind == certificate.keyKind }
                if isFirst { found[name] = others + [index] }
            }
        }
        // The default has what its first name has, so that it too may have a certificate of each kind.
        let first = facts[0].names.first.flatMap { found[$0] } ?? [0]
        sets = [first]
        var places = [first: 0]
        for (name, set) in found.sorted(by: { $0.key < $1.key }) {
            if places[set] == nil {
                places[set] = sets.count
                sets.append(set)
            }
            names[name] = places[set]
        }
    }
}
