// Servers of tests: a listening socket and a thread for each connection.

import Glibc

/// A server on loopback that hands each connection to a closure on a thread of its own. It stops
/// accepting when it is released; connections end by their closures.
public final class TestServer: @unchecked Sendable {
    /// Where it listens.
    public let port: UInt16
    private let listening: TestSocket
    private let serve: @Sendable (TestSocket) -> Void

    /// Listens on `port` (0 is any) of `host`, by default 127.0.0.1, and serves.
    public init(
        host: UInt32 = 0x7f00_0001, port: UInt16 = 0,
        _ serve: @escaping @Sendable (TestSocket) -> Void
    ) {
        guard let listening = TestSocket.listen(host: host, port: port) else {
            preconditionFailure("cannot listen on port \(port): \(errno)")
        }
        self.listening = listening
        self.port = listening.port
        self.serve = serve
        ThreadOfTest.start {
            while let connection = listening.accept(milliseconds: 600_000) {
                ThreadOfTest.start { serve(connection) }
            }
        }
    }

    deinit { stop() }

    /// Accepts no more.
    public func stop() { shutdown(listening.descriptor, Int32(SHUT_RDWR)) }

    /// A server that sends back what it receives, until the end of the stream.
    public static func echo() -> TestServer {
        TestServer { connection in
            while case .bytes(let bytes) = connection.receive(milliseconds: 60_000) {
                guard connection.send(bytes) else { return }
            }
            connection.shutdownWrite()
        }
    }

    /// A server that says who it is to each connection, and closes.
    public static func naming(
        _ name: String, host: UInt32 = 0x7f00_0001, port: UInt16 = 0
    ) -> TestServer {
        TestServer(host: host, port: port) { connection in
            connection.send(name)
            connection.shutdownWrite()
            _ = connection.receive()
        }
    }
}

/// Threads for blocking peers.
public enum ThreadOfTest {
    /// Runs a closure on a thread of its own.
    public static func start(_ body: @escaping @Sendable () -> Void) {
        final class Box: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        let context = Unmanaged.passRetained(Box(body)).toOpaque()
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { context in
                Unmanaged<Box>.fromOpaque(context!).takeRetainedValue().body()
                return nil
            }, context)
        precondition(result == 0, "pthread_create: \(result)")
        pthread_detach(thread)
    }
}
