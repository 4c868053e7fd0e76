internal import ArgumentParser

struct DrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Give backends no new sessions.",
        usage: "sluice drain <upstream/backend> [--for <time>] [--reason <text>] ...",
        discussion: """
            The sessions that are there go on; watch them leave with `sluice status`.
            Holds over reloads until `sluice ready`, or until its time is up.

            EXAMPLE
              sluice drain cache/red --for 30m --reason 'new kernel'
            """)

    @OptionGroup var target: TargetArgument

    @OptionGroup var duration: DurationOption

    @OptionGroup var options: OverrideOptions

    func run() throws { try options.run("drain", target.target, for: duration.text) }
}
