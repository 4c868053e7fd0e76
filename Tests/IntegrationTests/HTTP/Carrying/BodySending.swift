// A body that is sent while its sender waits for the answer.

import Glibc
import Support
import Synchronization
import Testing

/// A thread that sends a body until it is through or the connection is ended.
final class BodySending: Sendable {
    private let isDone = Atomic<Bool>(false)
    private let client: HTTPPeer

    /// Begins to send.
    init(_ client: HTTPPeer, _ framing: BulkTests.Framing, _ count: Int) {
        self.client = client
        ThreadOfTest.start { [self] in
            _ = framing.send(client.socket, count)
            isDone.store(true, ordering: .releasing)
        }
    }

    /// Ends the connection, whatever is still to be sent. Its descriptor is closed when the thread
    /// has no use for it any more.
    func end() {
        shutdown(client.socket.descriptor, Int32(SHUT_RDWR))
        #expect(eventually { isDone.load(ordering: .acquiring) }, "the thread hangs")
        client.close()
    }
}
