// The program with backends that tell who they are and send back what they get, so that a test sees
// both where a hello went and that it came as it was sent.

import Glibc
import Support
import Testing

/// What passes ClientHellos on to backends of names.
struct HelloFront {
    let sluice: SluiceProcess
    private let backends: [String: TestServer]

    /// A process with one worker, a listener called `tls`, and an upstream for each name.
    ///
    /// - Parameters:
    ///   - routes: The routes, in a YAML list.
    ///   - listener: More of the listener, such as `, upstream: other`.
    ///   - upstream: More of each upstream.
    ///   - more: More of the file.
    init(
        _ names: [String], routes: String, listener: String = "", upstream: String = "",
        more: String = "", environment: [String: String] = [:]
    ) {
        let backends = Dictionary(uniqueKeysWithValues: names.map { ($0, Self.backend($0)) })
        self.backends = backends
        sluice = SluiceProcess(
            Self.text(
                backends, routes: routes, listener: listener, upstream: upstream, more: more),
            environment: environment)
    }

    /// Writes another configuration with the same backends, which is not in force before a reload.
    /// Without routes bytes are relayed whatever they are.
    func write(
        routes: String?, listener: String = "", upstream: String = "", more: String = ""
    ) {
        sluice.write(
            Self.text(
                backends, routes: routes, listener: listener, upstream: upstream, more: more))
    }

    private static func text(
        _ backends: [String: TestServer], routes: String?, listener: String, upstream: String,
        more: String
    ) -> String {
        let routes = routes.map { ", routes: \($0)" } ?? ""
        let upstreams = backends.sorted { $0.key < $1.key }.map {
            "  \($0.key): { backends: [\"127.0.0.1:\($0.value.port)\"]\(upstream) }\n"
        }
        return """
            workers: 1
            \(more)
            listeners:
              tls: { bind: "127.0.0.1:0", protocol: tcp\(routes)\(listener) }
            upstreams:
            \(upstreams.joined())
            """
    }

    /// Waits until there are so many sessions.
    func waitForSessions(_ count: Int) throws -> Bool {
        try eventually { try sluice.status().active == count }
    }

    /// Waits until so many sessions have ended for a reason.
    func waitForEnds(_ reason: String, _ count: UInt64) throws -> Bool {
        try eventually { try sluice.ended(reason) == count }
    }

    /// A connection to the listener.
    func connect(from source: UInt32 = 0) throws -> TestSocket? {
        TestSocket.connect(port: try sluice.port(of: "tls"), from: source)
    }

    /// A connection that has sent something.
    func connect(sending bytes: [UInt8]) throws -> TestSocket? {
        let client = try connect()
        client?.send(bytes)
        return client
    }

    /// Who answers to a hello; nil when nobody does, or when it was changed on its way.
    func whoAnswers(_ hello: SentHello, from source: UInt32 = 0) throws -> String? {
        guard let client = try connect(from: source), client.send(hello.stream) else { return nil }
        return Self.name(client, hello.stream)
    }

    /// Who answers to a client that has sent a hello; nil when nobody does, or when it was changed on
    /// its way.
    static func name(_ client: TestSocket, _ hello: [UInt8]) -> String? {
        let name = client.receive(exactly: 1)
        guard client.receive(exactly: hello.count) == hello else { return nil }
        return Client.text(name)
    }

    /// A backend whose name has one letter.
    static func backend(_ name: String) -> TestServer {
        precondition(name.utf8.count == 1)
        return TestServer { connection in
            var hasTold = false
            while case .bytes(let bytes) = connection.receive(milliseconds: 60_000) {
                if !hasTold { connection.send(name) }
                hasTold = true
                guard connection.send(bytes) else { return }
            }
            connection.shutdownWrite()
        }
    }
}
