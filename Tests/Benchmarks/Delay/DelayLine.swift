// Distance on one machine: two networks that reach each other only through this program, which
// holds every packet for a fixed time. For kernels without netem, and for figures that depend on no
// queueing discipline. Each end is a TUN device in a network namespace of its own; devices and
// namespaces are gone with this program however it ends. Needs root and /dev/net/tun.

internal import CTun
import Glibc

/// Two networks and the line between them. Ends by `stop`, once, when nothing runs there any more.
struct DelayLine {
    /// The network at 10.99.0.1, and the one at 10.99.0.2.
    let near: NetworkNamespace
    let far: NetworkNamespace

    static let farAddress = "10.99.0.2"

    private let thread: Thread
    /// The thread holds the other end of this pipe and ends when this one is closed.
    private let stopper: Int32

    /// - Parameter delay: seconds from one end to the other; a round trip takes twice as long.
    static func open(delay: Double) throws -> DelayLine {
        var undo: [() -> Void] = []
        var isOpen = false
        defer { if !isOpen { for step in undo.reversed() { step() } } }

        let near = try NetworkNamespace.make()
        undo.append { near.close() }
        let far = try NetworkNamespace.make()
        undo.append { far.close() }
        let nearDevice = try near.run { try openDevice(address: 0x0a63_0001) }
        undo.append { close(nearDevice) }
        let farDevice = try far.run { try openDevice(address: 0x0a63_0002) }
        undo.append { close(farDevice) }
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw BenchmarkError("make a pipe", errno: errno) }
        let (stop, stopper) = (ends[0], ends[1])
        // Children must not hold the line open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        undo.append {
            close(stop)
            close(stopper)
        }
        let thread = try Thread {
            pass(between: nearDevice, and: farDevice, delay: delay, until: stop)
            for descriptor in [nearDevice, farDevice, stop] { close(descriptor) }
        }
        isOpen = true
        return DelayLine(near: near, far: far, thread: thread, stopper: stopper)
    }

    func stop() {
        close(stopper)
        thread.join()
        near.close()
        far.close()
    }

    /// A TUN device of the calling thread's network, with an address of 10.99.0.0/24, up.
    private static func openDevice(address: UInt32) throws -> Int32 {
        let name = "delay"
        let descriptor = unsafe ct_tun_open(name)
        guard descriptor >= 0 else {
            throw BenchmarkUnavailable("needs TUN devices, /dev/net/tun", errno: Int32(-descriptor))
        }
        let mask: UInt32 = 0xffff_ff00
        var code = unsafe ct_device_set_address(name, address.bigEndian, mask.bigEndian)
        if code == 0 { code = unsafe ct_device_set_up(name) }
        guard code == 0 else {
            close(Int32(descriptor))
            throw BenchmarkError("give a TUN device its address", errno: Int32(-code))
        }
        return Int32(descriptor)
    }

    /// Passes packets both ways until `stop` hangs up. It sleeps until a packet comes or is due.
    private static func pass(
        between near: Int32, and far: Int32, delay: Double, until stop: Int32
    ) {
        var outbound = PacketQueue(from: near, to: far, delay: delay)
        var inbound = PacketQueue(from: far, to: near, delay: delay)
        while true {
            var watched = [near, far, stop].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            let due = [outbound.nextDueAt, inbound.nextDueAt].compactMap { $0 }.min()
            // Never below zero, which would be for ever.
            let nanoseconds = due.map { Int64(max(0, $0 - Clock.now()) * 1e9) } ?? -1
            _ = unsafe ct_poll(&watched, 3, nanoseconds)
            guard watched[2].revents == 0 else { return }
            outbound.deliver()
            inbound.deliver()
            outbound.receive()
            inbound.receive()
        }
    }
}
