// Our sessions with peers that are not ours: the `openssl` command's client and server.

import COpenSSL
import Glibc
import Support
import Testing

@testable import TLS

@Suite("Sessions with the openssl command")
struct OpenSSLCommandTests {
    /// Steps a session until it is done, waiting for its socket in between.
    private static func finish(_ socket: Int32, _ step: () -> TLSProgress) -> TLSProgress {
        for _ in 0..<100 {
            let progress = step()
            guard !progress.isFinal else { return progress }
            let events = progress == .wantsRead ? POLLIN : POLLOUT
            var entry = pollfd(fd: socket, events: Int16(events), revents: 0)
            guard poll(&entry, 1, 10_000) == 1 else { return progress }
        }
        return .wantsRead
    }

    /// A server that greets each client and says goodbye. What handshakes came to is in `outcomes`.
    private func greeter(
        _ contexts: TLSServerContexts, _ outcomes: Locked<[TLSProgress]>
    ) -> TestServer {
        Sockets.ignoresPipes
        return TestServer { connection in
            _ = fcntl(connection.descriptor, F_SETFL, O_NONBLOCK)
            var session = contexts.session(socket: connection.descriptor)!
            defer { session.free() }
            let progress = Self.finish(connection.descriptor) { session.handshake() }
            outcomes.withLock { $0.append(progress) }
            guard progress == .done else { return }
            let greeting = Array("greetings\n".utf8)
            _ = session.send(from: greeting, count: greeting.count)
            _ = session.closeNotify()
            connection.shutdownWrite()
            _ = connection.receiveAll()
        }
    }

    @Test("its client is served, by either version", arguments: TLSVersion.allCases)
    func client(version: TLSVersion) {
        let contexts = Fixture.server { $0.tls.applicationProtocols = ["h2", "http/1.1"] }
        let outcomes = Locked<[TLSProgress]>([])
        let server = greeter(contexts, outcomes)
        let run = Command.run(
            "openssl",
            ["s_client", "-connect", "127.0.0.1:\(server.port)", "-servername", "b.example.com"]
                + ["-CAfile", Fixture.root.own.certificateFile, "-verify_return_error"]
                + ["-verify_hostname", "b.example.com", "-alpn", "http/1.1", "-ign_eof"]
                + [version == .tls13 ? "-tls1_3" : "-tls1_2"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("greetings\n"))
        #expect(run.output.contains("ALPN protocol: http/1.1"))
        #expect(run.output.contains("Verify return code: 0 (ok)"))
        #expect(outcomes.withLock { $0 } == [.done])
        server.stop()
    }

    @Test("its client is refused what nobody should speak")
    func old() {
        let outcomes = Locked<[TLSProgress]>([])
        let server = greeter(Fixture.server(), outcomes)
        let table: [([String], TLSFailure)] = [
            (["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], .protocolVersion),
            (["-tls1", "-cipher", "ALL:@SECLEVEL=0"], .protocolVersion),
            (["-tls1_2", "-cipher", "AES128-SHA"], .noSharedCipher),
            (["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256"], .noSharedCipher),
        ]
        for (arguments, failure) in table {
            let before = outcomes.withLock { $0.count }
            let run = Command.run(
                "openssl", ["s_client", "-connect", "127.0.0.1:\(server.port)"] + arguments)
            #expect(run.status != 0, "\(arguments)")
            #expect(eventually { outcomes.withLock { $0.count } > before })
            #expect(outcomes.withLock { $0.last } == .failed(failure), "\(arguments)")
        }
        server.stop()
    }

    @Test("its server is a backend, with a session taken up", arguments: TLSVersion.allCases)
    func server(version: TLSVersion) throws {
        Sockets.ignoresPipes
        let free = TestSocket.listen()
        let port = free.port
        free.close()
        let program = ChildProgram(
            "openssl",
            ["s_server", "-accept", "127.0.0.1:\(port)", "-cert", Fixture.ecdsa.certificateFile]
                + [
                    "-cert_chain", Fixture.issuer.own.certificateFile, "-key",
                    Fixture.ecdsa.keyFile,
                ]
                + ["-www", "-quiet", version == .tls13 ? "-tls1_3" : "-tls1_2"])
        let context = Fixture.client()
        let slot = TLSSessionSlot()
        for round in 0..<3 {
            var connection: TestSocket?
            #expect(
                eventually {
                    connection = TestSocket.connect(port: port)
                    return connection != nil
                })
            let socket = try #require(connection)
            _ = fcntl(socket.descriptor, F_SETFL, O_NONBLOCK)
            var session = try #require(
                Peers.client(context, socket: socket.descriptor, name: "a.example.com", slot: slot))
            defer { session.free() }
            #expect(Self.finish(socket.descriptor) { session.handshake() } == .done)
            #expect(session.version == version && session.isResumed == (round > 0))
            let request = Array("GET / HTTP/1.0\r\n\r\n".utf8)
            #expect(session.send(from: request, count: request.count) == .count(request.count))
            var answer: [UInt8] = []
            var last = TLSResult.wouldRead
            while last == .wouldRead {
                var entry = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
                guard poll(&entry, 1, 10_000) == 1 else { break }
                let (bytes, result) = Peers.receive(session)
                answer += bytes
                last = result
            }
            #expect(String(decoding: answer, as: UTF8.self).hasPrefix("HTTP/1.0 200"))
            #expect(last == .closed || last == .truncated)
        }
        slot.deallocate()
        _ = program
    }
}
