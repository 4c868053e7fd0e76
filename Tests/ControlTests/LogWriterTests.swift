// Where lines go: to files that are moved, and to pipes that nobody empties.

import Glibc
import Linux
import Support
import Testing

@testable import Control

@Suite("Writing the log")
struct LogWriterTests {
    private let directory = TemporaryDirectory()

    /// A FIFO that something reads, so that it can be opened for writing.
    private func fifo() -> (path: String, reader: FileHandle) {
        let path = directory.file("fifo")
        precondition(mkfifo(path, 0o600) == 0)
        return (path, FileHandle(open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)))
    }

    private final class FileHandle {
        let number: Int32
        init(_ number: Int32) { self.number = number }
        deinit { close(number) }

        func readAll() -> [UInt8] {
            var result: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while case let count = read(number, &buffer, buffer.count), count > 0 {
                result += buffer[..<count]
            }
            return result
        }
    }

    @Test("lines reach a file at once, each ended")
    func file() throws {
        let writer = LogWriter()
        let path = directory.file("log")
        try writer.open(path: path)
        writer.write("first")
        #expect(TextFile.read(path) == "first\n")
        writer.write("")
        writer.write("third")
        #expect(TextFile.read(path) == "first\n\nthird\n")
        #expect(!writer.isWaiting && writer.droppedLines == 0)
    }

    @Test("a file that was moved away keeps what it has, and a new one goes on")
    func reopen() throws {
        let writer = LogWriter()
        let path = directory.file("log")
        try writer.open(path: path)
        writer.write("old")
        rename(path, directory.file("log.1"))
        writer.write("still old")
        try writer.reopen()
        writer.write("new")
        #expect(TextFile.read(directory.file("log.1")) == "old\nstill old\n")
        #expect(TextFile.read(path) == "new\n")
    }

    @Test("a file that cannot be opened leaves the one in use")
    func cannotOpen() throws {
        let writer = LogWriter()
        let path = directory.file("log")
        try writer.open(path: path)
        #expect(throws: SystemError("open", ENOENT)) {
            try writer.open(path: directory.file("missing/log"))
        }
        writer.write("line")
        #expect(TextFile.read(path) == "line\n")
    }

    @Test("a pipe that nobody empties never blocks, holds a bounded backlog, and counts the rest")
    func fullPipe() throws {
        let (path, reader) = fifo()
        let writer = LogWriter()
        try writer.open(path: path)
        let line = String(repeating: "x", count: 999)
        let total = 2000
        for _ in 0..<total { writer.write(line) }
        #expect(writer.isWaiting)
        let dropped = Int(writer.droppedLines)
        #expect(dropped > 0)
        // What is in the pipe and in the buffer is all that was kept.
        #expect((total - dropped) * 1000 <= writer.waitingBytesMax + 1 << 20)
        var received: [UInt8] = []
        let isEmptied = eventually {
            writer.flush()
            received += reader.readAll()
            return !writer.isWaiting
        }
        received += reader.readAll()
        #expect(isEmptied)
        #expect(received.count == (total - dropped) * 1000, "whole lines were kept or dropped")
        writer.write("after")
        #expect(reader.readAll().elementsEqual("after\n".utf8))
        #expect(Int(writer.droppedLines) == dropped)
    }

    @Test("lines that come together are kept together, or lost together")
    func batches() throws {
        let (path, reader) = fifo()
        let writer = LogWriter(waitingBytesMax: 1000)
        try writer.open(path: path)
        Array("one\ntwo\n".utf8).withUnsafeBytes { writer.write($0, lineCount: 2) }
        #expect(reader.readAll().elementsEqual("one\ntwo\n".utf8))
        let tooMuch = [UInt8](repeating: UInt8(ascii: "\n"), count: 1001)
        tooMuch.withUnsafeBytes { writer.write($0, lineCount: 1001) }
        #expect(writer.droppedLines == 1001 && !writer.isWaiting)
        #expect(reader.readAll().isEmpty)
        writer.write("three")
        #expect(reader.readAll().elementsEqual("three\n".utf8))
    }

    @Test("a reader that is gone costs lines, not the process")
    func goneReader() async {
        // SIGPIPE is ignored by the whole process, as the product does: not in this one.
        await #expect(processExitsWith: .exitCode(7)) {
            SignalFD.ignore(SIGPIPE)
            var ends: [Int32] = [0, 0]
            guard Glibc.pipe(&ends) == 0, dup2(ends[1], 2) == 2 else { exit(1) }
            close(ends[1])
            close(ends[0])
            let writer = LogWriter()
            for _ in 0..<3 { writer.write("lost") }
            exit(writer.droppedLines == 3 && !writer.isWaiting ? 7 : 2)
        }
    }
}
