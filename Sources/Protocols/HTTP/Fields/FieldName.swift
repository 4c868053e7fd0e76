// The field names that the proxy has something to do with, or that routes and logs often ask for.

/// A field name that is known, found without regard to case (RFC 9110, section 5.1). The raw values
/// are below 64, so that a word holds a set of names.
public enum FieldName: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    /// One that has no case of its own.
    case other
    case host
    case connection
    case contentLength
    case transferEncoding
    case te
    case trailer
    case upgrade
    case keepAlive
    case proxyConnection
    case expect
    case contentType
    case contentEncoding
    case contentRange
    case acceptEncoding
    case accept
    case acceptLanguage
    case acceptRanges
    case cacheControl
    case etag
    case vary
    case date
    case via
    case forwarded
    case xForwardedFor
    case xForwardedProto
    case xForwardedHost
    case xForwardedPort
    case xRequestId
    case xRealIP
    case traceparent
    case tracestate
    case cookie
    case setCookie
    case location
    case range
    case ifRange
    case ifMatch
    case ifNoneMatch
    case ifModifiedSince
    case ifUnmodifiedSince
    case authorization
    case proxyAuthorization
    case proxyAuthenticate
    case wwwAuthenticate
    case userAgent
    case referer
    case origin
    case server
    case age
    case expires
    case lastModified
    case pragma
    case retryAfter
    case maxForwards
    case http2Settings

    /// The name as it is usually written; empty for `other`.
    public var text: StaticString {
        switch self {
        case .other: return ""
        case .host: return "Host"
        case .connection: return "Connection"
        case .contentLength: return "Content-Length"
        case .transferEncoding: return "Transfer-Encoding"
        case .te: return "TE"
        case .trailer: return "Trailer"
        case .upgrade: return "Upgrade"
        case .keepAlive: return "Keep-Alive"
        case .proxyConnection: return "Proxy-Connection"
        case .expect: return "Expect"
        case .contentType: return "Content-Type"
        case .contentEncoding: return "Content-Encoding"
        case .contentRange: return "Content-Range"
        case .acceptEncoding: return "Accept-Encoding"
        case .accept: return "Accept"
        case .acceptLanguage: return "Accept-Language"
        case .acceptRanges: return "Accept-Ranges"
        case .cacheControl: return "Cache-Control"
        case .etag: return "ETag"
        case .vary: return "Vary"
        case .date: return "Date"
        case .via: return "Via"
        case .forwarded: return "Forwarded"
        case .xForwardedFor: return "X-Forwarded-For"
        case .xForwardedProto: return "X-Forwarded-Proto"
        case .xForwardedHost: return "X-Forwarded-Host"
        case .xForwardedPort: return "X-Forwarded-Port"
        case .xRequestId: return "X-Request-ID"
        case .xRealIP: return "X-Real-IP"
        case .traceparent: return "traceparent"
        case .tracestate: return "tracestate"
        case .cookie: return "Cookie"
        case .setCookie: return "Set-Cookie"
        case .location: return "Location"
        case .range: return "Range"
        case .ifRange: return "If-Range"
        case .ifMatch: return "If-Match"
        case .ifNoneMatch: return "If-None-Match"
        case .ifModifiedSince: return "If-Modified-Since"
        case .ifUnmodifiedSince: return "If-Unmodified-Since"
        case .authorization: return "Authorization"
        case .proxyAuthorization: return "Proxy-Authorization"
        case .proxyAuthenticate: return "Proxy-Authenticate"
        case .wwwAuthenticate: return "WWW-Authenticate"
        case .userAgent: return "User-Agent"
        case .referer: return "Referer"
        case .origin: return "Origin"
        case .server: return "Server"
        case .age: return "Age"
        case .expires: return "Expires"
        case .lastModified: return "Last-Modified"
        case .pragma: return "Pragma"
        case .retryAfter: return "Retry-After"
        case .maxForwards: return "Max-Forwards"
        case .http2Settings: return "HTTP2-Settings"
        }
    }
}
