// What slow clients do, on the one thread that has them all: each does one small thing, at times
// that chance spreads evenly, and opens its connection again as soon as the proxy ends it.

import Glibc
import Linux

/// The slow clients of a thread. It works in ticks of a millisecond, so that a few system calls at a
/// time are all that the load beside it sees.
struct SlowClientLoop: ~Copyable {
    /// What `SlowClients` wants and what it is told; see its `State`.
    var wanted = SlowKind.allCases.map { _ in 0 }
    private(set) var begun = SlowKind.allCases.map { _ in 0 }
    private(set) var ended = 0
    private(set) var refused = 0

    /// What epoll tells; this program has a `Readiness` of its own.
    private typealias Interest = Linux.Readiness

    private struct Client {
        let kind: SlowKind
        /// -1 while the proxy does not take it.
        var descriptor: Int32 = -1
        /// Of events, those with another number are of an earlier connection.
        var generation: UInt32 = 0
        /// Bytes sent on this connection.
        var sent = 0
        /// It has sent what it sends at once, on this connection or an earlier one.
        var hasBegun = false
    }

    private let port: UInt16
    private let epoll: Epoll
    private var clients: [Client] = []
    /// How many there are of each kind.
    private var made = SlowKind.allCases.map { _ in 0 }
    /// By the tick in which they are due, in a ring: each client is in it once.
    private var due = [[Int]](repeating: [], count: Self.ringTicks)
    private var tick: Int
    /// A linear congruential sequence.
    private var drawState: UInt64
    private let beginnings = SlowKind.allCases.map(\.beginning)
    private var space = [UInt8](repeating: 0, count: 4096)

    /// The ring is longer than any pause.
    private static let ringTicks = 2048
    /// Ticks between two things that a client does.
    private static let pauseTicks = 500..<2000
    /// Clients that come anew in one tick.
    private static let newPerTick = 2

    init(port: UInt16, seed: UInt64) {
        self.port = port
        drawState = seed
        tick = Self.present()
        do {
            epoll = try Epoll(eventsPerWait: 256)
        } catch {
            preconditionFailure("no event queue: \(error)")
        }
    }

    /// Waits for a tick at most, and does what is due.
    mutating func turn() {
        let count = epoll.wait(timeout: 1)
        for index in 0..<count { take(epoll.event(index)) }
        let present = Self.present()
        while tick < present {
            tick += 1
            openSome()
            let place = tick % Self.ringTicks
            let indexes = due[place]
            due[place] = []
            for index in indexes { step(index) }
        }
    }

    /// Resets all connections.
    mutating func end() {
        for client in clients where client.descriptor >= 0 { close(client.descriptor) }
        clients = []
    }

    private static func present() -> Int { Int(Clock.now() * 1e3) }

    // Clients -------------------------------------------------------------------------------

    private mutating func openSome() {
        var left = Self.newPerTick
        for kind in SlowKind.allCases {
            while left > 0, made[kind.rawValue] < wanted[kind.rawValue] {
                left -= 1
                made[kind.rawValue] += 1
                clients.append(Client(kind: kind))
                open(clients.count - 1)
                due[(tick + 1) % Self.ringTicks].append(clients.count - 1)
            }
        }
    }

    /// Begins a connection. One that is refused is tried again when the client is next due.
    private mutating func open(_ index: Int) {
        clients[index].generation &+= 1
        clients[index].sent = 0
        let kind = clients[index].kind
        guard
            let descriptor = try? Loopback.begin(port: port, receiveBytes: kind.receiveBytes)
        else {
            clients[index].descriptor = -1
            refused += 1
            return
        }
        clients[index].descriptor = descriptor
        // One that reads is to be told of nothing but the end: there is always something to read.
        let interest: Interest = kind == .read ? [.peerClosed] : [.peerClosed, .readable]
        let token = UInt64(index) << 32 | UInt64(clients[index].generation)
        precondition(
            epoll.add(descriptor, interest.union(.edgeTriggered), token: token).isSuccess)
    }

    private mutating func reopen(_ index: Int) {
        ended += 1
        close(clients[index].descriptor)
        open(index)
    }

    private mutating func take(_ event: Event) {
        let index = Int(event.token >> 32)
        let client = clients[index]
        guard client.descriptor >= 0, client.generation == UInt32(truncatingIfNeeded: event.token)
        else { return }
        let ends: Interest = [.failed, .hungUp, .peerClosed]
        if !event.readiness.isDisjoint(with: ends) {
            reopen(index)
        } else {
            // What a proxy says before it ends the connection is of no interest.
            while receive(client.descriptor, space.count) > 0 {}
        }
    }

    /// The one thing that a client does at a time.
    private mutating func step(_ index: Int) {
        let pause = Int(draw() % UInt64(Self.pauseTicks.count)) + Self.pauseTicks.lowerBound
        due[(tick + pause) % Self.ringTicks].append(index)
        let client = clients[index]
        guard client.descriptor >= 0 else { return open(index) }
        let beginning = beginnings[client.kind.rawValue]
        let count: Int
        if client.sent < beginning.count {
            count = send(client.descriptor, beginning[client.sent...])
        } else if client.kind == .read {
            count = receive(client.descriptor, SlowKind.readBytes)
        } else {
            let byte = client.kind.trickle(client.sent - beginning.count)
            count = send(client.descriptor, [byte])
        }
        // An end is told by an event as well; what waits is tried again next time.
        guard count > 0 else { return }
        if client.sent < beginning.count || client.kind != .read { clients[index].sent += count }
        if !client.hasBegun, clients[index].sent >= beginning.count {
            clients[index].hasBegun = true
            begun[client.kind.rawValue] += 1
        }
    }

    // Bytes ---------------------------------------------------------------------------------

    private func send(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) -> Int {
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe Glibc.send(
                descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
    }

    private mutating func receive(_ descriptor: Int32, _ count: Int) -> Int {
        unsafe space.withUnsafeMutableBytes { space in
            unsafe recv(descriptor, space.baseAddress, min(count, space.count), 0)
        }
    }

    /// The high bits, which are the better ones.
    private mutating func draw() -> UInt64 {
        drawState = drawState &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return drawState >> 33
    }
}
