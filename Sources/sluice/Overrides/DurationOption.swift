// The option of commands whose effect may end by itself.

internal import ArgumentParser
internal import Config

/// How long an override holds.
struct DurationOption: ParsableArguments {
    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "How long: 90s, 30m, 2h. Without it until taken back.", valueName: "time"))
    var text: String?

    func validate() throws {
        guard let text else { return }
        do { _ = try DurationText.parse(text) } catch {
            let advice = error.suggestion.map { "; \($0)" } ?? ""
            throw ValidationError("--for: \(error.message)\(advice)")
        }
    }
}
