// One name being resolved, on a thread that ends with it.

internal import Containers
internal import Glibc
internal import Linux

/// What became of a lookup.
struct LookupResult: Sendable {
    let name: String
    let addresses: [SocketAddress]
    /// Why there are no addresses, or nil.
    let failure: String?
}

/// A running lookup.
final class LookupThread {
    /// What the thread works with; it alone frees it.
    private final class Work {
        let name: String
        let results: Mailbox<LookupResult>
        let wake: Int32

        init(name: String, results: Mailbox<LookupResult>, wake: Int32) {
            self.name = name
            self.results = results
            self.wake = wake
        }
    }

    private var thread: Thread?

    init(name: String, results: Mailbox<LookupResult>, wake: Int32) throws(SystemError) {
        let work = unsafe Unmanaged.passRetained(Work(name: name, results: results, wake: wake))
        do {
            thread = try unsafe Thread(context: work.toOpaque()) { context in
                Thread.setName("sluice-resolve")
                guard let context = unsafe context else { return nil }
                let work = unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
                _ = work.results.send(LookupThread.resolve(work.name))
                EventFD.signal(work.wake)
                return nil
            }
        } catch {
            unsafe work.release()
            throw error
        }
    }

    /// Waits for the thread, which has sent its result or is about to.
    func join() {
        if let thread = thread.take() { thread.join() }
    }

    private static func resolve(_ name: String) -> LookupResult {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(name, nil, &hints, &list)
        guard code == 0 else {
            return LookupResult(
                name: name, addresses: [], failure: unsafe String(cString: gai_strerror(code)))
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe entry.pointee.ai_addr {
                addresses.append(
                    unsafe SocketAddress(copying: address, length: entry.pointee.ai_addrlen))
            }
            unsafe next = entry.pointee.ai_next
        }
        // One address is used, and a server that is to be had by one family only is to be had by
        // IPv4:
        // `localhost` is the usual case.
        let sorted =
            addresses.filter { $0.ipv4Host != nil } + addresses.filter { $0.ipv4Host == nil }
        return LookupResult(
            name: name, addresses: sorted,
            failure: addresses.isEmpty ? "the name has no addresses" : nil)
    }
}
