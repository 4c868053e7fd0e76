// Compression of responses by gzip.

/// When responses are compressed, and what that may cost.
public struct CompressionConfiguration: Sendable, Equatable {
    /// Of zlib, 1 to 9.
    public var level = 1
    /// Bytes of a body below which it is left alone, where its length is known.
    public var minSize = 1024
    /// Media types in lower case without parameters; a subtype may be `*`, and `*/*` is
    /// all. Unique.
    public var types = [
        "text/*", "application/json", "application/javascript", "application/xml",
        "application/wasm", "application/manifest+json", "application/ld+json",
        "application/problem+json", "application/rss+xml", "application/atom+xml",
        "application/xhtml+xml", "application/graphql-response+json", "image/svg+xml",
    ]
    /// Percent of a worker's processor time in use above which responses go uncompressed, 1 to 100;
    /// nil always compresses.
    public var cpuGuard: Int? = 85
    /// Bytes that all compressors of the listener may hold; beyond them responses go uncompressed.
    public var memory = 32 << 20

    /// The defaults.
    public init() {}
}
