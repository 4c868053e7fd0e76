// Makes listening sockets from configured listeners. Nothing here is visible to workers until a
// snapshot is published.

internal import Config
internal import Glibc
internal import Linux

/// Why an address could not be bound.
struct BindFailure: Error, CustomStringConvertible {
    let listener: String
    let address: BindAddress
    /// Nil when the address is bound with another `ipv6_only`.
    let cause: SystemError?
    /// What a Unix socket was to be given.
    var access = SocketFile.Access(mode: nil)

    var description: String {
        guard let cause else {
            return "listener \(listener): cannot change ipv6_only of \(address) while it is bound: "
                + "that needs a restart"
        }
        let text = "listener \(listener): cannot listen on \(address): "
        switch (cause.call, cause.code) {
        case ("getpwnam", ENOENT): return text + "there is no user '\(access.owner ?? "")'"
        case ("getgrnam", ENOENT): return text + "there is no group '\(access.group ?? "")'"
        default: return "\(text)\(cause)\(hint(cause))"
        }
    }

    private func hint(_ cause: SystemError) -> String {
        switch cause.code {
        case EACCES where !address.isUnix:
            " (ports below 1024 need root or CAP_NET_BIND_SERVICE)"
        case EADDRINUSE: " (another process listens there)"
        case EADDRNOTAVAIL: " (no interface of this machine has that address)"
        case EPERM where cause.call == "chown":
            " (to give a socket away needs root or CAP_CHOWN)"
        case EEXIST: " (a file that is not a socket is in the way)"
        default: ""
        }
    }
}

/// Binds addresses for a number of workers.
struct Binder {
    let workerCount: Int
    private var nextNumber: UInt32 = 1

    init(workerCount: Int) { self.workerCount = workerCount }

    /// Binds one address of a listener for all workers. `own` are the addresses of this process.
    mutating func bind(
        _ identity: BoundAddress.Identity, for listener: ListenerConfiguration,
        beside own: some Collection<BoundAddress> = []
    ) throws(BindFailure) -> BoundAddress {
        do {
            let number = nextNumber
            nextNumber += 1
            if case .unix(let path) = identity.address {
                return try bindUnix(path, identity, number, listener)
            }
            let address = SocketAddress(identity.address)
            let isPartlyOurs = own.contains {
                $0.overlaps(address, isIPv6Only: identity.isIPv6Only)
            }
            return try bindInternet(identity, number, listener, isPartlyOurs: isPartlyOurs)
        } catch {
            throw BindFailure(
                listener: listener.name, address: identity.address, cause: error,
                access: Self.access(of: listener))
        }
    }

    /// Gives sockets that listen already the options of another configuration. What `previous`
    /// asked for of a Unix socket and `listener` does not is as if it had never been asked for.
    func update(
        _ bound: BoundAddress, for listener: ListenerConfiguration,
        after previous: ListenerConfiguration
    ) throws(BindFailure) {
        do {
            if let path = bound.path {
                try SocketFile.grant(Self.changes(from: previous, to: listener), to: path)
            }
            for index in 0..<bound.count {
                try unsafe Socket.listen(
                    bound.sockets[index], Self.options(of: listener),
                    isInternet: bound.path == nil)
            }
        } catch {
            throw BindFailure(
                listener: listener.name, address: bound.identity.address, cause: error,
                access: Self.access(of: listener))
        }
    }

    private func bindInternet(
        _ identity: BoundAddress.Identity, _ number: UInt32, _ listener: ListenerConfiguration,
        isPartlyOurs: Bool
    ) throws(SystemError) -> BoundAddress {
        var address = SocketAddress(identity.address)
        let isIPv6Only = identity.isIPv6Only
        if !isPartlyOurs, address.port != 0 {
            // Sharing a port lets any process of this user in: without it the kernel tells whether
            // somebody else has the address. Where it is a part of one of ours, or has one as a
            // part, the kernel would name us; then whoever does not share the port is told all the
            // same, and another sluice has asked before it bound anything, and found us.
            let probe = try Socket.bind(to: address, isIPv6Only: isIPv6Only, sharesPort: false)
            _ = consume probe
        }
        var sockets: [Int32] = []
        do {
            for _ in 0..<workerCount {
                let socket = try Socket.bind(
                    to: address, isIPv6Only: isIPv6Only, sharesPort: true)
                address = try Socket.localAddress(socket.rawValue)
                let listening = socket.rawValue
                sockets.append(socket.release())
                try Socket.listen(listening, Self.options(of: listener), isInternet: true)
            }
        } catch {
            sockets.forEach { FileDescriptor.close($0) }
            throw error
        }
        return BoundAddress(identity: identity, number: number, actual: address, sockets: sockets)
    }

    /// A Unix socket cannot be bound twice: the workers share one, each by a descriptor of its own.
    private func bindUnix(
        _ path: String, _ identity: BoundAddress.Identity, _ number: UInt32,
        _ listener: ListenerConfiguration
    ) throws(SystemError) -> BoundAddress {
        let socket = try SocketFile.listen(
            path: path, access: Self.access(of: listener), backlog: Int32(listener.backlog))
        var sockets: [Int32] = []
        do {
            for _ in 0..<workerCount {
                sockets.append(try Socket.duplicate(socket.rawValue).release())
            }
        } catch {
            sockets.forEach { FileDescriptor.close($0) }
            // The file goes only when nobody listens behind it.
            FileDescriptor.close(socket.release())
            SocketFile.remove(path)
            throw error
        }
        return BoundAddress(
            identity: identity, number: number, actual: SocketAddress(identity.address),
            sockets: sockets)
    }

    private static func access(of listener: ListenerConfiguration) -> SocketFile.Access {
        SocketFile.Access(
            mode: listener.mode?.bits, owner: listener.owner, group: listener.group)
    }

    /// What is to be done to a Unix socket's file: what has not changed is left alone, since only
    /// its owner may change a file, and that may be somebody else by now.
    private static func changes(
        from previous: ListenerConfiguration, to next: ListenerConfiguration
    ) -> SocketFile.Access {
        let (old, new) = (access(of: previous), access(of: next))
        let unasked = SocketFile.Access.unasked
        return SocketFile.Access(
            mode: old.mode == new.mode ? nil : new.mode ?? unasked.mode,
            owner: old.owner == new.owner ? nil : new.owner ?? unasked.owner,
            group: old.group == new.group ? nil : new.group ?? unasked.group)
    }

    private static func options(of listener: ListenerConfiguration) -> Socket.ListenOptions {
        Socket.ListenOptions(
            backlog: Int32(clamping: listener.backlog), isIPv6Only: listener.ipv6Only,
            deferAcceptSeconds: Int32(clamping: listener.tcp.deferAccept.map(\.seconds) ?? 0),
            fastOpenBacklog: Int32(clamping: listener.tcp.fastOpen ?? 0),
            connection: SocketOptions(listener.tcp))
    }
}
