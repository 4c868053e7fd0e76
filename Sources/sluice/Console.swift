// What the commands print: answers to standard output, complaints to standard error.

internal import Glibc

/// The terminal.
enum Console {
    /// Prints a complaint.
    static func complain(_ text: String) {
        let line = Array("\(text)\n".utf8)
        var offset = 0
        while offset < line.count {
            let written = unsafe line.withUnsafeBytes { bytes in
                unsafe Glibc.write(2, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
            }
            guard written > 0 else { return }
            offset += written
        }
    }

    /// Prints an answer.
    static func say(_ text: String) {
        print(text)
        fflush(nil)
    }
}
