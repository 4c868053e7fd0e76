internal import ArgumentParser
internal import Control

struct OverridesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overrides", abstract: "Show what operators said of backends.",
        discussion: """
            Each drain, disable and weight that holds: since when, how long yet, by whom
            and why. Also of backends that the file has not at the moment.
            """)

    @Option(help: "The admin socket of the process.")
    var socket = defaultSocketPath

    @Flag(help: "Print them as a JSON array.")
    var json = false

    func run() throws {
        do {
            let client = AdminClient(path: socket)
            if json {
                print(try client.overridesText(), terminator: "")
            } else {
                Console.say(OverrideView(try client.overrides()).text)
            }
        } catch {
            throw OverrideOptions.complain(error)
        }
    }
}
