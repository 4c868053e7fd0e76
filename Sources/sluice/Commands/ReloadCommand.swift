internal import ArgumentParser
internal import Control

struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Put the changed file of a running sluice in force.",
        discussion: """
            Waits until every worker has it, and prints what changed. No connection is
            touched. Exits with 2 when the file has errors, and with 1 when it is good and was
            refused all the same: an address is taken, or the process is about to end. The old
            one stays in force then.
            """)

    @Option(help: "The admin socket of the process.")
    var socket = defaultSocketPath

    func run() throws {
        let report: ReloadReport
        do {
            report = try AdminClient(path: socket).reload()
        } catch {
            Console.complain("sluice: \(error)")
            throw ExitCode.unreachable
        }
        for warning in report.warnings { Console.complain(warning) }
        guard report.isApplied else {
            for error in report.errors { Console.complain(error) }
            Console.complain("sluice: refused; the configuration in force stays")
            throw report.cause == .file ? ExitCode.badConfiguration : ExitCode.failure
        }
        for change in report.changes { Console.say(change) }
        for pending in report.pending {
            Console.say("\(pending): waits for a restart")
        }
        let count = report.changes.count
        let what = count == 0 ? "nothing changed" : "\(count) change\(count == 1 ? "" : "s")"
        Console.say("reloaded in \(report.milliseconds) ms: \(what)")
    }
}
