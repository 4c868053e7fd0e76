internal import ArgumentParser
internal import Config

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say everything that is wrong with a file.",
        discussion: """
            Binds nothing, resolves nothing, changes nothing. It opens the files of
            certificates and keys, so run it as somebody who may read them. Exits with 2 on
            errors.
            """)

    @Argument(help: "The configuration.")
    var file = defaultConfigurationPath

    @Flag(help: "Print the findings as a JSON array.")
    var json = false

    func run() throws {
        let result = LoadResult.reading(file)
        if json {
            print(Diagnostic.json(result.diagnostics), terminator: "")
        } else {
            result.complain()
        }
        guard let configuration = result.configuration else { throw ExitCode.badConfiguration }
        if !json {
            Console.say("\(file): good: \(Self.summary(of: configuration))")
        }
    }

    private static func summary(of configuration: Configuration) -> String {
        let backends = configuration.upstreams.reduce(0) { $0 + $1.backends.count }
        let found = configuration.upstreams.count { $0.dns != nil || $0.file != nil }
        return [
            counted(configuration.listeners.count, "listener"),
            counted(configuration.upstreams.count, "upstream"), counted(backends, "backend"),
        ].joined(separator: ", ")
            + (found == 0 ? "" : " and those that \(counted(found, "source")) will tell")
    }

    private static func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
