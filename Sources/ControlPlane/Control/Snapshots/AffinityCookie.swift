// The cookie that binds clients to backends, as it is made of an upstream's configuration. Of the
// same secret and names it is the same in every process and on every node, so nobody has to be told
// which client is bound to what.

internal import COpenSSL
internal import Config
internal import Proxy

/// An upstream's cookie.
struct AffinityCookie {
    /// Its name.
    let name: String
    private let attributes: String
    /// Responses that set it are kept out of caches that clients share.
    let isPrivate: Bool
    /// What its values are made with.
    let secret: [UInt8]

    /// - Parameter processSecret: What values are made with where the configuration has no secret.
    init(_ affinity: AffinityConfiguration, processSecret: [UInt8]) {
        name = affinity.cookie
        secret = affinity.secret.map { Array($0.utf8) } ?? processSecret
        var attributes = "; Path=\(affinity.path); HttpOnly"
        if affinity.secure { attributes += "; Secure" }
        attributes += "; SameSite=\(affinity.sameSite.attribute)"
        if let maxAge = affinity.maxAge { attributes += "; Max-Age=\(maxAge.components.seconds)" }
        self.attributes = attributes
        isPrivate = affinity.isPrivate
    }

    /// Something that nobody can guess.
    static func freshSecret() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<32).map { _ in UInt8.random(in: 0 ... .max, using: &random) }
    }

    /// The value for a backend: of the HMAC-SHA256 of `upstream NUL identity` the first half. So it
    /// tells nothing of the backend, and nobody makes one without the secret.
    func value(upstream: String, identity: String) -> AffinityValue {
        let message = Array(upstream.utf8) + [0] + Array(identity.utf8)
        var code = [UInt8](repeating: 0, count: 32)
        let isMade = unsafe copenssl_hmac_sha256(
            secret, secret.count, message, message.count, &code)
        precondition(isMade == 1, "OpenSSL made no HMAC")
        return AffinityValue(high: Self.number(code[0..<8]), low: Self.number(code[8..<16]))
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The field that sets it, before the value and behind it (RFC 6265, section 4.1.1).
    var opening: String { "Set-Cookie: \(name)=" }
    var ending: String { attributes + "\r\n" }
}

extension PlanMemory {
    /// The cookie for workers, with the values of backends in the order of their plan.
    func affinity(
        _ cookie: AffinityCookie, values: [AffinityValue]
    ) -> UnsafePointer<AffinityPlan> {
        let slots = AffinityPlan.slots(of: values)
        let plan = unsafe AffinityPlan(
            name: text(cookie.name), opening: text(cookie.opening), ending: text(cookie.ending),
            isPrivate: cookie.isPrivate, values: array(values), slots: array(slots),
            slotCount: slots.count)
        return unsafe array([plan])
    }
}

extension SameSite {
    /// The attribute's value.
    fileprivate var attribute: String {
        switch self {
        case .lax: "Lax"
        case .strict: "Strict"
        case .none: "None"
        }
    }
}
