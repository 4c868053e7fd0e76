// Where the tests of the image find the checkout and the binary. It reads files and changes none.

import Glibc

/// The checkout that these tests were compiled in.
enum Checkout {
    /// Why a file could not be read.
    struct Unreadable: Error {
        let path: String
        let code: Int32
    }

    /// The binary in SLUICE_BINARY if it was built for release, as the image's is. One built for a
    /// sanitiser loads libraries that no image has to hold.
    static let releaseBinary: String? = {
        guard let value = getenv("SLUICE_BINARY") else { return nil }
        let path = String(cString: value)
        return path.contains("/release/") ? path : nil
    }()

    /// The path of something in the checkout, from a path that starts at its root.
    static func path(_ relative: String) -> String {
        // This file is four levels below the root.
        let parts = #filePath.split(separator: "/").dropLast(4)
        return "/" + parts.joined(separator: "/") + "/" + relative
    }

    /// Whether there is a file or folder.
    static func exists(_ relative: String) -> Bool {
        access(path(relative), F_OK) == 0
    }

    /// The text of a file.
    static func text(of relative: String) throws(Unreadable) -> String {
        let path = path(relative)
        guard let file = fopen(path, "re") else {
            throw Unreadable(path: path, code: errno)
        }
        defer { fclose(file) }
        return text(in: file)
    }

    /// All that a stream still holds.
    static func text(in stream: UnsafeMutablePointer<FILE>) -> String {
        var bytes: [UInt8] = []
        while case let byte = getc(stream), byte != EOF {
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
