// A running sluice in front of two backends that say who they are, for tests of what an operator
// does to them.

import Support
import Testing

/// Two backends, `red` and `blue` of `cache`: each sends `r` or `b` and then all that it receives.
struct Operated {
    let red = Operated.server("r")
    let blue = Operated.server("b")
    let sluice: SluiceProcess
    let port: UInt16

    init(balance: String = "round-robin") throws {
        sluice = SluiceProcess(Self.configuration(red, blue, balance))
        port = try sluice.port(of: "one")
    }

    /// A session, and who serves it; nil when nobody does.
    func open() -> (session: TestSocket, name: String)? {
        guard let session = TestSocket.connect(port: port),
            let name = Client.text(session.receive(exactly: 1))
        else { return nil }
        return (session, name)
    }

    /// A session with a certain backend.
    func open(with name: String) -> TestSocket? {
        for _ in 0..<100 {
            if let opened = open(), opened.name == name { return opened.session }
        }
        return nil
    }

    /// Who serves some sessions that end at once.
    func servers(of count: Int = 20) -> Set<String> {
        Set((0..<count).map { _ in open()?.name ?? "nobody" })
    }

    /// The state of a backend in the status report.
    func state(_ name: String) throws -> String? {
        try sluice.status().upstreams.flatMap(\.backends).first { $0.name == name }?.state
    }

    /// Writes the configuration with some of the two backends, and another one in any case.
    func write(hasRed: Bool) {
        let whole = Self.configuration(red, blue, "round-robin")
        let lines = whole.split(separator: "\n").filter { hasRed || !$0.contains("red") }
        sluice.write(lines.joined(separator: "\n"))
    }

    private static func configuration(
        _ red: TestServer, _ blue: TestServer, _ balance: String
    ) -> String {
        """
        listeners: { one: { bind: "127.0.0.1:0", upstream: cache } }
        upstreams:
          cache:
            balance: \(balance)
            backends:
              - { name: red, address: "127.0.0.1:\(red.port)" }
              - { name: blue, address: "127.0.0.1:\(blue.port)" }
        """
    }

    private static func server(_ name: String) -> TestServer {
        TestServer { connection in
            connection.send(name)
            while case .bytes(let bytes) = connection.receive(milliseconds: 60_000) {
                guard connection.send(bytes) else { return }
            }
            connection.shutdownWrite()
        }
    }
}
