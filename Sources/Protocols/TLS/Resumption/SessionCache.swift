// Sessions that clients may take up without tickets: in memory of the process, shared by its workers,
// bounded in number. An option: tickets cost no memory.

internal import COpenSSL
internal import Synchronization

/// A bounded cache of sessions. Copies are the same cache; the owner deallocates it when no session is
/// left.
///
/// It has a lock, which is the one exception in what runs for each event: a handshake takes it for
/// as long as it takes to copy some 200 bytes, and only where the cache is asked for.
@safe public struct SessionCache: BitwiseCopyable, @unchecked Sendable {
    private let storage: UnsafeMutablePointer<Storage>

    @safe private struct Storage: ~Copyable {
        /// True while a thread is within.
        let isLocked = Atomic<Bool>(false)
        var entries: UnsafeMutablePointer<Entry>
        let setMask: Int
        var tick: UInt64 = 0
    }

    /// A session as OpenSSL writes it.
    @safe private struct Entry {
        var key = InlineArray<32, UInt8>(repeating: 0)
        /// 0 for a free entry.
        var keyByteCount = 0
        var bytes: UnsafeMutablePointer<UInt8>?
        var byteCount = 0
        /// When it was put there: the lowest of a set is the oldest.
        var tick: UInt64 = 0
    }

    /// Entries that an identifier may be in.
    private static var wayCount: Int { 8 }
    /// Sessions that are larger, for the sake of a client's certificate, are not kept.
    private static var sessionBytesMax: Int { 8192 }

    /// An empty cache of `countMax` sessions at most, at least 8.
    public init(countMax: Int) {
        precondition(countMax >= Self.wayCount)
        var sets = 1
        while sets * 2 * Self.wayCount <= countMax { sets *= 2 }
        let entries = UnsafeMutablePointer<Entry>.allocate(capacity: sets * Self.wayCount)
        unsafe entries.initialize(repeating: Entry(), count: sets * Self.wayCount)
        unsafe storage = .allocate(capacity: 1)
        unsafe storage.initialize(to: Storage(entries: entries, setMask: sets - 1))
    }

    /// Frees the cache and what is in it.
    public func deallocate() {
        for index in 0..<(unsafe storage.pointee.setMask + 1) * Self.wayCount {
            unsafe Self.empty(storage.pointee.entries + index)
        }
        unsafe storage.pointee.entries.deallocate()
        unsafe storage.deinitialize(count: 1)
        unsafe storage.deallocate()
    }

    /// Sessions in it. Goes over all of it.
    public var count: Int {
        lock()
        defer { unlock() }
        var count = 0
        for index in 0..<(unsafe storage.pointee.setMask + 1) * Self.wayCount
        where unsafe storage.pointee.entries[index].keyByteCount > 0 { count += 1 }
        return count
    }

    /// Has a context (`SSL_CTX`) use the cache of its sessions.
    static func attach(to context: OpaquePointer) {
        let mode = SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL
        unsafe copenssl_set_cache_mode(context, Int(mode))
        unsafe SSL_CTX_sess_set_new_cb(context) { ssl, session in
            let block = unsafe ServerContextBlock.of(session: ssl)
            if let session = unsafe session { unsafe block.pointee.cache?.put(session) }
            return 0
        }
        unsafe SSL_CTX_sess_set_get_cb(context) { ssl, key, count, copies in
            // What is returned is the caller's.
            unsafe copies?.pointee = 0
            guard let key = unsafe key else { return nil }
            return unsafe ServerContextBlock.of(session: ssl).pointee.cache?.get(key, Int(count))
        }
    }

    private func put(_ session: OpaquePointer) {
        var keyByteCount: UInt32 = 0
        guard let key = unsafe SSL_SESSION_get_id(session, &keyByteCount),
            (1...32).contains(keyByteCount),
            case let byteCount = unsafe Int(i2d_SSL_SESSION(session, nil)),
            byteCount > 0 && byteCount <= Self.sessionBytesMax
        else { return }
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: byteCount)
        var next: UnsafeMutablePointer<UInt8>? = unsafe bytes
        unsafe _ = i2d_SSL_SESSION(session, &next)
        lock()
        defer { unlock() }
        let set = unsafe set(of: key, Int(keyByteCount))
        var chosen = unsafe set
        for way in 0..<Self.wayCount where unsafe set[way].tick < chosen.pointee.tick {
            unsafe chosen = set + way
        }
        unsafe Self.empty(chosen)
        unsafe storage.pointee.tick += 1
        unsafe chosen.pointee.tick = storage.pointee.tick
        for index in 0..<Int(keyByteCount) { unsafe chosen.pointee.key[index] = key[index] }
        unsafe chosen.pointee.keyByteCount = Int(keyByteCount)
        unsafe chosen.pointee.bytes = bytes
        unsafe chosen.pointee.byteCount = byteCount
    }

    /// The session of that identifier, for the caller to free; nil when there is none. One of TLS 1.3
    /// is taken out: it is good for one connection.
    private func get(_ key: UnsafePointer<UInt8>, _ count: Int) -> OpaquePointer? {
        guard (1...32).contains(count) else { return nil }
        lock()
        defer { unlock() }
        let set = unsafe set(of: key, count)
        for way in 0..<Self.wayCount where unsafe Self.holds(set + way, key, count) {
            var start = unsafe UnsafePointer(set[way].bytes)
            let session = unsafe d2i_SSL_SESSION(nil, &start, set[way].byteCount)
            let version = unsafe session == nil ? 0 : SSL_SESSION_get_protocol_version(session)
            if version != Int32(TLSVersion.tls12.rawValue) { unsafe Self.empty(set + way) }
            return unsafe session
        }
        return nil
    }

    /// The entries that an identifier may be in. Identifiers are random, and ours.
    private func set(of key: UnsafePointer<UInt8>, _ count: Int) -> UnsafeMutablePointer<Entry> {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in 0..<count { hash = unsafe (hash ^ UInt64(key[index])) &* 0x100_0000_01b3 }
        let set = unsafe Int(truncatingIfNeeded: hash ^ hash >> 32) & storage.pointee.setMask
        return unsafe storage.pointee.entries + set * Self.wayCount
    }

    private static func holds(
        _ entry: UnsafeMutablePointer<Entry>, _ key: UnsafePointer<UInt8>, _ count: Int
    ) -> Bool {
        guard unsafe entry.pointee.keyByteCount == count else { return false }
        for index in 0..<count {
            guard unsafe entry.pointee.key[index] == key[index] else { return false }
        }
        return true
    }

    private static func empty(_ entry: UnsafeMutablePointer<Entry>) {
        if let bytes = unsafe entry.pointee.bytes {
            unsafe OPENSSL_cleanse(bytes, entry.pointee.byteCount)
            unsafe bytes.deallocate()
        }
        unsafe entry.pointee = Entry()
    }

    private func lock() {
        while unsafe storage.pointee.isLocked.exchange(true, ordering: .acquiring) {}
    }

    private func unlock() { unsafe storage.pointee.isLocked.store(false, ordering: .releasing) }
}
