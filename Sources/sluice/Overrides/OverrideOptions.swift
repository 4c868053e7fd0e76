// What the commands that change backends have in common: how a target is completed, how the running
// process is asked, and what becomes of its answer.

internal import ArgumentParser
internal import Control

/// What belongs to every command of an operator.
struct OverrideOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Why; kept with it and logged.", valueName: "text"))
    var reason: String?

    @Option(help: "The admin socket of the process.")
    var socket = defaultSocketPath

    /// Has an action done, and prints what it changed.
    func run(_ action: String, _ target: String, weight: Int? = nil, for: String? = nil) throws {
        let order = OverrideOrder(target: target, weight: weight, for: `for`, reason: reason)
        let outcome: OverrideOutcome
        do {
            outcome = try AdminClient(path: socket).operate(action, order)
        } catch {
            throw Self.complain(error)
        }
        for line in ChangeView(outcome, for: `for`).lines { Console.say(line) }
        for warning in outcome.warnings { Console.complain("warning: \(warning)") }
    }

    /// Tells why it could not be done. Returns the exit code.
    static func complain(_ error: any Error) -> ExitCode {
        Console.complain("sluice: \(error)")
        guard let refused = error as? AdminRefused else { return .unreachable }
        return refused.status == 400 ? .validationFailure : .failure
    }

    /// The targets that begin like `prefix`, for shells: as the running process has them.
    static func complete(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
        let option = words.firstIndex(of: "--socket")
        let path = option.flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
        let client = AdminClient(path: path ?? defaultSocketPath)
        guard let report = try? client.status() else { return [] }
        return report.upstreams.flatMap { upstream in
            upstream.backends.map { "\(upstream.name)/\($0.name)" }
        }.filter { $0.hasPrefix(prefix) }
    }
}
