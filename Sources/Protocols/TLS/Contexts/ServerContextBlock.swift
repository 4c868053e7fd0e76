// What the callbacks of a listener's contexts know. It belongs to the first context, which every
// session keeps until it ends; so reloads may let go of contexts at any time.

internal import COpenSSL

/// Everything that callbacks look at. It is not changed once it is made.
@safe struct ServerContextBlock {
    /// Which context a name has.
    let names: ServerNameTable
    /// `SSL_CTX`s; the first is the default, which owns the block and is not counted by it.
    let contexts: UnsafeMutablePointer<OpaquePointer>
    let contextCount: Int
    /// True when names that are not there are refused.
    let isStrict: Bool
    /// Application protocols as they go over the wire, the best first.
    let protocols: UnsafeMutablePointer<UInt8>
    let protocolByteCount: Int
    /// Keys of tickets; nil for none.
    let tickets: TicketKeys?
    /// Sessions that may be taken up; nil for none.
    let cache: SessionCache?
    /// True when clients may send before the handshake is done.
    let takesEarlyData: Bool

    /// The number that a context keeps it under.
    private static let index: Int32 = {
        let index = unsafe CRYPTO_get_ex_new_index(
            CRYPTO_EX_INDEX_SSL_CTX, 0, nil, nil, nil
        ) { _, data, _, _, _, _ in
            guard let data = unsafe data else { return }
            unsafe data.assumingMemoryBound(to: ServerContextBlock.self).pointee.release()
            unsafe data.deallocate()
        }
        precondition(index > 0, "OpenSSL has no memory")
        return index
    }()

    /// Gives a block to its first context.
    static func attach(_ block: ServerContextBlock) {
        let memory = UnsafeMutablePointer<ServerContextBlock>.allocate(capacity: 1)
        unsafe memory.initialize(to: block)
        let result = unsafe SSL_CTX_set_ex_data(block.contexts[0], index, memory)
        precondition(result == 1, "OpenSSL has no memory")
    }

    /// The block of a first context.
    static func of(context: OpaquePointer) -> UnsafeMutablePointer<ServerContextBlock> {
        unsafe SSL_CTX_get_ex_data(context, index)!
            .assumingMemoryBound(to: ServerContextBlock.self)
    }

    /// The block of a session, which was given to it when it began.
    static func of(session: OpaquePointer?) -> UnsafeMutablePointer<ServerContextBlock> {
        unsafe copenssl_data(session)!.assumingMemoryBound(to: ServerContextBlock.self)
    }

    private func release() {
        for index in 1..<max(1, contextCount) { unsafe SSL_CTX_free(contexts[index]) }
        unsafe contexts.deallocate()
        unsafe protocols.deallocate()
        names.deallocate()
    }
}
