// What is known while one file is being decoded: the problems so far, the place that is looked at,
// and the names and addresses that have to agree with each other in the end.

/// The state of one file's decoding.
struct Review {
    /// A name that is declared, or used, at a node.
    struct Mention {
        var name: String
        var node: Node
    }

    /// A listener's or the admin server's claim to an address.
    struct Claim {
        var address: BindAddress
        /// IPV6_V6ONLY.
        var ipv6Only: Bool
        /// Whose it is, for messages: `listener 'web'`.
        var owner: String
        var node: Node
    }

    let source: SourceText
    /// The mapping that is being decoded, for messages: `listener 'web'`; nil at the top level.
    var place: String?
    /// Where that mapping is introduced: its key, or else its beginning.
    var placeNode: Node?
    /// True while the keys of a mapping are checked against each other, when each of them was
    /// understood: else a default stands in the model where something was written.
    var isUnderstood = true
    /// True while a listener is decoded whose routes look at the ClientHello and not at requests.
    var routesByHello = false
    /// Upstreams that the file declares, whether sound or not.
    var declaredUpstreams: [Mention] = []
    /// Uses of upstreams.
    var usedUpstreams: [Mention] = []
    /// Addresses that are going to be bound.
    var claims: [Claim] = []
    /// Problems so far, in the order they were found. Errors and warnings fill their space apart,
    /// so that warnings never hide the error that they came with.
    private(set) var errors: [Diagnostic] = []
    private(set) var warnings: [Diagnostic] = []
    /// Where texts stand that are judged later.
    private(set) var places: Places

    init(source: SourceText) {
        self.source = source
        places = Places(file: source.name)
    }

    /// ` in listener 'web'`, or ` at the top level`.
    var inPlace: String { place.map { " in \($0)" } ?? " at the top level" }

    /// True when the file cannot be used.
    var hasErrors: Bool { !errors.isEmpty }

    /// True when no further error will be shown, so that looking for words to say is idle.
    var isFull: Bool { errors.count > Limits.diagnostics }

    mutating func error(_ message: String, at node: Node, suggestion: String? = nil) {
        add(.error, Problem(message, at: node.start, to: node.end, suggestion: suggestion))
    }

    mutating func warning(_ message: String, at node: Node, suggestion: String? = nil) {
        add(.warning, Problem(message, at: node.start, to: node.end, suggestion: suggestion))
    }

    mutating func add(_ severity: Diagnostic.Severity, _ problem: Problem) {
        let count = severity == .error ? errors.count : warnings.count
        guard count <= Limits.diagnostics else { return }
        let diagnostic = diagnostic(severity, problem)
        if severity == .error { errors.append(diagnostic) } else { warnings.append(diagnostic) }
    }

    /// Keeps the place of a text that is judged later.
    mutating func keepPlace(of text: String, at node: Node) {
        guard !places.has(text) else { return }
        let place = diagnostic(.error, Problem("", at: node.start, to: node.end))
        places.add(text, place)
    }

    private func diagnostic(_ severity: Diagnostic.Severity, _ problem: Problem) -> Diagnostic {
        var diagnostic = Diagnostic(
            severity, file: source.name, message: problem.message, suggestion: problem.suggestion)
        diagnostic.line = Int(problem.start.line)
        diagnostic.column = Int(problem.start.column)
        let isOneLine = problem.start.line == problem.end.line
        diagnostic.length =
            isOneLine ? max(1, Int(problem.end.column - problem.start.column)) : 1
        diagnostic.sourceLine = source.excerpt(at: problem.start)
        return diagnostic
    }
}

extension Review {
    /// The problems in the order of their places, errors before warnings at one place, and a last
    /// one for those that are left out.
    var sortedDiagnostics: [Diagnostic] {
        let kept = errors.prefix(Limits.diagnostics) + warnings.prefix(Limits.diagnostics)
        var sorted = kept.sorted {
            ($0.line, $0.column, $0.severity == .error ? 0 : 1)
                < ($1.line, $1.column, $1.severity == .error ? 0 : 1)
        }
        if kept.count < errors.count + warnings.count {
            sorted.append(
                Diagnostic(
                    hasErrors ? .error : .warning, file: source.name,
                    message: "there are more problems than the first \(Limits.diagnostics)"))
        }
        return sorted
    }
}
