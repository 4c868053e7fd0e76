// What happens on one random connection, drawn from a seed: how much goes each way, in what pieces
// and with which pauses, and how it ends.

import Support

/// What one side of a connection does.
struct SidePlan {
    /// When it ends its stream.
    enum Ending: Equatable {
        /// As soon as all is sent.
        case whenSent
        /// When all is sent and the other side has ended its stream.
        case afterPeer
        /// By closing, once all is sent and received; the other side ends after it.
        case byClosing
        /// Never: it resets the connection when so many bytes were sent and received.
        case byReset(at: Int)
    }

    /// Bytes that it sends.
    var size = 0
    /// Where on the tape they begin.
    var start = 0
    /// Its SO_SNDBUF and SO_RCVBUF; 0 leaves them to the kernel.
    var socketBuffer: Int32 = 0
    /// Bytes of one write at most.
    var writeMax = 1 << 18
    /// Bytes of one read at most.
    var readMax = 1 << 18
    /// Reads and writes of 100 that a pause follows.
    var pauseRate = 0
    /// The longest pause, in ms.
    var pauseMs: UInt64 = 1
    /// How many pauses it makes.
    var pauses = 0
    /// The byte that is sent as urgent (tcp(7), MSG_OOB), or -1.
    var urgentAt = -1
    /// How it ends.
    var ending = Ending.whenSent
}

/// Both sides of a connection.
struct StreamPlan {
    /// What plans may hold.
    struct Options {
        /// Some connections are reset.
        var hasResets = true
        /// Some bytes are urgent.
        var hasUrgent = true
    }

    /// Its number, which is the first thing the client sends.
    let index: Int
    var client = SidePlan()
    var backend = SidePlan()
    /// The client says nothing at all, not even its number.
    var isSilent = false

    /// The plan of connection `index` under a seed.
    init(index: Int, seed: UInt64, _ options: Options) {
        self.index = index
        // Neighbouring seeds of this generator overlap; its outputs don't.
        var first = SeededGenerator(seed: seed ^ UInt64(index) << 32)
        var chance = SeededGenerator(seed: first.next())
        let isCramped = Int.random(in: 0..<100, using: &chance) < 30
        client = Self.side(isCramped, options, &chance)
        backend = Self.side(isCramped, options, &chance)
        client.readMax = Self.piece(backend.size, &chance)
        backend.readMax = Self.piece(client.size, &chance)
        let whole = client.size + backend.size
        switch Int.random(in: 0..<100, using: &chance) {
        case 0..<30: backend.ending = .afterPeer
        case 30..<60: client.ending = .afterPeer
        case 60..<80: break
        case 80..<83:
            isSilent = true
            client.size = 0
            client.urgentAt = -1
        case 83..<87:
            client.ending = .byClosing
            backend.ending = .afterPeer
        case 87..<91:
            backend.ending = .byClosing
            client.ending = .afterPeer
        case 91..<96 where options.hasResets:
            client.ending = .byReset(at: .random(in: 0...whole, using: &chance))
        case 96... where options.hasResets:
            backend.ending = .byReset(at: .random(in: 0...whole, using: &chance))
        default: break
        }
    }

    private static func side(
        _ isCramped: Bool, _ options: Options, _ chance: inout SeededGenerator
    ) -> SidePlan {
        var side = SidePlan()
        side.size = size(isCramped, &chance)
        side.start = Int.random(in: 0..<Tape.startsBelow, using: &chance)
        if isCramped { side.socketBuffer = .random(in: 1...8192, using: &chance) }
        side.writeMax = piece(side.size, &chance)
        if Int.random(in: 0..<4, using: &chance) == 0 {
            side.pauseRate = Int.random(in: 1...30, using: &chance)
            side.pauseMs = UInt64.random(in: 1...20, using: &chance)
            side.pauses = Int.random(in: 1...30, using: &chance)
        }
        if options.hasUrgent, side.size > 0, Int.random(in: 0..<20, using: &chance) == 0 {
            side.urgentAt = Int.random(in: 0..<side.size, using: &chance)
        }
        return side
    }

    private static func size(_ isCramped: Bool, _ chance: inout SeededGenerator) -> Int {
        switch Int.random(in: 0..<100, using: &chance) {
        case 0..<10: 0
        case 10..<55: Int.random(in: 1...2048, using: &chance)
        case 55..<85: Int.random(in: 1...16 << 10, using: &chance)
        case 85..<97: Int.random(in: 1...(isCramped ? 16 << 10 : 256 << 10), using: &chance)
        default: Int.random(in: 1...(isCramped ? 32 << 10 : Tape.streamMax), using: &chance)
        }
    }

    /// The largest piece of a stream: single bytes only where there are few.
    private static func piece(_ size: Int, _ chance: inout SeededGenerator) -> Int {
        switch Int.random(in: 0..<4, using: &chance) {
        case 0 where size <= 512: 1
        case 1 where size <= 32 << 10: 1500
        case 2: 20_000
        default: 1 << 18
        }
    }
}
