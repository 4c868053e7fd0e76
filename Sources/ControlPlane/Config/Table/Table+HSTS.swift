// Keys of what browsers are told about TLS.

extension Table {
    /// `listeners.NAME.http.hsts` as a duration.
    static let hstsAge = Kind<Duration>.duration(.zero ... .days(3650), step: .seconds(1))

    /// `listeners.NAME.http.hsts`.
    static let hsts = Section<HSTSConfiguration>(
        "hsts",
        """
        Responses have the field `Strict-Transport-Security` (RFC 6797), in place of one that a \
        backend has written: browsers that saw it use TLS for the host whatever links say, and let \
        nobody past a certificate that does not verify.
        """,
        fresh: HSTSConfiguration(),
        keys: [
            Key(
                "max_age", \.maxAge, hstsAge, example: "365d",
                "How long browsers remember it; `0s` has them forget."),
            Key(
                "include_subdomains", \.includeSubdomains, .boolean, example: "true",
                "Goes for all names below the host too."),
            Key(
                "preload", \.preload, .boolean, example: "false",
                """
                Allows browsers to ship with it. Their list wants `include_subdomains: true` and a \
                `max_age` of 365d or more, and is hard to leave.
                """),
        ],
        check: checkPreload)

    private static func checkPreload(
        _ hsts: HSTSConfiguration, _ node: Node, _ review: inout Review
    ) {
        guard review.isUnderstood, hsts.preload, let entry = node.entry("preload"),
            !hsts.includeSubdomains || hsts.maxAge < .days(365)
        else { return }
        review.error(
            "'preload' needs 'include_subdomains: true' and a 'max_age' of 365d or more"
                + review.inPlace,
            at: entry.key, suggestion: "remove it, or write what it needs")
    }

    /// One who writes the field.
    static func checkHSTS(
        _ http: ListenerHTTPConfiguration, _ node: Node, _ review: inout Review
    ) {
        guard http.hsts != nil, let edits = node["response_headers"] else { return }
        for key in ["set", "add"] {
            guard case .mapping(let entries)? = edits[key]?.content else { continue }
            for entry in entries
            where entry.key.text?.lowercased() == "strict-transport-security" {
                review.error(
                    "'Strict-Transport-Security' is written by 'hsts'\(review.inPlace)",
                    at: entry.key, suggestion: "remove it")
            }
        }
    }
}

extension HSTSConfiguration {
    /// The defaults for that long.
    init(maxAge: Duration) {
        self.init()
        self.maxAge = maxAge
    }
}
