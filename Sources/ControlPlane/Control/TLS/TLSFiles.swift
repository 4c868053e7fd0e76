// The files that one look at the certificates reads, each once, whoever names it.

internal import COpenSSL
internal import Config
internal import Glibc
internal import Linux

/// Reads certificates, keys and what goes with them, and knows what to watch for changes.
final class TLSFiles {
    /// A file's bytes and what tells them from others.
    struct Content {
        let bytes: [UInt8]
        /// SHA-256.
        let digest: [UInt8]
    }

    private let folder: ConfigurationFolder
    private var contents: [String: Result<Content, BoundedFile.Unreadable>] = [:]
    private var listings: [String: Result<[String], BoundedFile.Unreadable>] = [:]

    /// - Parameter configurationPath: The file that names them.
    init(beside configurationPath: String) {
        folder = ConfigurationFolder(of: configurationPath)
    }

    /// What a file holds, by the path that the configuration says.
    func content(
        _ path: String, limit: Int = ControlLimits.certificateBytesMax
    ) -> Result<Content, BoundedFile.Unreadable> {
        if let known = contents[path] { return known }
        let result: Result<Content, BoundedFile.Unreadable>
        do {
            let bytes = try BoundedFile.read(folder.path(path), limit: limit)
            result = .success(Content(bytes: bytes, digest: Self.digest(of: bytes)))
        } catch { result = .failure(error) }
        contents[path] = result
        return result
    }

    /// The PEM files of a folder, by paths as the configuration would say them, in the order of
    /// their names. Those that begin with a dot are passed over: tools write their drafts so.
    func certificates(in directory: String) -> Result<[String], BoundedFile.Unreadable> {
        if let known = listings[directory] { return known }
        let result = Self.names(in: folder.path(directory)).map { names in
            names.filter { $0.hasSuffix(".pem") && !$0.hasPrefix(".") }.sorted()
                .map { directory == "/" ? "/\($0)" : "\(directory)/\($0)" }
        }
        listings[directory] = result
        return result
    }

    /// True when anybody on the machine may read a file.
    func isReadableByAll(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(folder.path(path), &status) == 0 && status.st_mode & S_IROTH != 0
    }

    /// The SHA-256 of bytes.
    static func digest(of bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        unsafe _ = SHA256(bytes, bytes.count, &digest)
        return digest
    }

    private static func names(in path: String) -> Result<[String], BoundedFile.Unreadable> {
        guard let directory = unsafe opendir(path) else {
            let reason = SystemError.text(of: errno)
            return .failure(BoundedFile.Unreadable(text: "cannot open \(path): \(reason)"))
        }
        defer { unsafe _ = closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { start in
                unsafe String(cString: UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self))
            }
            names.append(name)
            guard names.count <= ControlLimits.certificateFilesMax else {
                return .failure(
                    BoundedFile.Unreadable(
                        text: "\(path) has more than \(ControlLimits.certificateFilesMax) files"))
            }
        }
        return .success(names)
    }
}
