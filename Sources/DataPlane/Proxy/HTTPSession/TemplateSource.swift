// Where the values come from that templates of the configuration name.

internal import HTTP
internal import TLS
internal import Telemetry

/// What is known of an exchange when a template is filled in.
@safe struct TemplateSource {
    /// The request's head, where it is at hand.
    private let request: ParsedRequest?
    private let plan: UnsafePointer<HTTPPlan>
    /// Whom the request is for, and who sent it.
    private let client: NetworkAddress
    private let peer: NetworkAddress
    /// The client's connection, which tells our own address.
    private let socket: Int32
    /// The client's TLS; nil where it speaks none.
    private let tls: TLSSession?
    private let serverPort: UInt16
    private let identifier: RequestIdentifier
    /// What the backend is called, once it has answered.
    var backend = PlanText()
    /// The response's status and fields, once they are known.
    var status: UInt16 = 0
    var response: FieldValues?

    /// What is known of an exchange of a session.
    init(
        _ request: ParsedRequest?, _ plan: UnsafePointer<HTTPPlan>, _ session: inout Session,
        _ exchange: UnsafeMutablePointer<Exchange>
    ) {
        self.request = request
        unsafe self.plan = unsafe plan
        unsafe client = exchange.pointee.client
        peer = session.client
        socket = session.downstream.socket
        tls = session.downstream.tls
        serverPort = session.serverPort
        unsafe identifier = exchange.pointee.identifier
    }

    /// Writes the fields that are set or added.
    func write(_ edits: HeaderEditPlan, to writer: inout HeadWriter) {
        for index in 0..<edits.writtenCount {
            guard let setting = unsafe edits.written?[index], let name = unsafe setting.name.bytes
            else { continue }
            unsafe writer.append(name, count: setting.name.count)
            writer.append(": ")
            write(setting.value, to: &writer)
            writer.endLine()
        }
    }

    /// Writes a value. What is not known is empty.
    func write(_ template: PlanTemplate, to writer: inout HeadWriter) {
        for index in 0..<template.count {
            guard let part = unsafe template.parts?[index] else { continue }
            write(part, to: &writer)
        }
    }

    private func write(_ part: PlanTemplate.Part, to writer: inout HeadWriter) {
        let name = unsafe UnsafeBufferPointer(start: part.text.bytes, count: part.text.count)
        switch part.kind {
        case .literal: unsafe append(name, to: &writer)
        case .requestField: unsafe append(request?.field(named: name), to: &writer)
        case .cookie: unsafe append(request?.cookie(named: name), to: &writer)
        case .responseField: unsafe append(response?.first(named: name), to: &writer)
        case .clientAddress: client.write(to: &writer, isBracketed: false)
        case .peerAddress: peer.write(to: &writer, isBracketed: false)
        case .clientPort: if client.port > 0 { writer.appendDecimal(UInt64(client.port)) }
        case .serverPort: if serverPort > 0 { writer.appendDecimal(UInt64(serverPort)) }
        case .serverAddress: NetworkAddress(ofSocket: socket).write(to: &writer, isBracketed: false)
        case .backend:
            unsafe append(
                UnsafeBufferPointer(start: backend.bytes, count: backend.count), to: &writer)
        case .method: unsafe append(request?.method, to: &writer)
        case .host:
            guard let request else { return }
            let host = unsafe request.host
            for index in 0..<host.count { writer.append(Ascii.lowercased(unsafe host[index])) }
        case .path:
            guard let request else { return }
            unsafe writer.append(request.head.pointee.path, of: request.bytes)
        case .query:
            guard let request, unsafe request.head.pointee.hasQuery else { return }
            writer.append(Ascii.question)
            unsafe writer.append(request.head.pointee.query, of: request.bytes)
        case .scheme: writer.append(tls == nil ? "http" : "https")
        case .version:
            guard let request else { return }
            writer.append("HTTP/1.")
            writer.append(Ascii.zero + (unsafe request.head.pointee.minorVersion))
        case .requestID:
            if !identifier.isNone {
                identifier.write(to: &writer)
            } else {
                let given = unsafe request.flatMap {
                    unsafe plan.pointee.givenIdentifier(of: $0, from: peer)
                }
                unsafe append(given, to: &writer)
            }
        case .status: if status > 0 { writer.appendDecimal(UInt64(status)) }
        case .tlsVersion, .tlsCipher, .tlsServerName, .tlsProtocol, .certificateVerdict,
            .certificateSubject, .certificateNames, .certificateFingerprint:
            tls?.write(part.kind, to: &writer)
        }
    }

    private func append(_ text: UnsafeBufferPointer<UInt8>?, to writer: inout HeadWriter) {
        guard let text = unsafe text, let base = text.baseAddress else { return }
        unsafe writer.append(base, count: text.count)
    }
}
