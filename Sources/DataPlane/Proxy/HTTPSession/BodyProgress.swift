// How much of a body is still to come.

internal import HTTP

/// A body on its way, in one direction.
struct BodyProgress: BitwiseCopyable {
    /// How its end is found.
    enum Framing: UInt8, BitwiseCopyable {
        /// It has none, or all of it has come.
        case none
        /// `remaining` bytes are to come.
        case length
        /// `decoder` finds the end.
        case chunked
        /// It ends with the connection.
        case untilClose
    }

    var framing = Framing.none
    /// Bytes to come of a body whose length is known.
    var remaining: UInt64 = 0
    /// Finds the end of one in chunks.
    var decoder = ChunkedDecoder()

    /// Nothing to come.
    init() {}

    /// What a head announces.
    init(_ framing: BodyFraming) {
        switch framing {
        case .none: break
        case .length(let count):
            guard count > 0 else { break }
            self.framing = .length
            remaining = count
        case .chunked: self.framing = .chunked
        case .untilClose: self.framing = .untilClose
        }
    }

    /// Nothing is to come.
    @inline(__always) var isOver: Bool { framing == .none }

    /// Takes `count` bytes of one whose length is known.
    @inline(__always) mutating func take(_ count: Int) {
        assert(framing == .length && UInt64(count) <= remaining)
        remaining -= UInt64(count)
        if remaining == 0 { framing = .none }
    }
}
