// When a server counts as up: its port accepts a connection. Alike for every server here.

import Glibc

enum Readiness {
    /// Returns once `port` accepts; throws with what the process printed if it ends or takes too
    /// long.
    static func await(port: UInt16, of process: ChildProcess, named name: String) throws {
        let deadline = Clock.now() + 10
        while Clock.now() < deadline && process.isRunning {
            if let descriptor = try Loopback.connect(port: port) {
                close(descriptor)
                return
            }
            Clock.pause(seconds: 0.002)
        }
        process.stop()
        let output = Files.read(process.outputPath) ?? ""
        throw BenchmarkError("\(name) does not answer on port \(port); it printed:\n\(output)")
    }
}
