// How much of what a compressor was given has to come out.

/// What a call to a stream is to achieve.
public enum GzipFlush: BitwiseCopyable, Sendable {
    /// Take the input; output comes when there is enough of it.
    case none
    /// Let the receiver have all of the input now. Costs some bytes, so it is for streams that
    /// pause.
    case sync
    /// The input is the last; end the stream.
    case finish
}
