// A route that answers by itself.

/// A response that no backend has to give.
public struct RespondConfiguration: Sendable, Equatable {
    /// Bytes that a file may have. Who reads it can stop one byte later.
    public static let fileBytesMax = Limits.pageBytes

    /// 200 to 599.
    public var status = 200
    /// The body; empty when there is `file`, and where the status allows none.
    public var body = ""
    /// A file that holds the body, an absolute path, or one relative to the configuration file's
    /// directory; whoever loads the configuration reads it. Then `body` is empty.
    public var file: String?
    /// What the file says of the `Content-Type`; `mediaType` is what holds.
    public var contentType: String?

    /// An empty body with status 200.
    public init() {}

    /// The `Content-Type`: what was said, or what the file's name says, or plain text.
    public var mediaType: String { contentType ?? MediaType.ofFile(file ?? "") }
}
