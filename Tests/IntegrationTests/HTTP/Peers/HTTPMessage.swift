// A whole message as tests look at it.

/// A head, what came behind it, and whether that was all.
struct HTTPMessage {
    let head: HTTPHead
    /// The content, without the frames of chunks.
    let body: [UInt8]
    /// All of the body came.
    let isWhole: Bool

    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }
    /// A response's status.
    var status: Int { head.status }
    /// A request's method.
    var method: String { head.words[0] }
    /// A request's target.
    var target: String { head.target }
}
