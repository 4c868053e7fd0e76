// Files whose bytes are answers: read when a configuration is put in force, so that no request waits
// for a disk.

internal import Config

/// What the files hold that a configuration names as answers, by the path that it says.
struct PageFiles {
    private var pages: [String: [UInt8]] = [:]

    /// None.
    init() {}

    /// Reads all that a configuration names. Relative paths are to the folder of the
    /// configuration's file. Throws what is wrong with the first that cannot be had.
    init(_ configuration: Configuration, beside file: String) throws(BoundedFile.Unreadable) {
        for listener in configuration.listeners {
            for route in listener.routes {
                guard case .respond(let respond) = route.action, let path = respond.file else {
                    continue
                }
                try add(path, beside: file, limit: RespondConfiguration.fileBytesMax)
            }
            for page in listener.http.errorPages {
                try add(page.file, beside: file, limit: ErrorPage.fileBytesMax)
            }
        }
    }

    /// What a file holds.
    func bytes(of path: String) -> [UInt8] {
        guard let bytes = pages[path] else { preconditionFailure("a page that was not read") }
        return bytes
    }

    private mutating func add(
        _ path: String, beside file: String, limit: Int
    ) throws(BoundedFile.Unreadable) {
        guard pages[path] == nil else { return }
        let folder = file.lastIndex(of: "/").map { file[...$0] } ?? ""
        let whole = path.hasPrefix("/") ? path : folder + path
        pages[path] = try BoundedFile.read(String(whole), limit: limit)
    }
}
