// The program: which commands there are. Each stands in Commands; none of them does more than call
// what lies below and turn the outcome into text and an exit code.

internal import ArgumentParser
internal import TLS

@main
struct Sluice: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice",
        abstract: "A TCP load balancer and HTTP reverse proxy that explains itself.",
        discussion: """
            New here? Type `sluice demo`: it starts three little backends and a balancer in
            front of them, and says what to try.

            In earnest: write a file of ten lines, `sluice check FILE`, `sluice run FILE`.
            Edit it, `sluice reload`, and look with `sluice status`.

            A backend has to go for a while? `sluice drain UPSTREAM/BACKEND --for 30m`.

            EXIT CODES
              0   done
              1   failed while running, a reload could not bind an address, or no
                  backend is meant
              2   the configuration is wrong
              64  the command line is wrong
              69  the admin socket cannot be reached
            """,
        version: Version.text,
        subcommands: [
            RunCommand.self, CheckCommand.self, ReloadCommand.self, StatusCommand.self,
            DrainCommand.self, DisableCommand.self, ReadyCommand.self, WeightCommand.self,
            OverridesCommand.self, ClearCommand.self, KillCommand.self, TicketsCommand.self,
            DemoCommand.self, SchemaCommand.self, VersionCommand.self,
            DemoBackendCommand.self,
        ])

    /// Has OpenSSL begin before anything can have it read its own configuration.
    static func main() {
        TLSLibrary.begin()
        main(nil)
    }
}
