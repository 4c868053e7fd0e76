// From a file to a configuration or to everything that is wrong with it. The entry of this target;
// nothing it does resolves a name or touches a socket.

/// Reads configuration files.
public enum ConfigurationFile {
    /// Reads the file at `path`, which must be a regular file of at most 4 MiB. Blocks for as long
    /// as the file system takes.
    public static func load(path: String) -> LoadResult {
        do {
            return parse(bytes: try FileReader.bytes(of: path), name: path)
        } catch {
            let diagnostic = Diagnostic(
                .error, file: path, message: error.message, suggestion: error.suggestion)
            return LoadResult(configuration: nil, diagnostics: [diagnostic])
        }
    }

    /// Reads the bytes of a file; `name` is what diagnostics call it.
    public static func parse(bytes: [UInt8], name: String) -> LoadResult {
        guard bytes.count <= Limits.fileBytes else {
            let message = "the file is larger than \(Limits.fileBytes >> 20) MiB"
            return LoadResult(
                configuration: nil,
                diagnostics: [Diagnostic(.error, file: name, message: message)])
        }
        var review = Review(source: SourceText(name: name, bytes: bytes))
        var configuration: Configuration?
        do {
            configuration = Table.root.decode(try Document.tree(of: review.source), &review)
        } catch {
            review.add(.error, error)
        }
        assert(configuration != nil || review.hasErrors, "a file is used or refused")
        return LoadResult(
            configuration: review.hasErrors ? nil : configuration,
            diagnostics: review.sortedDiagnostics, places: review.places)
    }

    /// Reads the text of a file; `name` is what diagnostics call it.
    public static func parse(text: String, name: String) -> LoadResult {
        parse(bytes: Array(text.utf8), name: name)
    }
}
