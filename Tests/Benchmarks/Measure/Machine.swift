// What the figures were taken on.

/// Facts about this machine, as text for the page.
struct Machine {
    let processor: String
    let processors: Int
    let kernel: String
    let system: String
    /// How segments are sent (tcp(7), TCP_CONGESTION).
    let congestionControl: String
    /// Runnable tasks over the last minute, before the benchmarks added theirs.
    let load: Double

    /// The setting of the network that the reader is in.
    static let congestionControlPath = "/proc/sys/net/ipv4/tcp_congestion_control"

    static func read() -> Machine {
        let lines = (Files.read("/proc/cpuinfo") ?? "").split(separator: "\n")
        let models = lines.filter { $0.hasPrefix("model name") }
        let release = (Files.read("/etc/os-release") ?? "").split(separator: "\n")
            .first { $0.hasPrefix("PRETTY_NAME=") }
        let kernel = Files.read("/proc/sys/kernel/osrelease") ?? "unknown"
        return Machine(
            processor: models.first.flatMap { value($0, after: ":") } ?? "unknown",
            processors: lines.filter { $0.hasPrefix("processor") }.count,
            kernel: String(kernel.split(separator: "\n").first ?? "unknown"),
            system: release.flatMap { value($0, after: "=") } ?? "Linux",
            congestionControl: (Files.read(congestionControlPath) ?? "unknown")
                .filter { $0 != "\n" },
            load: (Files.read("/proc/loadavg") ?? "").split(separator: " ").first
                .flatMap { Double($0) } ?? 0)
    }

    private static func value(_ line: Substring, after separator: Character) -> String? {
        guard let index = line.firstIndex(of: separator) else { return nil }
        let value = line[line.index(after: index)...]
        return String(value.drop { $0 == " " || $0 == "\"" }.filter { $0 != "\"" })
    }
}
