// Descriptors that events come by: ownership, pipes, wake-ups and the event queue.

import Glibc
import Linux
import Support
import Testing

@Suite("Descriptors")
struct DescriptorTests {
    private func isOpen(_ number: Int32) -> Bool { fcntl(number, F_GETFD) >= 0 }

    @Test("closing a descriptor that is not open traps")
    func doubleClose() async {
        await #expect(processExitsWith: .failure) {
            let number = dup(0)
            FileDescriptor.close(number)
            FileDescriptor.close(number)
        }
    }

    @Test("a negative descriptor is never owned")
    func negative() async {
        await #expect(processExitsWith: .failure) { _ = FileDescriptor(owning: -1) }
    }

    @Test("an owner closes what it owns, unless it gave it away")
    func ownership() async {
        // In a process of its own, where no other test takes the number meanwhile.
        await #expect(processExitsWith: .success) {
            let first = dup(0)
            do { _ = FileDescriptor(owning: first) }
            guard fcntl(first, F_GETFD) < 0 else { exit(1) }
            let second = FileDescriptor(owning: dup(0)).release()
            guard fcntl(second, F_GETFD) >= 0 else { exit(2) }
        }
    }

    @Test("bytes go through a pipe from socket to socket, and its want and end are told apart")
    func pipe() throws {
        let pipe = try #require(Pipe.open(capacity: 1 << 16))
        defer { pipe.close() }
        #expect(pipe.capacity >= 4096)
        var pair: [Int32] = [0, 0]
        let kind = Int32(
            SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        #expect(socketpair(AF_UNIX, kind, 0, &pair) == 0)
        defer { close(pair[0]) }
        #expect(pipe.fill(from: pair[0], count: 4096).wouldBlock)
        #expect(write(pair[1], "hello", 5) == 5)
        #expect(pipe.fill(from: pair[0], count: 4096).count == 5)
        #expect(pipe.drain(to: pair[0], count: 4096).count == 5)
        var bytes = [UInt8](repeating: 0, count: 16)
        #expect(read(pair[1], &bytes, 16) == 5)
        #expect(bytes.prefix(5).elementsEqual("hello".utf8))
        close(pair[1])
        let end = pipe.fill(from: pair[0], count: 4096)
        #expect(end.isSuccess && end.count == 0)
    }

    @Test("a pipe larger than allowed is a smaller pipe")
    func pipeRefused() throws {
        let pipe = try #require(Pipe.open(capacity: Int(Int32.max)))
        defer { pipe.close() }
        #expect(pipe.capacity >= 4096)
        #expect(fcntl(pipe.readEnd, F_GETFL) & O_NONBLOCK != 0)
        #expect(fcntl(pipe.writeEnd, F_GETFD) & FD_CLOEXEC != 0)
    }

    @Test("a wake-up stays until it is cleared, however many there were")
    func eventFD() throws {
        let event = try EventFD()
        #expect(!FileDescriptor.waitReadable(event.rawValue, milliseconds: 0))
        for _ in 0..<3 { event.signal() }
        EventFD.signal(event.rawValue)
        #expect(FileDescriptor.waitReadable(event.rawValue, milliseconds: 0))
        event.clear()
        #expect(!FileDescriptor.waitReadable(event.rawValue, milliseconds: 0))
        event.clear()
        var full = UInt64.max - 1
        #expect(write(event.rawValue, &full, 8) == 8)
        event.signal()
        #expect(FileDescriptor.waitReadable(event.rawValue, milliseconds: 0))
    }

    @Test("a file is appended to, whatever somebody else does to it")
    func appending() throws {
        let directory = TemporaryDirectory()
        let path = directory.write("first\n", to: "log")
        let file = try FileDescriptor.openForAppending(path)
        #expect(FileDescriptor.isWritable(file.rawValue))
        _ = "second\n".utf8.withContiguousStorageIfAvailable {
            FileDescriptor.write(file.rawValue, UnsafeRawBufferPointer($0))
        }
        #expect(TextFile.read(path) == "first\nsecond\n")
        #expect(throws: SystemError("open", EISDIR)) {
            _ = try FileDescriptor.openForAppending(directory.path)
        }
    }

    @Test("a FIFO that nobody reads is refused, not waited for")
    func fifo() throws {
        let directory = TemporaryDirectory()
        let path = directory.file("fifo")
        #expect(mkfifo(path, 0o600) == 0)
        #expect(throws: SystemError("open", ENXIO)) {
            _ = try FileDescriptor.openForAppending(path)
        }
    }
}

@Suite("The event queue")
struct EpollTests {
    private func pair() -> [Int32] {
        var ends: [Int32] = [0, 0]
        let kind = Int32(
            SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        precondition(socketpair(AF_UNIX, kind, 0, &ends) == 0)
        return ends
    }

    @Test("an edge is told once, with its token, and again when more comes")
    func edges() throws {
        let epoll = try Epoll(eventsPerWait: 8)
        let ends = pair()
        let ours = FileDescriptor(owning: ends[0])
        let theirs = FileDescriptor(owning: ends[1])
        #expect(epoll.add(ours.rawValue, .connection, token: 0xabcd_ef01_2345_6789).isSuccess)
        #expect(epoll.wait(timeout: 0) == 1, "a new connection is writable")
        #expect(epoll.event(0).token == 0xabcd_ef01_2345_6789)
        #expect(epoll.event(0).readiness == .writable)
        #expect(epoll.wait(timeout: 0) == 0)
        #expect(write(theirs.rawValue, "a", 1) == 1)
        #expect(epoll.wait(timeout: 1000) == 1)
        #expect(epoll.event(0).readiness.contains(.readable))
        #expect(epoll.wait(timeout: 0) == 0, "the byte that was not read is no new edge")
        #expect(write(theirs.rawValue, "b", 1) == 1)
        #expect(epoll.wait(timeout: 1000) == 1)
        shutdown(theirs.rawValue, Int32(SHUT_WR))
        #expect(epoll.wait(timeout: 1000) == 1)
        #expect(epoll.event(0).readiness.contains([.readable, .peerClosed]))
        shutdown(theirs.rawValue, Int32(SHUT_RDWR))
        #expect(epoll.wait(timeout: 1000) == 1)
        #expect(epoll.event(0).readiness.contains(.hungUp))
    }

    @Test("a state is told as long as it lasts, and interest can be changed and taken back")
    func levels() throws {
        let epoll = try Epoll(eventsPerWait: 8)
        let event = try EventFD()
        #expect(epoll.add(event.rawValue, .readable, token: 1).isSuccess)
        event.signal()
        for _ in 0..<3 { #expect(epoll.wait(timeout: 0) == 1) }
        #expect(epoll.modify(event.rawValue, [], token: 1).isSuccess)
        #expect(epoll.wait(timeout: 0) == 0)
        #expect(epoll.modify(event.rawValue, .readable, token: 2).isSuccess)
        #expect(epoll.wait(timeout: 0) == 1 && epoll.event(0).token == 2)
        #expect(epoll.remove(event.rawValue).isSuccess)
        #expect(epoll.wait(timeout: 0) == 0)
        #expect(epoll.remove(event.rawValue).errno == ENOENT)
        #expect(epoll.modify(event.rawValue, .readable, token: 1).errno == ENOENT)
        #expect(epoll.add(event.rawValue, .readable, token: 1).isSuccess)
        #expect(epoll.add(event.rawValue, .readable, token: 1).errno == EEXIST)
    }

    @Test("no more events come at once than there is room for, and none is lost")
    func room() throws {
        let epoll = try Epoll(eventsPerWait: 2)
        let first = try EventFD()
        let second = try EventFD()
        let third = try EventFD()
        let edge: Readiness = [.readable, .edgeTriggered]
        #expect(epoll.add(first.rawValue, edge, token: 1).isSuccess)
        #expect(epoll.add(second.rawValue, edge, token: 2).isSuccess)
        #expect(epoll.add(third.rawValue, edge, token: 3).isSuccess)
        first.signal()
        second.signal()
        third.signal()
        var tokens: Set<UInt64> = []
        for _ in 0..<2 {
            let count = epoll.wait(timeout: 0)
            #expect(count <= 2)
            for index in 0..<count { tokens.insert(epoll.event(index).token) }
        }
        #expect(tokens == [1, 2, 3])
    }

    @Test("a closed socket is no longer watched")
    func closed() async {
        // Where no other test starts a program, which would hold the socket for a moment.
        await #expect(processExitsWith: .exitCode(7)) {
            let epoll = try Epoll(eventsPerWait: 2)
            let ours = try EventFD()
            let number = ours.rawValue
            ours.signal()
            guard epoll.add(number, .readable, token: 1).isSuccess else { exit(1) }
            guard epoll.wait(timeout: 0) == 1 else { exit(2) }
            _ = consume ours
            exit(epoll.wait(timeout: 0) == 0 ? 7 : 3)
        }
    }
}
