// One c-ares channel on the control loop: it sends queries, waits on c-ares's sockets and timers,
// and gives each result to who asked. It keeps nothing of what it finds and repeats nothing.

internal import CAres
internal import Config
internal import Glibc
internal import Linux

/// Queries on their way. It is closed by its owner, never within a completion.
@safe final class ResolverChannel {
    /// Hears what became of a query; within `start` when nobody had to be asked.
    typealias Completion = (Result<ResolverRecords, ResolverFailure>) -> Void

    /// A query on its way; c-ares holds it until it calls back.
    private final class Lookup {
        let type: DNSAnswer.RecordType?
        let done: Completion
        unowned let channel: ResolverChannel
        /// `start` has not returned yet, so the answer is not from the network.
        var isStarting = true

        init(
            _ type: DNSAnswer.RecordType?, _ channel: ResolverChannel, _ done: @escaping Completion
        ) {
            self.type = type
            self.done = done
            self.channel = channel
        }
    }

    private struct Watch {
        let identifier: ControlLoop.Identifier
        var interest: Readiness
    }

    private let loop: ControlLoop
    /// Nil when it is closed.
    private var handle: ares_channel?
    /// By c-ares's socket.
    private var watches: [Int32: Watch] = [:]
    private var timer: ControlLoop.Identifier?

    /// c-ares asks for it once a process, before other threads use it. It holds nothing on Linux.
    private static let library: Int32 = ares_library_init(ARES_LIB_INIT_ALL)

    init(_ settings: ResolverConfiguration, loop: ControlLoop) throws(ResolverFailure) {
        self.loop = loop
        try open(settings, flags: 0)
        // Of several servers the next one is asked when one fails. Of one alone we want to hear how
        // it failed, which c-ares keeps to itself unless it takes such answers for good ones.
        if unsafe handle.map({ unsafe Self.serverCount($0) }) == 1 {
            close()
            try open(settings, flags: ARES_FLAG_NOCHECKRESP)
        }
    }

    deinit { unsafe precondition(handle == nil, "a channel is closed before it goes") }

    /// Ends it. What is on its way is forgotten, its completions are not called.
    func close() {
        guard let channel = unsafe handle else { return }
        unsafe handle = nil
        unsafe ares_destroy(channel)
        assert(watches.isEmpty, "c-ares closed a socket without a word")
        loop.cancel(timer)
        timer = nil
    }

    /// Sends a query. Of a host, `family` restricts the addresses that are looked for.
    func start(_ query: ResolverQuery, family: Int32 = AF_UNSPEC, _ done: @escaping Completion) {
        guard let channel = unsafe handle else { preconditionFailure("the channel is closed") }
        let lookup = Lookup(query.recordType, self, done)
        let context = unsafe Unmanaged.passRetained(lookup).toOpaque()
        if let type = query.recordType {
            unsafe ares_query(
                channel, query.name, 1, Int32(type.rawValue), Self.takeMessage, context)
        } else {
            var hints = ares_addrinfo_hints()
            hints.ai_family = family
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            hints.ai_flags = ARES_AI_NOSORT
            unsafe ares_getaddrinfo(channel, query.name, nil, &hints, Self.takeList, context)
        }
        lookup.isStarting = false
        armTimer()
    }

    // Opening -------------------------------------------------------------------------------

    private func open(_ settings: ResolverConfiguration, flags: Int32) throws(ResolverFailure) {
        guard Self.library == ARES_SUCCESS else { throw ResolverFailure(status: Self.library) }
        var options = unsafe ares_options()
        unsafe options.flags = flags
        unsafe options.timeout = Int32(clamping: settings.timeout.milliseconds)
        unsafe options.tries = Int32(clamping: settings.attempts)
        unsafe options.sock_state_cb = { context, socket, isReadable, isWritable in
            guard let context = unsafe context else { return }
            unsafe Unmanaged<ResolverChannel>.fromOpaque(context).takeUnretainedValue()
                .socketChanged(socket, isReadable: isReadable != 0, isWritable: isWritable != 0)
        }
        unsafe options.sock_state_cb_data = Unmanaged.passUnretained(self).toOpaque()
        let mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB
        var opened: ares_channel?
        var status = unsafe ares_init_options(&opened, &options, mask)
        guard status == ARES_SUCCESS, let channel = unsafe opened else {
            throw ResolverFailure(status: status)
        }
        if !settings.servers.isEmpty {
            let list = settings.servers.map(\.description).joined(separator: ",")
            status = unsafe ares_set_servers_ports_csv(channel, list)
            guard status == ARES_SUCCESS else {
                unsafe ares_destroy(channel)
                throw ResolverFailure(status: status)
            }
        }
        unsafe handle = channel
    }

    private static func serverCount(_ channel: ares_channel) -> Int {
        var list: UnsafeMutablePointer<ares_addr_port_node>?
        guard unsafe ares_get_servers_ports(channel, &list) == ARES_SUCCESS else { return 0 }
        defer { unsafe ares_free_data(list) }
        var count = 0
        var next = unsafe list
        while let node = unsafe next {
            count += 1
            unsafe next = node.pointee.next
        }
        return count
    }

    // Waiting -------------------------------------------------------------------------------

    /// c-ares wants a socket watched, watched for something else, or no longer watched since it is
    /// about to close it.
    private func socketChanged(_ socket: Int32, isReadable: Bool, isWritable: Bool) {
        var interest: Readiness = []
        if isReadable { interest.insert(.readable) }
        if isWritable { interest.insert(.writable) }
        guard let watch = watches[socket] else {
            guard !interest.isEmpty else { return }
            // Of a socket that cannot be watched nothing is heard: its queries end by their time.
            let identifier = try? loop.watch(socket, interest) { [unowned self] readiness in
                process(socket, readiness)
            }
            watches[socket] = identifier.map { Watch(identifier: $0, interest: interest) }
            return
        }
        if interest.isEmpty {
            watches[socket] = nil
            loop.unwatch(watch.identifier, socket)
        } else if interest != watch.interest {
            watches[socket]?.interest = interest
            loop.change(watch.identifier, socket, interest)
        }
    }

    private func process(_ socket: Int32, _ readiness: Readiness) {
        guard let channel = unsafe handle else { return }
        let isReadable = !readiness.isDisjoint(with: [.readable, .failed, .hungUp])
        unsafe ares_process_fd(
            channel, isReadable ? socket : ARES_SOCKET_BAD,
            readiness.contains(.writable) ? socket : ARES_SOCKET_BAD)
        armTimer()
    }

    /// Sets the timer to when c-ares has to look at its queries again.
    private func armTimer() {
        loop.cancel(timer)
        timer = nil
        guard let channel = unsafe handle else { return }
        var time = timeval()
        guard unsafe ares_timeout(channel, nil, &time) != nil else { return }
        // c-ares rounds down: without one more it would be asked many times in the last millisecond.
        let milliseconds = UInt64(time.tv_sec) * 1000 + UInt64(time.tv_usec) / 1000 + 1
        timer = loop.after(milliseconds) { [unowned self] in
            timer = nil
            guard let channel = unsafe handle else { return }
            unsafe ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD)
            armTimer()
        }
    }

    // Results -------------------------------------------------------------------------------

    /// Takes the answer to a query for records.
    private static let takeMessage: ares_callback = { context, status, _, bytes, count in
        guard let context = unsafe context else { return }
        let lookup = unsafe Unmanaged<Lookup>.fromOpaque(context).takeRetainedValue()
        guard unsafe lookup.channel.handle != nil, let type = lookup.type else { return }
        guard status == ARES_SUCCESS else { return lookup.done(.failure(.init(status: status))) }
        let message = unsafe Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
        lookup.done(records(of: message, type))
    }

    private static func records(
        of message: [UInt8], _ type: DNSAnswer.RecordType
    ) -> Result<ResolverRecords, ResolverFailure> {
        guard let answer = DNSAnswer(message, type: type) else {
            return .failure(ResolverFailure(status: ARES_EBADRESP))
        }
        guard !answer.addresses.isEmpty || !answer.services.isEmpty else {
            return .failure(ResolverFailure(status: ARES_ENODATA))
        }
        return .success(
            ResolverRecords(
                addresses: unique(answer.addresses), services: answer.services,
                ttlMs: UInt64(answer.ttl ?? 0) * 1000))
    }

    /// Takes the addresses of a host.
    private static let takeList: ares_addrinfo_callback = { context, status, _, list in
        let found = unsafe list.map { unsafe take($0) }
        guard let context = unsafe context else { return }
        let lookup = unsafe Unmanaged<Lookup>.fromOpaque(context).takeRetainedValue()
        guard unsafe lookup.channel.handle != nil else { return }
        guard status == ARES_SUCCESS, let found else {
            return lookup.done(.failure(.init(status: status)))
        }
        guard !found.addresses.isEmpty else {
            return lookup.done(.failure(ResolverFailure(status: ARES_ENODATA)))
        }
        // Name servers that block a name answer so.
        let usable = found.addresses.filter { !$0.isOfAll }
        guard !usable.isEmpty else {
            let failure = ResolverFailure(.noData, "the name's addresses are no server's")
            return lookup.done(.failure(failure))
        }
        // One address is used, and a server that is to be had by one family only is to be had by
        // IPv4: `localhost` is the usual case.
        let addresses = unique(usable)
        let sorted =
            addresses.filter { $0.ipv4Host != nil } + addresses.filter { $0.ipv4Host == nil }
        lookup.done(
            .success(
                ResolverRecords(
                    addresses: sorted,
                    ttlMs: lookup.isStarting ? nil : UInt64(max(0, found.ttl)) * 1000)))
    }

    /// Reads and frees a list; the smallest TTL is that of all, aliases included: where a service
    /// moves from one host to another, it is the alias that changes.
    private static func take(
        _ list: UnsafeMutablePointer<ares_addrinfo>
    ) -> (addresses: [SocketAddress], ttl: Int32) {
        var addresses: [SocketAddress] = []
        var ttl = Int32.max
        var next = unsafe list.pointee.nodes
        while let node = unsafe next {
            if let address = unsafe node.pointee.ai_addr {
                addresses.append(
                    unsafe SocketAddress(copying: address, length: node.pointee.ai_addrlen))
                ttl = unsafe min(ttl, node.pointee.ai_ttl)
            }
            unsafe next = node.pointee.ai_next
        }
        var nextAlias = unsafe list.pointee.cnames
        while let alias = unsafe nextAlias {
            ttl = unsafe min(ttl, alias.pointee.ttl)
            unsafe nextAlias = alias.pointee.next
        }
        unsafe ares_freeaddrinfo(list)
        return (addresses, ttl)
    }

    private static func unique(_ addresses: [SocketAddress]) -> [SocketAddress] {
        var seen: Set<String> = []
        return addresses.filter { seen.insert($0.description).inserted }
    }
}
