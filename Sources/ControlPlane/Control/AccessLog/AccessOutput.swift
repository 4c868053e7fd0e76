// One file that access lines go to, whichever listeners they are of.

internal import Linux
internal import Telemetry

/// A file or standard error, with lines on their way to it.
final class AccessOutput {
    /// Bytes that may wait for a slow reader: a fraction of a second of a busy process.
    static let waitingBytesMax = 4 << 20
    /// Lines are handed on when there are so many bytes of them.
    private static let batchBytes = 64 << 10

    /// Nil for standard error.
    let path: String?
    private let writer = LogWriter(waitingBytesMax: waitingBytesMax)
    private var lines = AccessLine()
    private var loss = AccessLoss()
    private var wroteSome = false

    /// Opens a file, which is made if it is missing.
    init(path: String?) throws(SystemError) {
        self.path = path
        try writer.open(path: path)
    }

    /// True while lines wait for whoever reads them.
    var isWaiting: Bool { writer.isWaiting }

    /// Lines that nobody took in time.
    var lostLines: UInt64 { writer.droppedLines }

    /// Adds the line of an entry; `flush` comes before long.
    func write(_ entry: AccessEntry, _ format: AccessLineFormat, _ names: AccessNames) {
        lines.append(entry, format, names)
        if lines.bytes.count >= Self.batchBytes { handOn() }
    }

    /// Writes what the file takes now.
    func flush() {
        if lines.count > 0 { handOn() } else { writer.flush() }
    }

    /// Opens the file anew, after it was moved away.
    func reopen() throws(SystemError) {
        flush()
        try writer.reopen()
    }

    /// What is to be told of lost lines since it was last asked.
    func notice() -> AccessNotice? {
        let verdict = loss.judge(
            lost: writer.droppedLines, isFlowing: wroteSome && !writer.isWaiting)
        wroteSome = false
        return verdict.map { AccessNotice(place: .file(path), loss: $0) }
    }

    private func handOn() {
        unsafe writer.write(lines.bytes.bytes, lineCount: lines.count)
        lines.removeAll()
        wroteSome = true
    }
}
