// What is told of exchanges in the access log, as workers need to know it.

public import Telemetry

/// The access log of a listener. Immutable; the control plane owns the memory behind it.
@safe public struct AccessPlan: BitwiseCopyable, @unchecked Sendable {
    /// Something of an exchange that is told only when a format asks for it.
    public struct Extra: BitwiseCopyable, Sendable {
        /// What it is: a field of the request or of the response, in lower case, or a cookie.
        public let kind: PlanTemplate.Part.Kind
        /// Its name.
        public let name: PlanText

        /// Something to be told.
        public init(_ kind: PlanTemplate.Part.Kind, _ name: PlanText) {
            precondition(kind == .requestField || kind == .responseField || kind == .cookie)
            self.kind = kind
            self.name = name
        }
    }

    /// A ring for each worker.
    public let rings: UnsafePointer<AccessRing>
    /// What is told beside what every record has, in the places of `AccessText.extra0` and on.
    public let extras: UnsafePointer<Extra>
    /// How much that is.
    public let extraCount: Int
    /// What stands in those places, see `AccessRecord.extrasMark`.
    public let extrasMark: UInt64
    /// Our own address of the connection is told, which the kernel has to be asked for.
    public let wantsServer: Bool
    /// What the client's TLS came to is told.
    public var wantsTLS = false
    /// Who the client is by its certificate is told, which OpenSSL takes a while to write.
    public var wantsCertificate = false

    /// A log that goes by `rings`.
    public init(
        rings: UnsafePointer<AccessRing>, extras: UnsafePointer<Extra>, extraCount: Int,
        extrasMark: UInt64, wantsServer: Bool
    ) {
        precondition(extraCount <= AccessText.extraCount)
        unsafe self.rings = unsafe rings
        unsafe self.extras = unsafe extras
        self.extraCount = extraCount
        self.extrasMark = extrasMark
        self.wantsServer = wantsServer
    }
}
