// Writes log lines without ever blocking the control thread: what the file or pipe does not take
// waits in a bounded buffer, and what does not fit is counted and dropped.

internal import Glibc
internal import Linux

/// Where log lines go. Only the control thread uses it, once workers run.
final class LogWriter {
    /// A pipe that polls as writable takes this much without blocking (pipe(7), PIPE_BUF).
    private static let pollChunkBytes = 4096
    /// What a file is given at a time: files of ours do not block, but a disk may take a while.
    private static let fileChunkBytes = 256 << 10

    /// Bytes that may wait for a slow reader.
    let waitingBytesMax: Int
    /// Nil for standard error.
    private var file: FileDescriptor?
    private var path: String?
    private var waiting: [UInt8] = []
    /// Lines that were lost because nobody took them.
    private(set) var droppedLines: UInt64 = 0

    private var number: Int32 {
        switch file {
        case .some(let open): open.rawValue
        case .none: 2
        }
    }

    /// True while lines wait to be written.
    var isWaiting: Bool { !waiting.isEmpty }

    /// Writes to standard error until something else is opened.
    init(waitingBytesMax: Int = 1 << 20) { self.waitingBytesMax = waitingBytesMax }

    /// Writes to a file, which is made if it is missing, or to standard error for nil.
    func open(path: String?) throws(SystemError) {
        guard let path else {
            file = nil
            self.path = nil
            return
        }
        file = try FileDescriptor.openForAppending(path)
        self.path = path
    }

    /// Opens the file anew, after it was moved away.
    func reopen() throws(SystemError) {
        flush()
        if let path { try open(path: path) }
    }

    /// Adds a line, without its newline.
    func write(_ line: String) {
        var bytes = Array(line.utf8)
        bytes.append(UInt8(ascii: "\n"))
        unsafe bytes.withUnsafeBytes { unsafe write($0, lineCount: 1) }
    }

    /// Adds lines, each ended by its newline: all of them, or none when there is no room.
    func write(_ lines: UnsafeRawBufferPointer, lineCount: Int) {
        guard waiting.count + lines.count <= waitingBytesMax else {
            droppedLines += UInt64(lineCount)
            return
        }
        unsafe waiting.append(contentsOf: lines)
        flush()
    }

    /// Writes what the file takes now.
    func flush() {
        let descriptor = number
        let isShared = file == nil
        let chunkBytes = isShared ? Self.pollChunkBytes : Self.fileChunkBytes
        var offset = 0
        while offset < waiting.count {
            // What others share with us may block, and is asked first.
            guard !isShared || FileDescriptor.isWritable(descriptor) else { break }
            let count = min(chunkBytes, waiting.count - offset)
            let written = unsafe waiting.withUnsafeBytes { bytes in
                unsafe FileDescriptor.write(
                    descriptor, UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)]))
            }
            guard written.isSuccess else {
                guard Self.isLasting(written) else { break }
                droppedLines += UInt64(waiting[offset...].count(where: { $0 == 0x0a }))
                waiting.removeAll()
                return
            }
            offset += written.count
        }
        waiting.removeFirst(min(offset, waiting.count))
    }

    /// A full disk comes and goes: lines wait for as long as they fit. A reader that is gone stays
    /// gone.
    private static func isLasting(_ result: IOResult) -> Bool {
        result.errno == EPIPE || result.errno == EBADF
    }
}
