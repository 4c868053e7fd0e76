// Clients that come back to their backend by a cookie: reading it, keeping it from the backend, and
// setting it where the response is of another backend than it says.

internal import Compression
internal import HTTP
internal import Telemetry

extension Worker {
    /// Notes what the request's cookie says, where its upstream has one.
    mutating func noteAffinity(
        _ exchange: UnsafeMutablePointer<Exchange>, _ view: ParsedRequest,
        _ upstream: UnsafePointer<UpstreamPlan>
    ) {
        guard let affinity = unsafe upstream.pointee.affinity else { return }
        let name = unsafe affinity.pointee.name
        guard
            let text = unsafe view.cookie(
                named: UnsafeBufferPointer(start: name.bytes, count: name.count))
        else { return }
        unsafe exchange.pointee.affinity = AffinityValue.read(text)
    }

    /// The place of the backend that the request's cookie names, or -1. It is looked up in the plan
    /// that the session chooses by, which may be another one than when the request came.
    mutating func boundPlace(
        _ session: inout Session, _ plan: UnsafePointer<UpstreamPlan>
    ) -> Int32 {
        guard let affinity = unsafe plan.pointee.affinity, session.exchange >= 0 else { return -1 }
        let value = unsafe exchange(of: session).pointee.affinity
        return unsafe affinity.pointee.place(of: value)
    }

    /// Sets the cookie unless the request's names the backend that answers, and counts what became
    /// of that one. A shared cache may keep a response with its cookies (RFC 9111, section 7.3), so
    /// it is told not to: of directives that conflict the strictest counts (section 4.2.1).
    mutating func writeAffinity(
        _ session: inout Session, _ exchange: UnsafeMutablePointer<Exchange>,
        _ response: FieldValues, to writer: inout HeadWriter
    ) {
        let plan = unsafe session.upstreamPlan
        guard let affinity = unsafe plan.pointee.affinity, session.backend >= 0 else { return }
        let value = unsafe affinity.pointee.value(of: session.backend)
        let given = unsafe exchange.pointee.affinity
        guard given != value else { return unsafe count(.affinityKept, of: plan) }
        unsafe append(affinity.pointee.opening, to: &writer)
        value.write(to: &writer)
        unsafe append(affinity.pointee.ending, to: &writer)
        if unsafe affinity.pointee.isPrivate, !isUnshared(response) {
            writer.field("Cache-Control", "private")
        }
        guard given != .none else { return }
        let isKnown = unsafe affinity.pointee.place(of: given) >= 0
        unsafe count(isKnown ? .affinityMoved : .affinityUnknown, of: plan)
    }

    /// True when a response says itself that shared caches may not keep it.
    private mutating func isUnshared(_ response: FieldValues) -> Bool {
        for index in 0..<response.count
        where unsafe response.fields[index].known == .cacheControl {
            let value = unsafe response.fields[index].value
            let start = unsafe response.bytes + Int(value.start)
            if unsafe CacheControl.forbidsSharing(start, count: Int(value.count)) { return true }
        }
        return false
    }

    /// True for a field with a cookie of ours, which is nothing to a backend.
    mutating func hasOwnCookie(
        _ field: HeaderField, _ view: ParsedRequest, _ affinity: UnsafePointer<AffinityPlan>
    ) -> Bool {
        guard field.known == .cookie, let name = unsafe affinity.pointee.name.bytes else {
            return false
        }
        return unsafe !CookieParameters.find(
            name, count: affinity.pointee.name.count, in: view.bytes, value: field.value
        ).isMissing
    }

    /// Writes such a field without it.
    mutating func writeOtherCookies(
        _ field: HeaderField, _ view: ParsedRequest, _ affinity: UnsafePointer<AffinityPlan>,
        to writer: inout HeadWriter
    ) {
        guard let name = unsafe affinity.pointee.name.bytes else { return }
        unsafe CookieParameters.write(
            field.value, of: view.bytes, without: name, count: affinity.pointee.name.count,
            to: &writer)
    }
}
