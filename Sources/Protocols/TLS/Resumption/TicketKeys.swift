// The ticket keys of the process: the control plane publishes them, all workers seal and open with
// them.

internal import COpenSSL
internal import Synchronization

/// Ticket keys that may be exchanged while workers use them. Copies are the same keys; the owner
/// deallocates them when no session is left.
@safe public struct TicketKeys: BitwiseCopyable, @unchecked Sendable {
    private let storage: UnsafeMutablePointer<Storage>

    @safe private struct Storage: ~Copyable {
        /// A pointer to the `TicketKeySet` that holds.
        let current: Atomic<UInt>
        /// Threads that look at it just now, each for as long as it takes to copy a key.
        let readerCount = Atomic<Int>(0)
        /// AES-256 in CBC mode, looked up once: OpenSSL takes a lock for that.
        let cipher: OpaquePointer
    }

    /// Publishes keys for the first time.
    public init(_ keys: TicketKeySet) {
        TLSLibrary.begin()
        guard let cipher = unsafe EVP_CIPHER_fetch(nil, "AES-256-CBC", nil) else {
            preconditionFailure("OpenSSL has no AES-256-CBC")
        }
        unsafe storage = .allocate(capacity: 1)
        unsafe storage.initialize(
            to: Storage(current: Atomic(UInt(bitPattern: Self.boxed(keys))), cipher: cipher))
    }

    /// Wipes and frees the keys.
    public func deallocate() {
        unsafe Self.discard(storage.pointee.current.load(ordering: .acquiring))
        unsafe EVP_CIPHER_free(storage.pointee.cipher)
        unsafe storage.deinitialize(count: 1)
        unsafe storage.deallocate()
    }

    /// The keys that hold.
    public var keys: TicketKeySet {
        unsafe storage.pointee.readerCount.add(1, ordering: .sequentiallyConsistent)
        defer { unsafe storage.pointee.readerCount.subtract(1, ordering: .releasing) }
        let current = unsafe storage.pointee.current.load(ordering: .sequentiallyConsistent)
        return unsafe UnsafePointer<TicketKeySet>(bitPattern: current)!.pointee
    }

    /// Has other keys hold from now on, and wipes those that held. One thread at a time does.
    ///
    /// It waits for workers that are copying a key, which takes them less than a microsecond.
    public func publish(_ keys: TicketKeySet) {
        let former = unsafe storage.pointee.current.exchange(
            UInt(bitPattern: Self.boxed(keys)), ordering: .sequentiallyConsistent)
        while unsafe storage.pointee.readerCount.load(ordering: .sequentiallyConsistent) > 0 {}
        Self.discard(former)
    }

    private static func boxed(_ keys: TicketKeySet) -> UnsafeMutablePointer<TicketKeySet> {
        let box = UnsafeMutablePointer<TicketKeySet>.allocate(capacity: 1)
        unsafe box.initialize(to: keys)
        return unsafe box
    }

    private static func discard(_ bits: UInt) {
        let box = unsafe UnsafeMutablePointer<TicketKeySet>(bitPattern: bits)!
        unsafe box.pointee.wipe()
        unsafe box.deallocate()
    }

    // What OpenSSL asks for ---------------------------------------------------------------------

    /// OpenSSL's callback: prepares the ciphers for one ticket. It says 1 when the ticket is fine, 2
    /// when it is and the client is to get a new one, 0 for no ticket and a full handshake, and -1
    /// when it cannot.
    static let seal:
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt8>?,
            OpaquePointer?, OpaquePointer?, Int32
        ) -> Int32 = { session, name, vector, cipher, code, isSealing in
            guard let keys = unsafe ServerContextBlock.of(session: session).pointee.tickets,
                let name = unsafe name, let vector = unsafe vector
            else { return 0 }
            if isSealing == 1 { return unsafe keys.seal(name, vector, cipher, code) }
            let result = unsafe keys.open(name, vector, cipher, code)
            // Tickets of TLS 1.3 are good for one connection, so that the next one needs another.
            let isNewer = unsafe SSL_version(session) == Int32(TLSVersion.tls13.rawValue)
            return result == 1 && isNewer ? 2 : result
        }

    private func seal(
        _ name: UnsafeMutablePointer<UInt8>, _ vector: UnsafeMutablePointer<UInt8>,
        _ cipher: OpaquePointer?, _ code: OpaquePointer?
    ) -> Int32 {
        var key = copy(of: 0)
        defer { key.wipe() }
        for index in 0..<TicketKey.nameByteCount { unsafe name[index] = key.bytes[index] }
        guard unsafe RAND_bytes(vector, 16) == 1 else { return -1 }
        return unsafe withUnsafeBytes(of: key.bytes) { bytes in
            let start = unsafe bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
            let isReady =
                unsafe EVP_EncryptInit_ex2(
                    cipher, storage.pointee.cipher, start + TicketKey.cipherKeyOffset, vector, nil)
                == 1
                && copenssl_key_ticket_hmac(
                    code, start + TicketKey.codeKeyOffset, TicketKey.codeKeyByteCount) == 1
            return isReady ? 1 : -1
        }
    }

    private func open(
        _ name: UnsafeMutablePointer<UInt8>, _ vector: UnsafeMutablePointer<UInt8>,
        _ cipher: OpaquePointer?, _ code: OpaquePointer?
    ) -> Int32 {
        var set = keys
        defer { set.wipe() }
        var found = 0
        while found < set.count, unsafe !set[found].isNamed(name) { found += 1 }
        guard found < set.count else { return 0 }
        var key = set[found]
        defer { key.wipe() }
        return unsafe withUnsafeBytes(of: key.bytes) { bytes in
            let start = unsafe bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
            let isReady =
                unsafe copenssl_key_ticket_hmac(
                    code, start + TicketKey.codeKeyOffset, TicketKey.codeKeyByteCount) == 1
                && EVP_DecryptInit_ex2(
                    cipher, storage.pointee.cipher, start + TicketKey.cipherKeyOffset, vector, nil)
                    == 1
            return isReady ? (found == 0 ? 1 : 2) : -1
        }
    }

    private func copy(of index: Int) -> TicketKey {
        var set = keys
        defer { set.wipe() }
        return set[index]
    }
}
