// Where a configuration file is, which paths in it may be relative to.

internal import Linux

/// The folder of a configuration file.
struct ConfigurationFolder {
    /// The part before the last slash and that slash, or nothing.
    private let prefix: String

    /// The folder of a file.
    init(of file: String) {
        prefix = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    }

    /// A path to open, as short as the file's own: it stands in messages.
    func path(_ path: String) -> String { path.hasPrefix("/") ? path : prefix + path }

    /// The same from the root, to be watched.
    func absolute(_ path: String) -> String {
        let whole = self.path(path)
        return whole.hasPrefix("/") ? whole : Machine.workingDirectory + "/" + whole
    }
}
