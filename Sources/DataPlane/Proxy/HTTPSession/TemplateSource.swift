// Where the values come from that templates of the configuration name.

internal import HTTP

/// What is known of an exchange when a template is filled in.
@safe struct TemplateSource {
    /// The request's head, where it is at hand.
    private let request: ParsedRequest?
    /// Whom the request is for, and who sent it.
    private let client: ClientAddress
    private let peer: ClientAddress
    private let serverPort: UInt16
    private let identifier: RequestIdentifier
    /// The response's status and fields, once they are known.
    var status: UInt16 = 0
    private var response: UnsafePointer<UInt8>?
    private var responseFields: UnsafePointer<HeaderField>?
    private var responseFieldCount = 0

    init(
        request: ParsedRequest?, client: ClientAddress, peer: ClientAddress, serverPort: UInt16,
        identifier: RequestIdentifier
    ) {
        self.request = request
        self.client = client
        self.peer = peer
        self.serverPort = serverPort
        self.identifier = identifier
    }

    /// Takes over the fields of a response.
    mutating func take(
        response bytes: UnsafePointer<UInt8>, _ fields: UnsafePointer<HeaderField>, count: Int
    ) {
        unsafe response = unsafe bytes
        unsafe responseFields = unsafe fields
        responseFieldCount = count
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
        case .responseField: unsafe append(responseField(name), to: &writer)
        case .clientAddress: client.write(to: &writer, isBracketed: false)
        case .peerAddress: peer.write(to: &writer, isBracketed: false)
        case .clientPort: if client.port > 0 { writer.appendDecimal(UInt64(client.port)) }
        case .serverPort: if serverPort > 0 { writer.appendDecimal(UInt64(serverPort)) }
        case .serverAddress, .backend: break
        case .method: unsafe append(request?.method, to: &writer)
        case .host: unsafe append(request?.host, to: &writer)
        case .path:
            guard let request, let path = unsafe request.path.baseAddress else { return }
            unsafe writer.append(path, count: request.path.count)
        case .query:
            guard let request, unsafe request.head.pointee.hasQuery else { return }
            writer.append(Ascii.question)
            unsafe writer.append(request.head.pointee.query, of: request.bytes)
        case .scheme: writer.append("http")
        case .version:
            guard let request else { return }
            writer.append("HTTP/1.")
            writer.append(Ascii.zero + (unsafe request.head.pointee.minorVersion))
        case .requestID:
            if !identifier.isNone {
                identifier.write(to: &writer)
            } else {
                unsafe append(request?.field(.xRequestId), to: &writer)
            }
        case .status: if status > 0 { writer.appendDecimal(UInt64(status)) }
        }
    }

    private func append(_ text: UnsafeBufferPointer<UInt8>?, to writer: inout HeadWriter) {
        guard let text = unsafe text, let base = text.baseAddress else { return }
        unsafe writer.append(base, count: text.count)
    }

    func responseField(
        _ name: UnsafeBufferPointer<UInt8>
    ) -> UnsafeBufferPointer<UInt8>? {
        guard let bytes = unsafe response, let wanted = name.baseAddress else { return nil }
        for index in 0..<responseFieldCount {
            guard let field = unsafe responseFields?[index] else { return nil }
            let isSame = unsafe FieldText.isEqual(
                bytes + Int(field.name.start), count: Int(field.name.count), to: wanted,
                count: name.count)
            if isSame {
                return unsafe UnsafeBufferPointer(
                    start: bytes + Int(field.value.start), count: Int(field.value.count))
            }
        }
        return nil
    }
}
