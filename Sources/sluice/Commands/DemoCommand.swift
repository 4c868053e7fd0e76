internal import ArgumentParser
internal import Config

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Start three little backends and a balancer to play with.")

    @Option(help: "The port of the balancer on 127.0.0.1. (default: 8080, or 8443 with --tls)")
    var port: UInt16?

    @Flag(help: "Have clients speak TLS, by a certificate that is made now.")
    var tls = false

    func run() throws {
        let demo: Demo
        do {
            demo = try Demo(port: port ?? (tls ? 8443 : 8080), hasTLS: tls)
        } catch {
            Console.complain("sluice: cannot start the demo: \(error)")
            throw ExitCode.failure
        }
        defer { demo.end() }
        try RunCommand.serve(path: demo.configurationPath) { Console.say(demo.introduction) }
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
