// What templates and logs tell of a client's TLS: asked of OpenSSL when it is written, so that no
// session keeps a copy.

internal import HTTP
internal import TLS

extension TLSSession {
    /// The longest text of a certificate that is told, which is far beyond what any has that is
    /// good for something. One that is longer is told as nothing rather than in part: who reads it
    /// decides by it.
    private static var certificateTextMax: Int { 4096 }

    /// Writes what a template names of TLS. What is not known is empty.
    func write(_ kind: PlanTemplate.Part.Kind, to writer: inout HeadWriter) {
        switch kind {
        case .tlsVersion: if let version { writer.append(version.word) }
        case .tlsCipher:
            let name = unsafe cipherName
            var count = 0
            while unsafe name[count] != 0 { count += 1 }
            let bytes = unsafe UnsafeRawPointer(name).assumingMemoryBound(to: UInt8.self)
            unsafe writer.append(bytes, count: count)
        case .tlsServerName: unsafe append(visible: serverName, to: &writer)
        case .tlsProtocol: unsafe append(visible: applicationProtocol, to: &writer)
        case .certificateVerdict: writer.append(peerWord)
        case .certificateSubject: unsafe copy(to: &writer) { unsafe writePeerSubject(into: $0) }
        case .certificateNames: unsafe copy(to: &writer) { unsafe writePeerNames(into: $0) }
        case .certificateFingerprint:
            unsafe copy(to: &writer) { unsafe writePeerFingerprint(into: $0) }
        default: preconditionFailure("a variable that is not of TLS")
        }
    }

    /// Appends a text of the client's own choice, or nothing where it could pass for more than a
    /// word: it may have the end of a line in it.
    private func append(
        visible text: UnsafeBufferPointer<UInt8>, to writer: inout HeadWriter
    ) {
        guard let base = text.baseAddress else { return }
        for index in 0..<text.count where unsafe !(0x21...0x7E).contains(text[index]) { return }
        unsafe writer.append(base, count: text.count)
    }

    private func copy(
        to writer: inout HeadWriter, _ write: (UnsafeMutableBufferPointer<UInt8>) -> Int?
    ) {
        guard hasPeerCertificate else { return }
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.certificateTextMax) {
            guard let base = $0.baseAddress, let count = unsafe write($0) else { return }
            unsafe writer.append(base, count: count)
        }
    }
}
