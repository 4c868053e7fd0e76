// What is wrong or doubtful about the files of TLS, gathered over all of them so that it is told at
// once, each with its place in the configuration.

internal import Config

/// Problems of files, in the order they were found.
struct TLSFindings {
    /// More are of no use to a reader.
    private static let countMax = 100

    private let places: Places
    private var found: [Diagnostic] = []

    /// None; `places` are those of the configuration that names the files.
    init(_ places: Places) { self.places = places }

    /// True when something cannot be used.
    var hasErrors: Bool { found.contains { $0.severity == .error } }

    /// All of them, errors first, at most as many as somebody reads.
    var diagnostics: [Diagnostic] {
        let sorted = found.filter { $0.severity == .error } + found.filter { $0.severity != .error }
        guard sorted.count > Self.countMax else { return sorted }
        let rest = places.diagnostic(
            sorted[Self.countMax].severity, about: "",
            "there are \(sorted.count - Self.countMax) more problems of files")
        return sorted.prefix(Self.countMax) + [rest]
    }

    /// Something that cannot be used. `text` is what stands in the configuration.
    mutating func error(_ message: String, about text: String, suggestion: String? = nil) {
        add(places.diagnostic(.error, about: text, message, suggestion: suggestion))
    }

    /// Something that is used all the same.
    mutating func warning(_ message: String, about text: String, suggestion: String? = nil) {
        add(places.diagnostic(.warning, about: text, message, suggestion: suggestion))
    }

    /// Listeners that share a file share what is wrong with it.
    private mutating func add(_ diagnostic: Diagnostic) {
        if !found.contains(diagnostic) { found.append(diagnostic) }
    }
}
