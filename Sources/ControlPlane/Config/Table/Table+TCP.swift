// Keys of the `tcp` mappings, which listeners and upstreams have in common.

extension Table {
    /// What both sides of a session can be given.
    static func tuning<Model: TCPTuning>(_ model: Model.Type) -> [Key<Model>] {
        [
            Key(
                "nodelay", \.nodelay, .boolean, example: "false",
                "Sends small segments at once instead of collecting them (TCP_NODELAY)."),
            Key(
                "keepalive", \.keepalive, .orFalse(keepalive.kind), example: "{ idle: 30s }",
                "Probes of the kernel that find out dead peers; `false` sends none."),
            Key(
                "user_timeout", \.userTimeout, .orOff(.duration(.seconds(1) ... .hours(24))),
                example: "20s",
                """
                Data that stays unacknowledged for this long breaks the connection \
                (TCP_USER_TIMEOUT). Off leaves it to the kernel, which takes about 15 minutes.
                """),
        ]
    }

    /// `keepalive`.
    static let keepalive = Section<KeepaliveConfiguration>(
        "keepalive",
        "A dead peer is noticed after `idle` plus `count` times `interval`.",
        fresh: KeepaliveConfiguration(),
        keys: [
            Key(
                "idle", \.idle, .duration(.seconds(1) ... .seconds(32_767), step: .seconds(1)),
                example: "30s", "Silence before the first probe."),
            Key(
                "interval", \.interval,
                .duration(.seconds(1) ... .seconds(32_767), step: .seconds(1)), example: "5s",
                "Time between two probes."),
            Key(
                "count", \.count, .integer(1...127), example: "3",
                "Unanswered probes that break the connection."),
        ])
}
