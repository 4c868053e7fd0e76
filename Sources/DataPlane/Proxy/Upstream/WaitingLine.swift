// The sessions of one worker that wait for an upstream's backends, in order of their tickets. The
// lines of all workers together are the upstream's queue, first come first served.

internal import Synchronization

/// One worker's part of an upstream's queue. Its worker alone touches it, but for the ticket of its
/// first session, which tells the others whose turn it is.
///
/// That nobody is forgotten rests on an order: who waits counts itself in and then looks for room;
/// who makes room counts itself out and then looks who waits. All four are sequentially consistent,
/// so at least one sees the other.
@safe struct WaitingLine: ~Copyable {
    /// Nobody waits.
    static var noTicket: UInt64 { .max }

    /// The ticket of the first session in line.
    let firstTicket = Atomic<UInt64>(noTicket)
    /// The first and the last session, by index; -1 when nobody waits.
    var first: Int32 = -1
    var last: Int32 = -1
    /// The next line of the same worker that somebody waits in.
    var nextLine: UnsafeMutablePointer<WaitingLine>?
    /// The upstream, while somebody waits.
    var upstream: UnsafeMutablePointer<UpstreamState>?
    // To the size of a cache line: lines of different workers lie on different ones.
    private var padding: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
}
