// From the octets of a field name to its case, by its length and a few words compared.

extension FieldName {
    /// The name that those octets spell in whatever case, or `other`. They are a token of one octet
    /// or more; none is read beyond them. Nothing is allocated.
    public static func find(_ bytes: UnsafePointer<UInt8>, count: Int) -> FieldName {
        if count > 8 { return unsafe findLong(bytes, count: count) }
        guard count > 1 else { return .other }
        let key = unsafe NameWords.short(bytes, count: count) | NameWords.lowercaseBits
        switch count {
        case 2:
            if NameWords.isShort(key, "te") { return .te }
        case 3:
            if NameWords.isShort(key, "via") { return .via }
            if NameWords.isShort(key, "age") { return .age }
        case 4:
            if NameWords.isShort(key, "host") { return .host }
            if NameWords.isShort(key, "etag") { return .etag }
            if NameWords.isShort(key, "vary") { return .vary }
            if NameWords.isShort(key, "date") { return .date }
        case 5:
            if NameWords.isShort(key, "range") { return .range }
        case 6:
            if NameWords.isShort(key, "expect") { return .expect }
            if NameWords.isShort(key, "accept") { return .accept }
            if NameWords.isShort(key, "cookie") { return .cookie }
            if NameWords.isShort(key, "origin") { return .origin }
            if NameWords.isShort(key, "server") { return .server }
            if NameWords.isShort(key, "pragma") { return .pragma }
        case 7:
            if NameWords.isShort(key, "trailer") { return .trailer }
            if NameWords.isShort(key, "upgrade") { return .upgrade }
            if NameWords.isShort(key, "referer") { return .referer }
            if NameWords.isShort(key, "expires") { return .expires }
        case 8:
            if NameWords.isShort(key, "location") { return .location }
            if NameWords.isShort(key, "if-range") { return .ifRange }
            if NameWords.isShort(key, "if-match") { return .ifMatch }
        default: break
        }
        return .other
    }

    /// As `find`, for names of nine octets or more.
    @inline(__always)
    private static func findLong(_ bytes: UnsafePointer<UInt8>, count: Int) -> FieldName {
        switch count {
        case 9:
            if unsafe NameWords.isLong(bytes, "forwarded") { return .forwarded }
            if unsafe NameWords.isLong(bytes, "x-real-ip") { return .xRealIP }
        case 10:
            if unsafe NameWords.isLong(bytes, "connection") { return .connection }
            if unsafe NameWords.isLong(bytes, "keep-alive") { return .keepAlive }
            if unsafe NameWords.isLong(bytes, "tracestate") { return .tracestate }
            if unsafe NameWords.isLong(bytes, "set-cookie") { return .setCookie }
            if unsafe NameWords.isLong(bytes, "user-agent") { return .userAgent }
        case 11:
            if unsafe NameWords.isLong(bytes, "traceparent") { return .traceparent }
            if unsafe NameWords.isLong(bytes, "retry-after") { return .retryAfter }
        case 12:
            if unsafe NameWords.isLong(bytes, "content-type") { return .contentType }
            if unsafe NameWords.isLong(bytes, "x-request-id") { return .xRequestId }
            if unsafe NameWords.isLong(bytes, "max-forwards") { return .maxForwards }
        case 13:
            if unsafe NameWords.isLong(bytes, "content-range") { return .contentRange }
            if unsafe NameWords.isLong(bytes, "accept-ranges") { return .acceptRanges }
            if unsafe NameWords.isLong(bytes, "cache-control") { return .cacheControl }
            if unsafe NameWords.isLong(bytes, "if-none-match") { return .ifNoneMatch }
            if unsafe NameWords.isLong(bytes, "authorization") { return .authorization }
            if unsafe NameWords.isLong(bytes, "last-modified") { return .lastModified }
        case 14:
            if unsafe NameWords.isLong(bytes, "content-length") { return .contentLength }
            if unsafe NameWords.isLong(bytes, "http2-settings") { return .http2Settings }
        case 15:
            if unsafe NameWords.isLong(bytes, "accept-encoding") { return .acceptEncoding }
            if unsafe NameWords.isLong(bytes, "accept-language") { return .acceptLanguage }
            if unsafe NameWords.isLong(bytes, "x-forwarded-for") { return .xForwardedFor }
        case 16:
            if unsafe NameWords.isLong(bytes, "proxy-connection") { return .proxyConnection }
            if unsafe NameWords.isLong(bytes, "content-encoding") { return .contentEncoding }
            if unsafe NameWords.isLong(bytes, "x-forwarded-host") { return .xForwardedHost }
            if unsafe NameWords.isLong(bytes, "x-forwarded-port") { return .xForwardedPort }
            if unsafe NameWords.isLong(bytes, "www-authenticate") { return .wwwAuthenticate }
        case 17:
            if unsafe NameWords.isLong(bytes, "transfer-encoding") { return .transferEncoding }
            if unsafe NameWords.isLong(bytes, "x-forwarded-proto") { return .xForwardedProto }
            if unsafe NameWords.isLong(bytes, "if-modified-since") { return .ifModifiedSince }
        case 18:
            if unsafe NameWords.isLong(bytes, "proxy-authenticate") { return .proxyAuthenticate }
        case 19:
            if unsafe NameWords.isLong(bytes, "if-unmodified-since") { return .ifUnmodifiedSince }
            if unsafe NameWords.isLong(bytes, "proxy-authorization") { return .proxyAuthorization }
        default: break
        }
        return .other
    }
}
