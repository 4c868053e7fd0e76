internal import ArgumentParser

struct KillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill", abstract: "End the sessions of backends now.",
        usage: "sluice kill <upstream/backend> [--reason <text>] ...",
        discussion: """
            Both sides are reset. New sessions may come at once, so drain first, and kill
            what has not left by then.

            EXAMPLE
              sluice drain 'cache/*' --for 1h
              sluice kill 'cache/*' --reason 'the hour is over'
            """)

    @OptionGroup var target: TargetArgument

    @OptionGroup var options: OverrideOptions

    func run() throws { try options.run("kill", target.target) }
}
