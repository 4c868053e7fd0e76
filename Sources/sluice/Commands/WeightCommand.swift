internal import ArgumentParser

struct WeightCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weight", abstract: "Give backends another weight than the file's.",
        usage: "sluice weight <upstream/backend> <weight> [--for <time>] ...",
        discussion: """
            Their share of new sessions beside the other backends' weights; 0 gets none.
            Holds over reloads until `sluice clear`, or until its time is up.

            EXAMPLE
              sluice weight cache/red 1 --for 2h --reason 'cold after its restart'
            """)

    @OptionGroup var target: TargetArgument

    @Argument(help: "The weight, 0 to 1000.")
    var weight: Int

    @OptionGroup var duration: DurationOption

    @OptionGroup var options: OverrideOptions

    func validate() throws {
        guard (0...1000).contains(weight) else {
            throw ValidationError("a weight is from 0 to 1000, not \(weight)")
        }
    }

    func run() throws {
        try options.run("weight", target.target, weight: weight, for: duration.text)
    }
}
