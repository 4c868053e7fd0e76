// Metrics as a scraper would read them, from the admin socket.

import Glibc
import Linux
import Support

extension SluiceProcess {
    /// The sum of a metric over its labels, or over those lines that hold `label`.
    func metric(_ name: String, _ label: String = "") throws -> Double {
        var sum = 0.0
        for line in try metricsText().split(separator: "\n")
        where line.hasPrefix(name + "{") || line.hasPrefix(name + " ") {
            guard label.isEmpty || line.contains(label) else { continue }
            sum += line.split(separator: " ").last.flatMap { Double($0) } ?? 0
        }
        return sum
    }

    /// GET /metrics.
    private func metricsText() throws -> String {
        guard let address = SocketAddress(unix: socketPath) else { return "" }
        let socket = TestSocket(owning: Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0))
        _ = try Socket.connect(socket.descriptor, to: address).orThrow("connect")
        socket.send("GET /metrics HTTP/1.1\r\nHost: sluice\r\nConnection: close\r\n\r\n")
        return String(decoding: socket.receiveAll() ?? [], as: UTF8.self)
    }
}
