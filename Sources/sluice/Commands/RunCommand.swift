internal import ArgumentParser
internal import Config
internal import Control

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the configuration of a file.",
        discussion: """
            Stays in the foreground and logs to standard error, unless the file says
            otherwise.

            SIGNALS
              HUP        read the file again; a bad one changes nothing
              TERM, INT  stop accepting, let sessions end; a second one stops at once
              USR1       open the log file anew
            """)

    @Argument(help: "The configuration.")
    var file = defaultConfigurationPath

    func run() throws {
        try Self.serve(path: file)
    }

    /// Runs a file's configuration until it is stopped; throws the exit code when that is not 0.
    ///
    /// - Parameter willServe: Called when the file is found to be good.
    static func serve(path: String, _ willServe: () -> Void = {}) throws {
        let result = LoadResult.reading(path)
        result.complain()
        guard let configuration = result.configuration else { throw ExitCode.badConfiguration }
        willServe()
        let supervisor: Supervisor
        do {
            supervisor = try Supervisor(configurationPath: path, version: Version.text)
        } catch {
            Console.complain("sluice: cannot start: \(error)")
            throw ExitCode.failure
        }
        let exit = supervisor.run(configuration, result.places)
        guard exit == .success else { throw ExitCode(exit.rawValue) }
    }
}
