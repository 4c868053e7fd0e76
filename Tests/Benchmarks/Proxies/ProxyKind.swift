// The proxies that are compared, and what differs between them on the command line.

/// A contestant. The raw value is its name on the command line and in tables.
enum ProxyKind: String, CaseIterable {
    case sluice
    case haproxy
    case nginx

    /// The command that runs it in the foreground with a configuration file.
    func command(sluicePath: String, configurationPath: String) -> [String] {
        switch self {
        case .sluice: [sluicePath, "run", configurationPath]
        case .haproxy: ["haproxy", "-db", "-f", configurationPath]
        case .nginx: ["nginx", "-e", "stderr", "-c", configurationPath]
        }
    }

    /// The first line of what it says about its version.
    func version(sluicePath: String, directory: String) throws -> String {
        let command =
            switch self {
            case .sluice: [sluicePath, "version"]
            case .haproxy: ["haproxy", "-v"]
            case .nginx: ["nginx", "-v"]
            }
        let output = try ChildProcess.output(of: command, in: directory)
        return String(output.split(separator: "\n").first ?? "unknown")
    }
}
