// What an operator's command changed, one line a backend.

internal import Control

/// An outcome as text.
struct ChangeView {
    private let outcome: OverrideOutcome
    /// How long it holds, as the operator wrote it.
    private let length: String?

    init(_ outcome: OverrideOutcome, for length: String?) {
        self.outcome = outcome
        self.length = length
    }

    /// A line for each backend, or one that says that there was none.
    var lines: [String] {
        guard !outcome.backends.isEmpty else { return ["nothing was overridden"] }
        return outcome.backends.map { "\($0.upstream)/\($0.backend): \(change($0))" }
    }

    private func change(_ backend: OverrideOutcome.Backend) -> String {
        let time = length.map { " for \($0)" } ?? ""
        switch outcome.action {
        case "weight":
            let before = backend.weightBefore.map { ", was \($0)" } ?? ""
            let isElsewhere =
                backend.fileWeight != nil && backend.fileWeight != backend.weightBefore
            let file = isElsewhere ? ", \(backend.fileWeight ?? 0) by the file" : ""
            return "weight \(backend.weight ?? 0)\(time)\(before)\(file)"
        case "kill":
            return "\(counted(backend.sessions)) ended"
        case "clear":
            let weight = backend.weight.map { ", weight \($0)" } ?? ", not configured now"
            return "cleared, \(backend.state)\(weight)"
        default:
            let before = backend.stateBefore
            let was = before == backend.state ? ", as before" : ", was \(before)"
            let rest = backend.sessions > 0 ? "; \(counted(backend.sessions)) left" : ""
            return backend.state + time + was + (backend.state == "ready" ? "" : rest)
        }
    }

    private func counted(_ count: Int) -> String {
        "\(count) session\(count == 1 ? "" : "s")"
    }
}
