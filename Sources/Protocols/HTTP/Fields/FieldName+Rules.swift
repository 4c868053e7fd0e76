// What a proxy has to know of a field from its name alone.

extension FieldName {
    /// True for fields of one connection, which are never passed on (RFC 9110, section 7.6.1, RFC
    /// 7540, section 3.2.1, and two that came before them).
    @inline(__always)
    public var isHopByHop: Bool {
        switch self {
        case .connection, .transferEncoding, .te, .trailer, .upgrade, .keepAlive, .proxyConnection,
            .http2Settings:
            return true
        default: return false
        }
    }

    /// True for names that a trailer section may not have: those that frame or route a message, are
    /// of one connection, say who asks, or tell how content is to be read (RFC 9110, section
    /// 6.5.1). A recipient that merges trailers into the head would let them in by the back door.
    public var isForbiddenInTrailers: Bool {
        switch self {
        case .host, .contentLength, .contentType, .contentEncoding, .contentRange: return true
        case .expect, .range, .ifRange, .ifMatch, .ifNoneMatch, .ifModifiedSince: return true
        case .ifUnmodifiedSince, .cacheControl, .pragma, .maxForwards, .origin: return true
        case .forwarded, .xForwardedFor, .xForwardedProto, .xForwardedHost: return true
        case .xForwardedPort, .xRequestId, .xRealIP, .via: return true
        case .authorization, .proxyAuthorization, .proxyAuthenticate: return true
        case .wwwAuthenticate, .cookie, .setCookie: return true
        case .age, .date, .expires, .location, .retryAfter, .vary: return true
        default: return isHopByHop
        }
    }

    /// True for names whose value the parser itself looks at.
    @inline(__always)
    var isRead: Bool {
        switch self {
        case .host, .connection, .contentLength, .transferEncoding, .upgrade, .keepAlive, .expect:
            return true
        default: return false
        }
    }
}
