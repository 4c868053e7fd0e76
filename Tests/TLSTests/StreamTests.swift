// Bytes within sessions: records, waiting, ends of streams, and what is refused.

import COpenSSL
import Glibc
import Support
import Testing

@testable import TLS

@Suite("Streams of sessions")
struct StreamTests {
    /// Peers whose handshake is behind them.
    private func established(
        _ contexts: TLSServerContexts = Fixture.server(), version: TLSVersion = .tls13
    ) -> Peers {
        let peers = Peers(contexts, Fixture.client { $0.tls.maximumVersion = version })
        let result = peers.shake()
        #expect(result.server == .done && result.client == .done)
        #expect(peers.settle() == .wouldRead)
        return peers
    }

    /// Sends all bytes; waits for nothing.
    private func send(_ bytes: [UInt8], by session: inout TLSSession) -> [TLSResult] {
        var results: [TLSResult] = []
        var sent = 0
        while sent < bytes.count {
            let result = bytes.withUnsafeBytes {
                session.send(from: $0.baseAddress! + sent, count: bytes.count - sent)
            }
            results.append(result)
            guard case .count(let count) = result else { break }
            sent += count
        }
        return results
    }

    @Test("bytes come out as they went in, both ways", arguments: TLSVersion.allCases)
    func bytes(version: TLSVersion) {
        var peers = established(version: version)
        let message = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        _ = send(message, by: &peers.server)
        let (received, last) = Peers.receive(peers.client)
        #expect(received == message && last == .wouldRead)
        _ = send(message, by: &peers.client)
        #expect(Peers.receive(peers.server).0 == message)
    }

    @Test("a burst begins with a record of 4 KiB, and goes on with such of 16 KiB")
    func records() {
        var peers = established()
        let message = [UInt8](repeating: 1, count: 40_000)
        let counts: [TLSResult] = [.count(4096), .count(16384), .count(16384), .count(3136)]
        #expect(send(message, by: &peers.server) == counts)
        _ = Peers.receive(peers.client)
        #expect(send([1, 2], by: &peers.server) == [.count(2)])
        #expect(send(message, by: &peers.server).first == .count(16384))
        _ = Peers.receive(peers.client)
        peers.server.beginBurst()
        #expect(send([1, 2], by: &peers.server) == [.count(2)])
        #expect(send(message, by: &peers.server) == counts.dropLast() + [.count(3136)])
    }

    @Test("what the socket does not take is offered again, from other memory, and comes once")
    func repeating() {
        var peers = established()
        var size: Int32 = 4096
        setsockopt(peers.serverSocket, SOL_SOCKET, SO_SNDBUF, &size, 4)
        let message = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        var (sent, waits) = (0, 0)
        var received: [UInt8] = []
        while received.count < message.count {
            // A new array each time, so that addresses differ.
            let rest = Array(message[sent...])
            if !rest.isEmpty {
                switch peers.server.send(from: rest, count: rest.count) {
                case .count(let count): sent += count
                case .wouldWrite:
                    waits += 1
                    peers.server.beginBurst()
                    received += Peers.receive(peers.client).0
                case let other:
                    Issue.record("\(other)")
                    return
                }
            } else {
                received += Peers.receive(peers.client).0
            }
        }
        #expect(received == message && waits > 3)
    }

    @Test("several records that came at once are pending, and nothing is once they are read")
    func pending() {
        var peers = established()
        for byte in 1...3 { _ = send([UInt8(byte)], by: &peers.client) }
        var buffer = [UInt8](repeating: 0, count: 100)
        #expect(!peers.server.hasPending)
        #expect(peers.server.receive(into: &buffer, count: 100) == .count(1))
        #expect(peers.server.hasPending)
        #expect(peers.server.receive(into: &buffer, count: 100) == .count(1))
        #expect(peers.server.receive(into: &buffer, count: 100) == .count(1))
        #expect(!peers.server.hasPending && buffer[0] == 3)
        #expect(peers.server.receive(into: &buffer, count: 100) == .wouldRead)
    }

    @Test("a look takes tickets and no data, and sees an end", arguments: TLSVersion.allCases)
    func peeking(version: TLSVersion) {
        var peers = Peers(Fixture.server(), Fixture.client { $0.tls.maximumVersion = version })
        #expect(peers.shake().client == .done)
        // Of TLS 1.3 a ticket is on its way.
        #expect(peers.client.peek() == .wouldRead)
        #expect(!peers.client.hasPending)
        _ = send([7, 8], by: &peers.server)
        #expect(peers.client.peek() == .count(1))
        #expect(peers.client.peek() == .count(1))
        #expect(Peers.receive(peers.client).0 == [7, 8])
        #expect(peers.client.peek() == .wouldRead)
        #expect(peers.server.closeNotify() == .done)
        #expect(peers.client.peek() == .closed)
    }

    @Test("an end that was said is told from one that was not", arguments: TLSVersion.allCases)
    func ends(version: TLSVersion) {
        var whole = established(version: version)
        _ = send([9], by: &whole.client)
        #expect(whole.client.closeNotify() == .done)
        let (bytes, last) = Peers.receive(whole.server)
        #expect(bytes == [9] && last == .closed)
        // The other direction goes on.
        #expect(send([8], by: &whole.server) == [.count(1)])
        #expect(whole.server.closeNotify() == .done)
        #expect(Peers.receive(whole.client).0 == [8])

        var cut = established(version: version)
        _ = send([9], by: &cut.server)
        shutdown(cut.serverSocket, Int32(SHUT_WR))
        let (cutBytes, cutLast) = Peers.receive(cut.client)
        #expect(cutBytes == [9] && cutLast == .truncated)
        #expect(ERR_peek_error() == 0)
    }

    @Test("a client that ends without a word gets its answer", arguments: TLSVersion.allCases)
    func unsaidEnd(version: TLSVersion) {
        var peers = established(version: version)
        _ = send([9], by: &peers.client)
        shutdown(peers.clientSocket, Int32(SHUT_WR))
        let (bytes, last) = Peers.receive(peers.server)
        #expect(bytes == [9] && last == .closed)
        #expect(send([8], by: &peers.server) == [.count(1)])
        #expect(Peers.receive(peers.client).0 == [8])
        #expect(ERR_peek_error() == 0)
    }

    @Test("a socket whose other end is gone is reset")
    func reset() {
        var peers = established()
        close(peers.clientSocket)
        // The descriptor is closed again at the end, so something has to be there.
        dup2(peers.serverSocket, peers.clientSocket)
        #expect(send([1], by: &peers.server) == [.reset(EPIPE)])
        #expect(ERR_peek_error() == 0)
    }

    @Test("a record with a changed byte is a bad record", arguments: TLSVersion.allCases)
    func tampering(version: TLSVersion) {
        var peers = established(version: version)
        _ = send([1, 2, 3], by: &peers.client)
        var record = Sockets.read(peers.serverSocket)
        record[record.count - 1] ^= 1
        Sockets.write(record, to: peers.clientSocket)
        let (bytes, last) = Peers.receive(peers.server)
        #expect(bytes.isEmpty && last == .failed(.badRecord))
        #expect(Peers.receive(peers.client).1 == .failed(.alertBadRecord))
    }

    @Test("plain bytes within a session break its rules")
    func plain() {
        let peers = established()
        Sockets.write("plain text, and enough of it".utf8, to: peers.clientSocket)
        guard case .failed(let failure) = Peers.receive(peers.server).1 else {
            Issue.record("plain text was taken")
            return
        }
        #expect(failure == .notTLS || failure == .protocolViolation)
    }

    @Test("a client that wants another handshake in its session is refused and may go on")
    func renegotiation() {
        var peers = established(version: .tls12)
        SSL_clear_options(peers.client.ssl, copenssl_op_no_renegotiation)
        #expect(SSL_renegotiate(peers.client.ssl) == 1)
        #expect(peers.client.handshake() == .wantsRead)
        #expect(Peers.receive(peers.server).1 == .wouldRead)
        #expect(peers.client.handshake() == .failed(.renegotiation))
        #expect(send([1], by: &peers.server) == [.count(1)])
    }

    @Test("a thousand handshakes, good ones and failed ones, leave no memory behind")
    func leaks() async {
        // In a process of its own: other tests take memory meanwhile.
        await #expect(processExitsWith: .success) {
            LiveMemory.begin()
            let contexts = Fixture.server()
            let strict = Fixture.server { $0.isStrict = true }
            let context = Fixture.client()
            func rounds(_ count: Int) -> Int {
                for round in 0..<count {
                    let fails = round % 4 == 3
                    let peers = Peers(
                        fails ? strict : contexts, context, name: fails ? "x.org" : "a.example.com")
                    let isDone = peers.shake().server == .done
                    precondition(isDone == !fails)
                }
                return LiveMemory.count
            }
            _ = rounds(100)
            let before = rounds(4)
            let after = rounds(1000)
            precondition(after - before < 50, "\(after - before) pieces of memory")
        }
    }
}
