// The argument that names backends, alike in all commands.

internal import ArgumentParser

/// The backends that a command is about.
struct TargetArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Which backends: cache/red, 'cache/*', '*/10.0.0.?:80'.",
            valueName: "upstream/backend"),
        completion: .custom(OverrideOptions.complete))
    var target: String
}
