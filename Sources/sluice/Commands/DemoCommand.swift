internal import ArgumentParser
internal import Config

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Start three little backends and a balancer to play with.")

    @Option(help: "The port of the balancer on 127.0.0.1.")
    var port: UInt16 = 8080

    func run() throws {
        let demo: Demo
        do {
            demo = try Demo(port: port)
        } catch {
            Console.complain("sluice: cannot start the demo: \(error)")
            throw ExitCode.failure
        }
        defer { demo.end() }
        let result = ConfigurationFile.load(path: demo.configurationPath)
        result.complain()
        guard let configuration = result.configuration else { throw ExitCode.badConfiguration }
        Console.say(demo.introduction)
        try RunCommand.serve(configuration, path: demo.configurationPath)
    }
}

/// A backend of the demo, as a process of its own that can be stopped. Not for users.
struct DemoBackendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-backend", abstract: "Serve as a backend of the demo.",
        shouldDisplay: false)

    @Option(help: "The number of a listening socket.")
    var descriptor: Int32

    @Option(help: "What it calls itself.")
    var name: String

    func run() throws { try DemoBackend(listening: descriptor, name: name).run() }
}
