// What to tell an operator whose pattern means nothing: what was nearly written, and what there is.

internal import Config

/// The backends that a pattern can mean, for near misses.
struct TargetAdvice {
    /// A backend and its address as the file has it.
    struct Known {
        var key: BackendKey
        var address: String?
    }

    /// Names that are listed at most; the rest is counted.
    static let namesMax = 12

    let known: [Known]

    /// About a text that is not of the form UPSTREAM/BACKEND.
    func notTarget(_ text: String) -> String {
        let form = "\(quoted(text)) is not UPSTREAM/BACKEND"
        if text == "*" { return "\(form); for all backends of all upstreams write '*/*'" }
        let name = text.split(separator: "/").first.map { String($0) } ?? ""
        if upstreams.contains(name) { return "\(form); for all of \(name) write '\(name)/*'" }
        if let meant = known.first(where: { $0.key.backend == text || $0.address == text }) {
            return "\(form); did you mean '\(meant.key)'?"
        }
        if let near = Spelling.nearest(to: text, among: known.map(\.key.backend)),
            let meant = known.first(where: { $0.key.backend == near })
        {
            return "\(form); did you mean '\(meant.key)'?"
        }
        return "\(form), such as '\(known.first.map { "\($0.key)" } ?? "cache/10.0.0.1:80")'"
    }

    /// About a pattern that matches nothing.
    func noMatch(_ pattern: TargetPattern) -> String {
        let parts = pattern.text.split(separator: "/", maxSplits: 1).map { String($0) }
        let backends = known.filter { pattern.matchesUpstream($0.key) }
        guard !backends.isEmpty else {
            let near = Spelling.nearest(to: parts[0], among: upstreams)
            let wanted = near.map { "; did you mean '\($0)/\(visible(parts[1]))'?" } ?? ""
            return "there is no upstream \(quoted(parts[0]))\(wanted)\n"
                + list("upstreams here", upstreams)
        }
        var message = "no backend matches \(quoted(pattern.text))"
        if let named = backends.first(where: { $0.address == parts[1] }) {
            message += "; that address goes by its name, '\(named.key)'"
        } else if let near = Spelling.nearest(
            to: parts[1], among: backends.map(\.key.backend)),
            let meant = backends.first(where: { $0.key.backend == near })
        {
            message += "; did you mean '\(meant.key)'?"
        }
        for upstream in Set(backends.map(\.key.upstream)).sorted().prefix(3) {
            let names = backends.filter { $0.key.upstream == upstream }.map(\.key.backend)
            message += "\n" + list("backends of \(upstream)", names)
        }
        return message
    }

    private var upstreams: [String] { Set(known.map(\.key.upstream)).sorted() }

    private func list(_ title: String, _ names: [String]) -> String {
        let shown = names.sorted().prefix(Self.namesMax).joined(separator: ", ")
        let rest = names.count - Self.namesMax
        return "  \(title): \(names.isEmpty ? "none" : shown)" + (rest > 0 ? ", \(rest) more" : "")
    }

    private func quoted(_ text: String) -> String { "'\(visible(text))'" }

    /// What an operator wrote may hold anything; a message goes to a terminal.
    private func visible(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(100) {
            shown.append(JSONText.isControl(scalar) ? "?" : scalar)
        }
        return String(shown)
    }
}
