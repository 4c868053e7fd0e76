// What TLS makes of reading and writing, in the terms that sockets have. Why a session failed is
// kept; that it did is a failed connection to who uses it.

internal import Glibc
internal import Linux
internal import TLS

extension Endpoint {
    /// Reads what was encrypted: of one record at most, so that a short read mostly says nothing of
    /// the socket; see `holdsMore`.
    mutating func receiveDecrypted(
        into buffer: UnsafeMutableRawPointer, count: Int
    ) -> IOResult {
        guard let session = tls else { preconditionFailure("nothing to decrypt with") }
        let heldMore = session.hasPending
        let result = unsafe session.receive(into: buffer, count: count)
        // Where a read began with something held back, its end may be that of OpenSSL's own buffer.
        holdsMore = heldMore || session.hasPending
        switch result {
        case .count(let count): return IOResult(count)
        case .closed: return IOResult(0)
        case .truncated:
            isTruncated = true
            return IOResult(0)
        case .wouldRead: return IOResult(-Int(EAGAIN))
        case .wouldWrite:
            readWaitsForWrite = true
            isWritable = false
            return IOResult(-Int(EAGAIN))
        case .starved: return IOResult(-Int(ENOMEM))
        case .reset(let code): return IOResult(-Int(code))
        case .failed(let failure):
            tlsFailure = failure
            return IOResult(-Int(EPROTO))
        }
    }

    /// Encrypts and writes as many records as the socket takes.
    mutating func sendEncrypted(from buffer: UnsafeRawPointer, count: Int) -> IOResult {
        var sent = 0
        while sent < count {
            guard let result = unsafe tls?.send(from: buffer + sent, count: count - sent) else {
                preconditionFailure("nothing to encrypt with")
            }
            guard case .count(let more) = result else {
                return sent > 0 ? IOResult(sent) : stopped(result)
            }
            sent += more
        }
        return IOResult(sent)
    }

    private mutating func stopped(_ result: TLSResult) -> IOResult {
        switch result {
        case .count: preconditionFailure("bytes were sent")
        case .wouldWrite: return IOResult(-Int(EAGAIN))
        case .wouldRead:
            writeWaitsForRead = true
            return IOResult(-Int(EAGAIN))
        case .starved: return IOResult(-Int(ENOMEM))
        case .closed, .truncated: return IOResult(-Int(EPIPE))
        case .reset(let code): return IOResult(-Int(code))
        case .failed(let failure):
            tlsFailure = failure
            return IOResult(-Int(EPROTO))
        }
    }

    /// Lets what waited for the other direction go on with it.
    mutating func crossReadiness() {
        if isWritable, readWaitsForWrite {
            readWaitsForWrite = false
            isReadable = true
        }
        if isReadable, writeWaitsForRead {
            writeWaitsForRead = false
            isWritable = true
        }
    }

    /// Tells the peer that the stream ends here as it should (close_notify), once. What does not fit
    /// the socket now is lost, as is all that a peer would not take.
    mutating func sayGoodbye() {
        guard let session = tls, !isPastGoodbye else { return }
        isPastGoodbye = true
        // One who failed has been told by an alert, and before its end a handshake has no other word.
        guard tlsFailure == nil, session.isEstablished else { return }
        _ = session.closeNotify()
    }

    /// Ends TLS: with a goodbye, where the stream ends as it should.
    mutating func freeTLS(saysGoodbye: Bool) {
        guard let session = tls else { return }
        if saysGoodbye { sayGoodbye() }
        session.free()
        tls = nil
    }
}
