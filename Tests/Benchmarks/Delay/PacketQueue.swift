// Packets on their way in one direction. Each leaves a fixed time after it came, in the order of
// coming; what comes while the queue is full is lost, as it would be in a router. It knows nothing
// of what the packets hold.

import Glibc

/// One direction of a `DelayLine`. The thread of the line alone touches it.
struct PacketQueue {
    /// More packets than a round trip of any case here has under way.
    private static let packetsMax = 1024
    /// The largest packet of a device with the usual MTU.
    private static let packetBytesMax = 1500

    /// Where packets come from and go to: descriptors of TUN devices, which do not block.
    private let source: Int32
    private let target: Int32
    /// In seconds.
    private let delay: Double
    /// A ring of places of `packetBytesMax` each, and one more, for packets that are lost.
    private var bytes = [UInt8](
        repeating: 0, count: (Self.packetsMax + 1) * Self.packetBytesMax)
    private var lengths = [Int](repeating: 0, count: Self.packetsMax)
    /// When each leaves, on the clock of `Clock.now`.
    private var dueAt = [Double](repeating: 0, count: Self.packetsMax)
    private var first = 0
    private var count = 0

    init(from source: Int32, to target: Int32, delay: Double) {
        self.source = source
        self.target = target
        self.delay = delay
    }

    /// When the next packet leaves; nil when none is under way.
    var nextDueAt: Double? { count > 0 ? dueAt[first] : nil }

    /// Takes in what has come. It reads the clock for each packet, since taking them takes time.
    mutating func receive() {
        while true {
            let isFull = count == Self.packetsMax
            let place = isFull ? Self.packetsMax : (first + count) % Self.packetsMax
            let length = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe read(
                    source, buffer.baseAddress! + place * Self.packetBytesMax,
                    Self.packetBytesMax)
            }
            guard length > 0 else { return }
            guard !isFull else { continue }
            lengths[place] = length
            dueAt[place] = Clock.now() + delay
            count += 1
        }
    }

    /// Lets go what is due. A packet that the other side does not take is lost.
    mutating func deliver() {
        while let due = nextDueAt, due <= Clock.now() {
            _ = unsafe bytes.withUnsafeBytes { buffer in
                unsafe write(
                    target, buffer.baseAddress! + first * Self.packetBytesMax, lengths[first])
            }
            first = (first + 1) % Self.packetsMax
            count -= 1
        }
    }
}
