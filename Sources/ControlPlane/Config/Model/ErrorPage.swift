// A page for a response that Sluice gives by itself.

/// The body of local responses with one status.
public struct ErrorPage: Sendable, Equatable {
    /// Bytes that a file may have. Who reads it can stop one byte later.
    public static let fileBytesMax = Limits.pageBytes

    /// 400 to 599.
    public var status: Int
    /// A file that holds the body, an absolute path, or one relative to the configuration file's
    /// directory; whoever loads the configuration reads it.
    public var file: String

    /// The page of a status.
    public init(status: Int, file: String) {
        self.status = status
        self.file = file
    }

    /// The `Content-Type`, by the file's name.
    public var mediaType: String { MediaType.ofFile(file) }
}
