// What is told of an exchange in the access log: taken down while the heads are here, handed over when
// it is over.

internal import Containers
internal import HTTP
internal import Linux
internal import Synchronization
internal import TLS
internal import Telemetry

extension Worker {
    /// Takes down what the log wants of a request, while its head is here.
    mutating func beginAccess(
        _ session: inout Session, _ exchange: UnsafeMutablePointer<Exchange>, _ view: ParsedRequest
    ) {
        guard let access = unsafe http(of: session).pointee.access else { return }
        let memory = unsafe http.buffers.take()
        unsafe exchange.pointee.access = unsafe memory
        let entry = unsafe AccessEntry.begin(AccessRecord(), in: memory)
        unsafe entry.record.pointee.extrasMark = access.pointee.extrasMark
        unsafe entry.record.pointee.minorVersion = view.head.pointee.minorVersion
        unsafe add(.method, view.method, to: entry)
        unsafe add(.host, view.host, to: entry)
        unsafe add(.target, view.text(view.head.pointee.target), to: entry)
        unsafe add(.userAgent, view.field(.userAgent), to: entry)
        unsafe add(.referer, view.field(.referer), to: entry)
        unsafe add(.forwardedClient, view.field(.xForwardedFor), to: entry)
        for index in 0..<(unsafe access.pointee.extraCount) {
            let extra = unsafe access.pointee.extras[index]
            let name = unsafe UnsafeBufferPointer(start: extra.name.bytes, count: extra.name.count)
            switch extra.kind {
            case .requestField: unsafe add(.extra(index), view.field(named: name), to: entry)
            case .cookie: unsafe add(.extra(index), view.cookie(named: name), to: entry)
            default: break
            }
        }
    }

    /// Takes down what identifies the request, as the backend gets it.
    mutating func addIdentifier(
        _ exchange: UnsafeMutablePointer<Exchange>, _ given: UnsafeBufferPointer<UInt8>?
    ) {
        guard let memory = unsafe exchange.pointee.access else { return }
        let entry = unsafe AccessEntry(at: memory)
        guard unsafe given == nil else { return unsafe add(.requestID, given, to: entry) }
        unsafe withUnsafeTemporaryAllocation(
            of: UInt8.self, capacity: RequestIdentifier.textBytes
        ) { text in
            guard let base = text.baseAddress else { return }
            var writer = unsafe HeadWriter(base, capacity: RequestIdentifier.textBytes)
            unsafe exchange.pointee.identifier.write(to: &writer)
            unsafe entry.append(
                .requestID, base, count: writer.count, capacity: ProxyLimits.headBufferBytes)
        }
    }

    /// Takes down what the log wants of a response's head.
    mutating func addResponse(
        _ session: inout Session, _ exchange: UnsafeMutablePointer<Exchange>,
        _ response: FieldValues
    ) {
        guard let memory = unsafe exchange.pointee.access,
            let access = unsafe http(of: session).pointee.access
        else { return }
        let entry = unsafe AccessEntry(at: memory)
        // One that waited for a backend over a reload may have another format by now.
        guard unsafe entry.record.pointee.extrasMark == access.pointee.extrasMark else { return }
        for index in 0..<(unsafe access.pointee.extraCount) {
            let extra = unsafe access.pointee.extras[index]
            guard extra.kind == .responseField else { continue }
            let name = unsafe UnsafeBufferPointer(start: extra.name.bytes, count: extra.name.count)
            unsafe add(.extra(index), response.first(named: name), to: entry)
        }
    }

    private mutating func add(
        _ text: AccessText, _ bytes: UnsafeBufferPointer<UInt8>?, to entry: AccessEntry
    ) {
        guard let bytes = unsafe bytes, let base = bytes.baseAddress else { return }
        unsafe entry.append(text, base, count: bytes.count, capacity: ProxyLimits.headBufferBytes)
    }

    /// Hands the record of an exchange to the log.
    mutating func tellAccess(
        _ session: inout Session, _ exchange: UnsafeMutablePointer<Exchange>,
        _ access: UnsafePointer<AccessPlan>, _ duration: UInt64
    ) {
        let worker = unsafe handle.pointee.index
        // One that was refused has no head to tell of. One that began without a log and waited for a
        // backend until there was one has none either, and is left out.
        if unsafe exchange.pointee.access == nil {
            guard unsafe !exchange.pointee.hasBegun else { return }
            let memory = unsafe http.buffers.take()
            unsafe exchange.pointee.access = unsafe memory
            _ = unsafe AccessEntry.begin(AccessRecord(), in: memory)
        }
        guard let memory = unsafe exchange.pointee.access else { return }
        let entry = unsafe AccessEntry(at: memory)
        let record = unsafe entry.record
        unsafe record.pointee.startNanoseconds = Clock.realtimeNanoseconds - duration
        accessCount &+= 1
        unsafe record.pointee.exchange = accessCount << 10 | UInt64(worker)
        unsafe record.pointee.bytesReceived = exchange.pointee.bytesReceived
        unsafe record.pointee.bytesSent = exchange.pointee.bytesSent
        unsafe record.pointee.bodyBytesSent =
            exchange.pointee.bytesSent
            - min(exchange.pointee.bytesSent, UInt64(exchange.pointee.headBytes))
        unsafe record.pointee.client = exchange.pointee.client
        unsafe record.pointee.peer = session.client
        if unsafe access.pointee.wantsServer {
            unsafe record.pointee.server = NetworkAddress(ofSocket: session.downstream.socket)
        }
        unsafe record.pointee.status = exchange.pointee.status
        unsafe record.pointee.attemptCount = exchange.pointee.attempts
        unsafe record.pointee.reason = exchange.pointee.reason
        unsafe record.pointee.worker = UInt16(truncatingIfNeeded: worker)
        unsafe record.pointee.totalMicroseconds = AccessRecord.microseconds(
            ofNanoseconds: duration)
        unsafe record.pointee.listener = session.listener.pointee.state.pointee.number
        unsafe record.pointee.route = exchange.pointee.route?.pointee.number ?? 0
        if session.exchangeCount > 1 { unsafe record.pointee.flags.insert(.reusedDownstream) }
        if unsafe exchange.pointee.isReused { unsafe record.pointee.flags.insert(.reusedUpstream) }
        if unsafe exchange.pointee.isCompressed { unsafe record.pointee.flags.insert(.compressed) }
        if unsafe exchange.pointee.isUpgrade { unsafe record.pointee.flags.insert(.upgraded) }
        if let tls = session.downstream.tls {
            unsafe record.pointee.flags.insert(.secure)
            if unsafe access.pointee.wantsTLS {
                addTLS(tls, withCertificate: unsafe access.pointee.wantsCertificate, to: entry)
            }
        }
        unsafe addSteps(exchange, record)
        var wakes = false
        let ring = unsafe access.pointee.rings[worker]
        _ = ring.write(entry, wakes: &wakes)
        if wakes { wakeControl() }
    }

    /// Tells what the client's TLS came to, and who it is by its certificate.
    private mutating func addTLS(
        _ tls: TLSSession, withCertificate: Bool, to entry: AccessEntry
    ) {
        add(.tlsVersion, .tlsVersion, of: tls, to: entry)
        add(.tlsCipher, .tlsCipher, of: tls, to: entry)
        add(.tlsServerName, .tlsServerName, of: tls, to: entry)
        add(.tlsProtocol, .tlsProtocol, of: tls, to: entry)
        guard withCertificate else { return }
        add(.certificateVerdict, .certificateVerdict, of: tls, to: entry)
        guard tls.hasPeerCertificate else { return }
        add(.certificateSubject, .certificateSubject, of: tls, to: entry)
        add(.certificateNames, .certificateNames, of: tls, to: entry)
        add(.certificateFingerprint, .certificateFingerprint, of: tls, to: entry)
    }

    private mutating func add(
        _ text: AccessText, _ kind: PlanTemplate.Part.Kind, of tls: TLSSession,
        to entry: AccessEntry
    ) {
        // Up to this much is on the stack.
        let bytesMax = 1024
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytesMax) { bytes in
            guard let base = bytes.baseAddress else { return }
            var writer = unsafe HeadWriter(base, capacity: bytesMax)
            tls.write(kind, to: &writer)
            guard writer.count > 0 else { return }
            unsafe entry.append(
                text, base, count: writer.count, capacity: ProxyLimits.headBufferBytes)
        }
    }

    /// When the steps of an exchange were made, as far as it came.
    private mutating func addSteps(
        _ exchange: UnsafeMutablePointer<Exchange>, _ record: UnsafeMutablePointer<AccessRecord>
    ) {
        guard let backend = unsafe exchange.pointee.backend else { return }
        unsafe record.pointee.backend = backend.pointee.number
        unsafe record.pointee.upstream = exchange.pointee.upstreamNumber
        let chosen = unsafe exchange.pointee.chosenNs
        let connected = unsafe exchange.pointee.connectedNs
        let first = unsafe exchange.pointee.firstByteNs
        unsafe record.pointee.queueMicroseconds = AccessRecord.microseconds(
            ofNanoseconds: exchange.pointee.queuedNs)
        guard connected >= chosen, connected > 0 else { return }
        unsafe record.pointee.connectMicroseconds = AccessRecord.microseconds(
            ofNanoseconds: connected - chosen)
        guard first >= connected, unsafe !exchange.pointee.isLocal else { return }
        // A backend may answer before it has all of the request.
        let sent = unsafe exchange.pointee.requestSentNs
        unsafe record.pointee.firstByteMicroseconds = AccessRecord.microseconds(
            ofNanoseconds: sent == 0 ? 0 : first - min(first, sent))
    }
}
