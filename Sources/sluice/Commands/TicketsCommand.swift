internal import ArgumentParser
internal import Control

struct TicketsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tickets", abstract: "Renew keys of session tickets that nodes share.",
        subcommands: [RotateCommand.self])

    /// `sluice tickets rotate`.
    struct RotateCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate", abstract: "Put a new key in front of those of a file.",
            discussion: """
                Of the others the two youngest stay, so that tickets sealed with them are still
                taken. Running processes with the file in tls.tickets.file find out by
                themselves. A file that is not there is made; only its owner may read it.

                Run it on one node, every eight hours or so, and copy the file to the others;
                until all of them have it, some sessions are not resumed, and nothing else
                happens.

                EXAMPLE
                  sluice tickets rotate /etc/sluice/tickets.key
                """)

        @Argument(help: "The file of keys.")
        var file: String

        func run() throws {
            do {
                let count = try TicketKeyFile.rotate(file)
                Console.say("\(file): a new key seals, \(count) of 3 are there")
            } catch {
                Console.complain("sluice: \(error)")
                throw ExitCode.failure
            }
        }
    }
}
