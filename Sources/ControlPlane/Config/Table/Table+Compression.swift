// Keys of the compression of responses.

extension Table {
    /// `listeners.NAME.http.compression`.
    static let compression = Section<CompressionConfiguration>(
        "compression",
        """
        Responses are compressed for clients that accept it, unless a backend has done so, or has \
        said `Cache-Control: no-transform`, or the response is a part of something.
        """,
        fresh: CompressionConfiguration(),
        keys: [
            Key(
                "level", \.level, .integer(1...9), example: "4",
                """
                From 1, which is fast, to 9, which makes smallest. Most of what there is to gain \
                comes with 1.
                """),
            Key(
                "min_size", \.minSize, .size(0...(1 << 30)), example: "256B",
                "Smaller bodies are left alone, where the length is known before the body comes."),
            Key(
                "types", \.types,
                Kind.mediaRange.list(of: "media type", identity: { $0 }, allowsOne: true),
                absence: """
                    `text/*`, and of application and image what is text: JSON, JavaScript, XML, \
                    feeds, manifests, WebAssembly and SVG
                    """,
                example: "[text/*, application/json]",
                "Media types that are compressed, without parameters."),
            Key(
                "cpu_guard", \.cpuGuard, .orOff(.percent(1...100)), example: "70",
                """
                With a worker busier than this, responses go uncompressed: under load the time is \
                better spent on requests.
                """),
            Key(
                "memory", \.memory, .size((1 << 20)...(1 << 40)), example: "64MiB",
                """
                What all compressors of the listener together may hold; a compressor takes about \
                70 KiB. Each worker has its share. Responses beyond that go uncompressed.
                """),
        ])
}
