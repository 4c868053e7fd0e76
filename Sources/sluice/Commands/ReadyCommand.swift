internal import ArgumentParser

struct ReadyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ready", abstract: "Take drain and disable back.",
        usage: "sluice ready <upstream/backend> [--reason <text>] ...",
        discussion: """
            Health and the policy decide again. A weight that was given stays; `sluice
            clear` takes it back too.
            """)

    @OptionGroup var target: TargetArgument

    @OptionGroup var options: OverrideOptions

    func run() throws { try options.run("ready", target.target) }
}
