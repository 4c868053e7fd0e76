internal import ArgumentParser

struct ClearCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear", abstract: "Take back all that was said of backends.",
        usage: "sluice clear <upstream/backend> [--reason <text>] ...",
        discussion: """
            The file's words hold again: ready, with the file's weight. '*' alone is short
            for every backend that something was said of.
            """)

    @OptionGroup var target: TargetArgument

    @OptionGroup var options: OverrideOptions

    func run() throws { try options.run("clear", target.target) }
}
