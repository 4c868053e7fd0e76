import Glibc
import Linux
import Testing

@Suite("Who is at the other end of a Unix socket")
struct PeerCredentialsTests {
    @Test("the kernel tells process and user of a peer")
    func peer() throws {
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { ends.forEach { close($0) } }
        let peer = try #require(PeerCredentials(of: ends[0]))
        #expect(peer.pid == getpid() && peer.uid == getuid())
        #expect(PeerCredentials(of: -1) == nil)
    }

    @Test("a user has a name, or none that the machine knows")
    func names() {
        #expect(PeerCredentials(pid: 1, uid: 0).userName == "root")
        #expect(PeerCredentials(pid: 1, uid: 4_000_000_000).userName == nil)
    }
}
