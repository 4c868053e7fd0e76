internal import ArgumentParser
internal import Config

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of the configuration.",
        discussion: "For editors that complete and check YAML while you type.")

    func run() { print(ConfigurationSchema.jsonSchema(), terminator: "") }
}
