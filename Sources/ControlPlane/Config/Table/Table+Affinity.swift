// Keys of the cookie that binds clients to backends.

extension Table {
    /// `upstreams.NAME.affinity`.
    static let affinity = Section<AffinityConfiguration>(
        "affinity",
        """
        A client's first response brings a cookie, by which its later requests come back to the \
        same backend for as long as that is fit and has room. One that an operator drains, that \
        has the weight 0 or that is in slow start still serves those that are bound to it; one \
        that is disabled does not. Where it cannot be had `balance` chooses another one, whose \
        response brings its cookie. The value names the backend in a form that nobody can read or \
        make, and stays the same over reloads, restarts and changes of the other backends. Scripts \
        do not see it (`HttpOnly`), and backends neither: it is taken out of their requests.
        """,
        fresh: AffinityConfiguration(),
        keys: [
            Key(
                "cookie", \.cookie, .cookieName, example: "SHOP",
                "Its name, unique among the upstreams of a listener."),
            Key(
                "secret", \.secret, .optional(.secret),
                absence: "one that the process makes, and that is lost with it",
                example: "\"correct horse battery staple\"",
                """
                What the value is made with, 16 bytes or more. The same on every node, so that \
                each believes the others' cookies; with another all clients are balanced anew.
                """),
            Key("path", \.path, .cookiePath, example: "/shop", "Its `Path`."),
            Key(
                "secure", \.secure, .boolean, example: "true",
                "Browsers send it over TLS only (`Secure`)."),
            Key(
                "same_site", \.sameSite,
                .word {
                    switch $0 {
                    case .lax: "those that follow a link"
                    case .strict: "none"
                    case .none: "all; needs `secure: true`"
                    }
                },
                example: "strict", "Requests from other sites that carry it (`SameSite`)."),
            Key(
                "max_age", \.maxAge,
                .orOff(.duration(.seconds(1) ... .days(400), step: .seconds(1))), example: "8h",
                "How long browsers keep it; `off` is until they are closed."),
            Key(
                "private", \.isPrivate, .boolean, example: "false",
                """
                Responses that bring the cookie say `Cache-Control: private` beside whatever else \
                they say, unless they say that or `no-store` already. A cache that many clients \
                share would otherwise give one client's cookie to all of them, and so send them \
                all to one backend. `false` is for those whose caches drop the cookie.
                """),
        ],
        check: checkAffinity)

    private static func checkAffinity(
        _ affinity: AffinityConfiguration, _ node: Node, _ review: inout Review
    ) {
        guard review.isUnderstood else { return }
        if affinity.sameSite == .none, !affinity.secure, let entry = node.entry("same_site") {
            review.error(
                "browsers drop a cookie with 'same_site: none' that is not 'secure'"
                    + review.inPlace,
                at: entry.key, suggestion: "add secure: true")
        }
        // Browsers and RFC 6265bis, section 4.1.3, hold names to what these beginnings promise.
        let isHost = affinity.cookie.hasPrefix("__Host-")
        if isHost || affinity.cookie.hasPrefix("__Secure-"),
            !affinity.secure || isHost && affinity.path != "/", let entry = node.entry("cookie")
        {
            review.error(
                "browsers drop a cookie of that name that is not 'secure'"
                    + (isHost ? " with the path '/'" : "") + review.inPlace,
                at: entry.value, suggestion: "add secure: true, or choose another name")
        }
        if affinity.secret == nil {
            review.warning(
                "without 'secret' every restart sends clients to other backends\(review.inPlace)",
                at: review.placeNode ?? node,
                suggestion: "add secret: with 16 bytes or more, the same on every node")
        }
    }
}
