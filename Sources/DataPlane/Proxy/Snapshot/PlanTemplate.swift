// Values that are filled in for each exchange.

/// A value made of pieces. Immutable; see `HTTPText` for what fills it in.
@safe public struct PlanTemplate: BitwiseCopyable, @unchecked Sendable {
    /// A piece of a value.
    @safe public struct Part: BitwiseCopyable, @unchecked Sendable {
        /// What the piece is.
        public enum Kind: UInt8, BitwiseCopyable, Sendable {
            /// `text` as it is.
            case literal
            /// The field of the request that `text` names in lower case.
            case requestField
            /// The field of the response that `text` names in lower case.
            case responseField
            /// The cookie that `text` names.
            case cookie
            case clientAddress
            case clientPort
            case peerAddress
            case serverAddress
            case serverPort
            case method
            case host
            case path
            case query
            case scheme
            case version
            case requestID
            case backend
            case status
            /// What the client's TLS came to, and who it is by its certificate; see `TLSSession`.
            case tlsVersion
            case tlsCipher
            case tlsServerName
            case tlsProtocol
            case certificateVerdict
            case certificateSubject
            case certificateNames
            case certificateFingerprint
        }

        /// What it is.
        public let kind: Kind
        /// Its text, or the name of what it stands for.
        public let text: PlanText

        /// A piece.
        public init(_ kind: Kind, _ text: PlanText = PlanText()) {
            self.kind = kind
            self.text = text
        }
    }

    /// The pieces, in their order.
    public let parts: UnsafePointer<Part>?
    /// How many there are.
    public let count: Int

    /// No text.
    public init() {
        unsafe parts = nil
        count = 0
    }

    /// `count` pieces.
    public init(_ parts: UnsafePointer<Part>, count: Int) {
        unsafe self.parts = unsafe parts
        self.count = count
    }
}
