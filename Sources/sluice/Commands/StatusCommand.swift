internal import ArgumentParser
internal import Control

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what a running sluice is doing.")

    @Option(help: "The admin socket of the process.")
    var socket = defaultSocketPath

    @Flag(help: "Print the report as JSON.")
    var json = false

    func run() throws {
        do {
            let client = AdminClient(path: socket)
            if json {
                print(try client.statusText(), terminator: "")
            } else {
                Console.say(StatusView(try client.status()).text)
            }
        } catch {
            Console.complain("sluice: \(error)")
            throw ExitCode.unreachable
        }
    }
}
