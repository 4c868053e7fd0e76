// What a process holds, read from /proc: for the checks at the end of each test.

import Glibc

/// Descriptors and memory of a process.
public struct ProcessResources: Sendable {
    /// Open descriptors. Pipes are not among them: a few are kept for the next bulk transfer.
    public var descriptors = 0
    /// Pipes.
    public var pipes = 0
    /// What the descriptors are.
    public var names: [String] = []
    /// Memory in RAM.
    public var residentKiB = 0

    init() {}

    /// Reads what a process holds now.
    public init(of pid: pid_t) {
        guard let directory = opendir("/proc/\(pid)/fd") else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(cString: $0.baseAddress!.assumingMemoryBound(to: CChar.self))
            }
            guard !name.hasPrefix(".") else { continue }
            let target = SymbolicLink.read("/proc/\(pid)/fd/\(name)")
            guard !target.isEmpty else { continue }
            if target.hasPrefix("pipe:") {
                pipes += 1
            } else {
                descriptors += 1
                names.append("\(name):\(target)")
            }
        }
        let status = TextFile.read("/proc/\(pid)/status")
        for line in status.split(separator: "\n") where line.hasPrefix("VmRSS:") {
            residentKiB =
                line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
                .flatMap { Int($0) } ?? 0
        }
    }
}
