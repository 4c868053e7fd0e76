internal import ArgumentParser

struct DisableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Give backends no new sessions, and no probes.",
        usage: "sluice disable <upstream/backend> [--for <time>] [--reason <text>] ...",
        discussion: """
            As `sluice drain`, and nothing else is sent to the backends either: no probes,
            no warm connections. For a machine that is about to be off.
            """)

    @OptionGroup var target: TargetArgument

    @OptionGroup var duration: DurationOption

    @OptionGroup var options: OverrideOptions

    func run() throws { try options.run("disable", target.target, for: duration.text) }
}
