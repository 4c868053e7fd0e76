// Making listening sockets: ports that the kernel chooses, sockets for each worker, and failures in
// words that help.

import Config
import Glibc
import Linux
import Support
import Testing

@testable import Control

@Suite("Binding")
struct BinderTests {
    private let directory = TemporaryDirectory()

    private func listener(_ bind: BindAddress) -> ListenerConfiguration {
        var listener = ListenerConfiguration()
        listener.name = "web"
        listener.bind = [bind]
        return listener
    }

    private func bind(
        _ binder: inout Binder, _ listener: ListenerConfiguration
    ) throws(BindFailure) -> BoundAddress {
        try binder.bind(listener.identities[0], for: listener)
    }

    private func option(_ socket: Int32, _ level: Int32, _ name: Int32) -> Int32 {
        var value: Int32 = -1
        var length = socklen_t(4)
        getsockopt(socket, level, name, &value, &length)
        return value
    }

    @Test("for port 0 the kernel chooses one, which all workers share")
    func portZero() throws {
        var binder = Binder(workerCount: 3)
        let bound = try bind(&binder, listener(.ipv4(0x7f00_0001, port: 0)))
        #expect(bound.count == 3 && bound.actual.port != 0 && bound.path == nil)
        var numbers: Set<Int32> = []
        for index in 0..<3 {
            let socket = bound.sockets[index]
            numbers.insert(socket)
            #expect(try Socket.localAddress(socket) == bound.actual)
            #expect(option(socket, SOL_SOCKET, SO_ACCEPTCONN) == 1)
        }
        #expect(numbers.count == 3)
        #expect(TestSocket.connect(port: bound.actual.port) != nil)
        let other = try bind(&binder, listener(.ipv6(IPv6Address(high: 0, low: 1), port: 0)))
        #expect(other.number != bound.number)
        #expect(other.actual.description.hasPrefix("[::1]:"))
    }

    @Test("what is bound and not handed over closes with its owner")
    func unused() async {
        // Where no other test starts a program, which would hold the sockets for a moment.
        await #expect(processExitsWith: .exitCode(7)) {
            var binder = Binder(workerCount: 2)
            var listener = ListenerConfiguration()
            let directory = TemporaryDirectory()
            let path = directory.file("a.sock")
            listener.bind = [.ipv4(0x7f00_0001, port: 0), .unix(path: path)]
            var port: UInt16 = 0
            do {
                let bound = try binder.bind(listener.identities[0], for: listener)
                port = bound.actual.port
                guard TestSocket.connect(port: port) != nil else { exit(1) }
            }
            guard TestSocket.connect(port: port) == nil else { exit(2) }
            do {
                let bound = try binder.bind(listener.identities[1], for: listener)
                guard bound.path == path, access(path, F_OK) == 0 else { exit(3) }
            }
            guard access(path, F_OK) != 0 else { exit(4) }
            rmdir(directory.path)
            exit(7)
        }
    }

    @Test("an address in use is said to be, and by whom it could be")
    func inUse() throws {
        let taken = TestSocket.listen()
        var binder = Binder(workerCount: 1)
        let failure = #expect(throws: BindFailure.self) {
            _ = try bind(&binder, listener(.ipv4(0x7f00_0001, port: taken.port)))
        }
        #expect(
            failure?.description == "listener web: cannot listen on 127.0.0.1:\(taken.port): "
                + "bind: Address already in use (another process listens there)")
    }

    @Test(
        "an address and the one for all stand beside each other when both are ours",
        arguments: [1, 2], [false, true])
    func parts(workerCount: Int, isReversed: Bool) throws {
        let port = FreePort.take()
        let addresses: [BindAddress] = [
            .ipv4(0, port: port), .ipv4(0x7f00_0001, port: port), .ipv4(0x7f00_0002, port: port),
        ]
        var binder = Binder(workerCount: workerCount)
        var own: [BoundAddress] = []
        for address in isReversed ? addresses.reversed() : addresses {
            let listener = listener(address)
            own.append(
                try binder.bind(listener.identities[0], for: listener, beside: own))
        }
        // To another process they are taken, whichever it wants.
        var other = Binder(workerCount: workerCount)
        for address in addresses {
            #expect(throws: BindFailure.self) { _ = try bind(&other, listener(address)) }
        }
    }

    @Test("what is part of ours and somebody else's is in use", arguments: [1, 2])
    func partOfOurs(workerCount: Int) throws {
        let taken = TestSocket.listen()
        var binder = Binder(workerCount: workerCount)
        let second = listener(.ipv4(0x7f00_0002, port: taken.port))
        let own = try binder.bind(second.identities[0], for: second)
        let all = listener(.ipv4(0, port: taken.port))
        #expect(throws: BindFailure.self) {
            _ = try binder.bind(all.identities[0], for: all, beside: [own])
        }
    }

    @Test("only IPv6 addresses differ by ipv6_only, and those only overlap as far as it lets them")
    func ipv6Only() throws {
        var configuration = listener(.ipv4(0, port: 80))
        configuration.bind += [.unix(path: "/a"), .ipv6(IPv6Address(high: 0, low: 0), port: 80)]
        let before = configuration.identities
        configuration.ipv6Only = true
        let after = configuration.identities
        #expect(before[0] == after[0] && before[1] == after[1] && before[2] != after[2])
        #expect(before[2].withOtherIPv6Only == after[2])
        let (v4, v6) = (SocketAddress(before[0].address), SocketAddress(before[2].address))
        let one = SocketAddress(ipv6: 0, 1, port: 80)
        func bound(_ identity: BoundAddress.Identity) -> BoundAddress {
            BoundAddress(
                identity: identity, number: 1, actual: SocketAddress(identity.address), sockets: [])
        }
        #expect(bound(before[2]).overlaps(v4, isIPv6Only: false))
        #expect(!bound(after[2]).overlaps(v4, isIPv6Only: false))
        #expect(bound(before[0]).overlaps(v6, isIPv6Only: false))
        #expect(!bound(before[0]).overlaps(v6, isIPv6Only: true))
        #expect(bound(after[2]).overlaps(one, isIPv6Only: false))
        #expect(!bound(before[0]).overlaps(one, isIPv6Only: false))
        #expect(!bound(before[0]).overlaps(SocketAddress(ipv4: 1, port: 81), isIPv6Only: false))
        #expect(!bound(before[1]).overlaps(v4, isIPv6Only: false))
    }

    @Test("an address that another sluice shares among its workers is in use all the same")
    func sharedByAnother() throws {
        var binder = Binder(workerCount: 2)
        let bound = try bind(&binder, listener(.ipv4(0x7f00_0001, port: 0)))
        #expect(throws: BindFailure.self) {
            _ = try bind(&binder, listener(.ipv4(0x7f00_0001, port: bound.actual.port)))
        }
    }

    @Test("an address of no interface is said to be one")
    func notOurs() {
        var binder = Binder(workerCount: 1)
        let failure = #expect(throws: BindFailure.self) {
            _ = try bind(&binder, listener(.ipv4(0xc000_0201, port: 0)))
        }
        #expect(
            failure?.description.hasSuffix("(no interface of this machine has that address)")
                == true)
    }

    @Test("a port that needs a privilege says which; a Unix socket does not speak of ports")
    func privileged() {
        let cause = SystemError("bind", EACCES)
        let port = BindFailure(
            listener: "web", address: .ipv4(0x7f00_0001, port: 80), cause: cause)
        #expect(
            port.description == "listener web: cannot listen on 127.0.0.1:80: bind: Permission "
                + "denied (ports below 1024 need root or CAP_NET_BIND_SERVICE)")
        let path = BindFailure(listener: "web", address: .unix(path: "/a"), cause: cause)
        #expect(
            path.description == "listener web: cannot listen on unix:/a: bind: Permission denied")
    }

    @Test("a Unix socket is one for all workers, with the mode it is to have")
    func unix() throws {
        let path = directory.file("a.sock")
        var binder = Binder(workerCount: 2)
        var configuration = listener(.unix(path: path))
        configuration.mode = FileMode(0o620)
        let bound = try bind(&binder, configuration)
        var status = stat()
        #expect(lstat(path, &status) == 0 && status.st_mode & 0o777 == 0o620)
        #expect(bound.count == 2 && bound.path == path)
        #expect(bound.sockets[0] != bound.sockets[1])
        var next = configuration
        next.mode = FileMode(0o640)
        try binder.update(bound, for: next, after: configuration)
        #expect(lstat(path, &status) == 0 && status.st_mode & 0o777 == 0o640)
    }

    @Test("what a Unix socket is not to have any more is what the process would give it")
    func accessRemoved() throws {
        let (path, plain) = (directory.file("a.sock"), directory.file("b.sock"))
        var binder = Binder(workerCount: 1)
        var asked = listener(.unix(path: path))
        asked.mode = FileMode(0o606)
        if getuid() == 0 { (asked.owner, asked.group) = ("1", "2") }
        let bound = try bind(&binder, asked)
        let other = try bind(&binder, listener(.unix(path: plain)))
        var (before, after, usual) = (stat(), stat(), stat())
        #expect(lstat(path, &before) == 0 && before.st_mode & 0o777 == 0o606)
        if getuid() == 0 { #expect(before.st_uid == 1 && before.st_gid == 2) }
        try binder.update(bound, for: listener(.unix(path: path)), after: asked)
        #expect(lstat(path, &after) == 0 && lstat(plain, &usual) == 0)
        #expect(after.st_mode == usual.st_mode)
        #expect(after.st_uid == usual.st_uid && after.st_gid == usual.st_gid)
        // What did not change stays as somebody made it by hand.
        chmod(plain, 0o640)
        try binder.update(
            other, for: listener(.unix(path: plain)), after: listener(.unix(path: plain)))
        #expect(lstat(plain, &usual) == 0 && usual.st_mode & 0o777 == 0o640)
    }

    @Test("a user or a group that is unknown is named, and who may give a socket away is said")
    func owners() {
        var binder = Binder(workerCount: 1)
        var configuration = listener(.unix(path: directory.file("a.sock")))
        let start = "listener web: cannot listen on \(configuration.bind[0]): "
        configuration.owner = "no-such-user"
        let user = #expect(throws: BindFailure.self) { _ = try bind(&binder, configuration) }
        #expect(user?.description == start + "there is no user 'no-such-user'")
        (configuration.owner, configuration.group) = (nil, "no-such-group")
        let group = #expect(throws: BindFailure.self) { _ = try bind(&binder, configuration) }
        #expect(group?.description == start + "there is no group 'no-such-group'")
        let refused = BindFailure(
            listener: "web", address: configuration.bind[0], cause: SystemError("chown", EPERM))
        #expect(
            refused.description == start
                + "chown: Operation not permitted (to give a socket away needs root or CAP_CHOWN)")
    }

    @Test("a Unix socket for which descriptors ran out leaves no file")
    func noDescriptors() async {
        // Where the limit is nobody else's.
        await #expect(processExitsWith: .exitCode(7)) {
            let directory = TemporaryDirectory()
            let path = directory.file("a.sock")
            var listener = ListenerConfiguration()
            listener.bind = [.unix(path: path)]
            let lowest = dup(0)
            close(lowest)
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            let before = limit
            limit.rlim_cur = rlim_t(lowest + 3)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            var binder = Binder(workerCount: 8)
            let failure = #expect(throws: BindFailure.self) {
                _ = try binder.bind(listener.identities[0], for: listener)
            }
            limit = before
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            guard failure?.cause == SystemError("fcntl", EMFILE) else { exit(1) }
            guard access(path, F_OK) != 0 else { exit(2) }
            rmdir(directory.path)
            exit(7)
        }
    }

    @Test("a file that is in the way is said to be, and left alone")
    func fileInTheWay() {
        let path = directory.write("precious", to: "file")
        var binder = Binder(workerCount: 1)
        let failure = #expect(throws: BindFailure.self) {
            _ = try bind(&binder, listener(.unix(path: path)))
        }
        #expect(
            failure?.description.hasSuffix("(a file that is not a socket is in the way)") == true)
        #expect(TextFile.read(path) == "precious")
    }

    @Test("sockets that listen already take over what another configuration says")
    func update() throws {
        var binder = Binder(workerCount: 2)
        var configuration = listener(.ipv4(0x7f00_0001, port: 0))
        configuration.tcp.userTimeout = .seconds(7)
        let bound = try bind(&binder, configuration)
        let tcp = Int32(IPPROTO_TCP)
        for index in 0..<2 {
            #expect(option(bound.sockets[index], tcp, TCP_NODELAY) == 1)
            #expect(option(bound.sockets[index], tcp, TCP_USER_TIMEOUT) == 7000)
        }
        let before = configuration
        configuration.tcp.nodelay = false
        configuration.tcp.userTimeout = nil
        try binder.update(bound, for: configuration, after: before)
        for index in 0..<2 {
            #expect(option(bound.sockets[index], tcp, TCP_NODELAY) == 0)
            #expect(option(bound.sockets[index], tcp, TCP_USER_TIMEOUT) == 0)
        }
    }

    @Test("tuning is the configuration's, in the kernel's units")
    func tuning() {
        var tcp = UpstreamTCPConfiguration()
        tcp.userTimeout = .seconds(3)
        #expect(
            SocketOptions(tcp)
                == SocketOptions(
                    noDelay: true, keepAliveIdle: 60, keepAliveInterval: 10, keepAliveCount: 6,
                    userTimeout: 3000))
        tcp.keepalive = nil
        #expect(SocketOptions(tcp).keepAliveIdle == 0)
    }
}
