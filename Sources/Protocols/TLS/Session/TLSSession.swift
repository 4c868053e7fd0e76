// One TLS session over a socket: a state machine around OpenSSL's `SSL`, which reads and writes the
// socket itself, so that kernel TLS can take over. It runs for each event: it never throws, and the
// only memory taken is OpenSSL's own. It knows no clock: who owns it ends what takes too long.

internal import COpenSSL

/// A session, made by `TLSServerContexts` or `TLSClientContext`. Who made it calls `free` once. The
/// socket stays the caller's.
///
/// It is a pointer and two counts of what was sent, so it is to be kept in one place: copies may
/// be asked for facts, and only the original may `send`. SIGPIPE has to be ignored by the process,
/// since OpenSSL writes by write(2).
@safe public struct TLSSession: BitwiseCopyable, @unchecked Sendable {
    /// OpenSSL's `SSL`.
    let ssl: OpaquePointer
    /// Bytes sent since the burst began, counted up to `burstBytesMax`.
    private var burstBytes: UInt32 = 0
    /// Bytes of a send that has to be repeated, 0 when there is none.
    private var repeatedBytes: UInt32 = 0

    /// What one send takes at most while a burst begins, and how much is sent in that way.
    ///
    /// A receiver can use nothing of a record before all of it is there. One of 16 KiB takes 12
    /// packets, more than the 10 that a fresh congestion window lets out (RFC 6928), so its first
    /// byte takes a round trip more. A first record of 4 KiB costs one more write(2) and 22 bytes a
    /// burst, and only bursts beyond it.
    private static var firstRecordBytes: UInt32 { 4096 }
    /// The largest record there is (RFC 8446, section 5.1).
    private static var recordBytesMax: UInt32 { 16384 }

    init(_ ssl: OpaquePointer) { unsafe self.ssl = ssl }

    /// Frees the session, in whatever state it is. Tells the peer nothing.
    public func free() {
        // OpenSSL lets nobody take up a session again that ended without close_notify, as TLS 1.0 had
        // it; since TLS 1.1 that is no reason (RFC 5246, section 7.2.1). One that failed still is not.
        unsafe SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
        unsafe SSL_free(ssl)
    }

    /// Goes on with the handshake.
    public func handshake() -> TLSProgress {
        clearErrors()
        let result = unsafe SSL_do_handshake(ssl)
        guard result != 1 else {
            keepRenewed()
            return .done
        }
        switch failure(result) {
        case .wouldRead: return .wantsRead
        case .wouldWrite: return .wantsWrite
        case .starved: return .starved
        case .reset(let number): return .reset(number)
        case .failed(let failure): return .failed(failure)
        case .truncated, .closed, .count: return .failed(.handshakeCutShort)
        }
    }

    /// Reads up to `count` bytes, of one record at most.
    ///
    /// OpenSSL reads ahead, so one call of recv(2) may have brought several records. When fewer than
    /// `count` bytes came and nothing is pending, the socket had no more: under edge triggering the
    /// call that would only say `wouldRead` can be left out.
    public func receive(into bytes: UnsafeMutableRawPointer, count: Int) -> TLSResult {
        assert(count > 0)
        clearErrors()
        var received = 0
        let result = unsafe SSL_read_ex(ssl, bytes, count, &received)
        return result == 1 ? .count(received) : failure(result)
    }

    /// Looks for a byte without taking it. What is no data is taken, as tickets are: `wouldRead` says
    /// that the session stands and that nothing waits in it.
    public func peek() -> TLSResult {
        clearErrors()
        var byte: UInt8 = 0
        var received = 0
        let result = unsafe SSL_peek_ex(ssl, &byte, 1, &received)
        return result == 1 ? .count(received) : failure(result)
    }

    /// Reads what a client sent before the handshake was done (0-RTT), where the listener takes such:
    /// to be called from the beginning on in place of `handshake`, until it says `closed`, which is
    /// that no more of it will come. Anybody may have sent it a second time.
    public func receiveEarly(into bytes: UnsafeMutableRawPointer, count: Int) -> TLSResult {
        assert(count > 0)
        clearErrors()
        var received = 0
        switch unsafe SSL_read_early_data(ssl, bytes, count, &received) {
        case SSL_READ_EARLY_DATA_SUCCESS: return .count(received)
        case SSL_READ_EARLY_DATA_FINISH: return received > 0 ? .count(received) : .closed
        default: return failure(0)
        }
    }

    /// Sends some of `count` bytes, of one record at most; how many it says. After `wouldWrite`
    /// and `starved` the next bytes offered have to be the same ones, wherever they lie by then, and
    /// at least as many.
    public mutating func send(from bytes: UnsafeRawPointer, count: Int) -> TLSResult {
        assert(count > 0 && count >= Int(repeatedBytes))
        clearErrors()
        // A record that was begun keeps its length: it is encrypted already.
        let limit =
            repeatedBytes > 0
            ? repeatedBytes
            : burstBytes < Self.firstRecordBytes ? Self.firstRecordBytes : Self.recordBytesMax
        let offered = min(count, Int(limit))
        var sent = 0
        let result = unsafe SSL_write_ex(ssl, bytes, offered, &sent)
        guard result != 1 else {
            repeatedBytes = 0
            burstBytes = min(burstBytes + UInt32(sent), Self.firstRecordBytes)
            return .count(sent)
        }
        repeatedBytes = UInt32(offered)
        return failure(result)
    }

    /// Has the next bytes be the first of a burst: to be called when the other side has waited, as
    /// for the head of a response.
    public mutating func beginBurst() { burstBytes = 0 }

    /// True when OpenSSL holds bytes that were received, whether they are a whole record or not. No
    /// readiness of the socket will tell of them.
    public var hasPending: Bool { unsafe SSL_has_pending(ssl) == 1 }

    /// Tells the peer that nothing more will be sent (close_notify). It never waits for the peer's
    /// own; what the peer sends may still be received.
    public func closeNotify() -> TLSProgress {
        clearErrors()
        let result = unsafe SSL_shutdown(ssl)
        guard result < 0 else { return .done }
        switch failure(result) {
        case .wouldWrite: return .wantsWrite
        case .wouldRead, .closed, .truncated, .count: return .done
        case .starved: return .starved
        case .reset(let number): return .reset(number)
        case .failed(let failure): return .failed(failure)
        }
    }

    /// Keeps a ticket of TLS 1.2 that came in place of the one that was taken up, which OpenSSL tells
    /// nobody of.
    private func keepRenewed() {
        guard unsafe SSL_is_server(ssl) == 0 && SSL_session_reused(ssl) == 1,
            version == .tls12, let session = unsafe SSL_get1_session(ssl)
        else { return }
        if unsafe TLSSessionSlot.keep(ssl, session) == 0 { unsafe SSL_SESSION_free(session) }
    }

    /// Empties the thread's error queue where anything is in it, since `SSL_get_error` reads it.
    /// Every failure here empties it, so it mostly is: to look costs 20 ns, and
    /// `ERR_clear_error`, which wipes all 16 places each time, 150 ns (OpenSSL 3.0.19).
    @inline(__always)
    private func clearErrors() {
        if ERR_peek_error() != 0 { ERR_clear_error() }
    }

    /// What a call means that did not succeed. Must be the first thing called behind it.
    private func failure(_ result: Int32) -> TLSResult {
        let number = copenssl_errno()
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .wouldRead
        case SSL_ERROR_WANT_WRITE: return .wouldWrite
        case SSL_ERROR_ZERO_RETURN: return .closed
        case SSL_ERROR_SYSCALL:
            ERR_clear_error()
            if number == copenssl_enobufs || number == copenssl_enomem { return .starved }
            return number == 0 ? .truncated : .reset(number)
        default:
            let failure = unsafe TLSFailure.drained(of: ssl)
            guard failure == .handshakeCutShort else { return .failed(failure) }
            return .truncated
        }
    }
}
