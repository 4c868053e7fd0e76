// Keys of an upstream for when backends fail, or are full: what bounds the harm.

extension Table {
    /// `upstreams.NAME.eject`.
    static let eject = Section<EjectConfiguration>(
        "eject",
        """
        A backend that sessions cannot reach is taken out for a while, whatever probes say. Then \
        one session tries it: it comes back, or is out for twice as long. The last one that is fit \
        is never taken out.
        """,
        fresh: EjectConfiguration(),
        keys: [
            Key(
                "failures", \.failures, .integer(1...1000), example: "3",
                "Connects in a row that failed, of all workers, before a backend is ejected."),
            Key(
                "for", \.base, .duration(.milliseconds(100) ... .hours(1)), example: "30s",
                """
                How long the first time. Each further ejection lasts twice as long as the one \
                before, until the backend has served for as long as `max`.
                """),
            Key(
                "max", \.max, .duration(.milliseconds(100) ... .hours(24)), example: "10m",
                "The longest ejection."),
            Key(
                "max_percent", \.maxPercent, .percent(1...100), example: "25",
                """
                The part of the backends that may be out at a time. Of two or more, one may always \
                be out, and never all.
                """),
            Key(
                "success_rate", \.successRate, .orOff(successRate.kind),
                example: "{ deviations: 2.5 }",
                "Ejects backends that fail more often than the others do."),
        ],
        check: checkEject)

    /// `upstreams.NAME.eject.success_rate`.
    static let successRate = Section<SuccessRateConfiguration>(
        "success_rate",
        """
        The share of connections that succeed is compared between the backends. One whose share is \
        too far below the mean is ejected.
        """,
        fresh: SuccessRateConfiguration(),
        keys: [
            Key(
                "deviations", \.deviations, .number(0.5...10), example: "2.5",
                "How far: this many standard deviations."),
            Key(
                "min_connections", \.minimumConnections, .integer(1...1_000_000), example: "50",
                "Connections in an interval without which a backend is not compared."),
            Key(
                "min_backends", \.minimumBackends, .integer(2...10_000), example: "3",
                "Backends to compare without which none is ejected."),
            Key(
                "interval", \.interval, .duration(.seconds(1) ... .hours(1)), example: "30s",
                "Time between two comparisons."),
        ])

    /// `upstreams.NAME.queue`.
    static let queue = Section<QueueConfiguration>(
        "queue",
        """
        Sessions wait here while every fit backend has as many as its `max_connections`, first \
        come, first served over all workers. One that finds the queue full, or waits too long, is \
        reset.
        """,
        fresh: QueueConfiguration(),
        keys: [
            Key(
                "size", \.size, .optional(.integer(1...1_000_000)),
                absence: "twice the sum of `max_connections`", example: "1024",
                "Sessions that may wait."),
            Key(
                "timeout", \.timeout, .duration(.milliseconds(10) ... .seconds(600)), example: "1s",
                "How long a session may wait."),
        ])

    /// `upstreams.NAME.pool`.
    static let pool = Section<PoolConfiguration>(
        "pool",
        """
        Connections are made before a session needs one, to backends that are fit, and replaced \
        when one is taken. What a server sends first, such as a greeting, waits for the session. \
        For servers that do not mind a silent connection.
        """,
        fresh: PoolConfiguration(),
        keys: [
            Key(
                "warm", \.warm, .integer(1...1000), isRequired: true, example: "4",
                """
                Connections kept ready to each backend, at most: as many as sessions lately wanted, \
                and one at least. The workers share them out.
                """),
            Key(
                "max_idle", \.maxIdle, .duration(.milliseconds(100) ... .hours(24)), example: "10s",
                """
                Closes one that nobody took for this long, and opens another. Best shorter than \
                the backend's own patience.
                """),
            Key(
                "max_age", \.maxAge, .duration(.milliseconds(100) ... .days(30)), example: "10m",
                "Closes one that is older."),
        ],
        check: checkPool)

    /// `upstreams.NAME.connect.retry_budget`.
    static let retryBudget = Section<RetryBudgetConfiguration>(
        "retry_budget",
        "Retries beyond the budget are not made, so that an outage does not multiply the load.",
        fresh: RetryBudgetConfiguration(),
        keys: [
            Key(
                "percent", \.percent, .percent(0...100), example: "10",
                "Retries for each hundred sessions."),
            Key(
                "per_second", \.perSecond, .integer(0...10_000), example: "10",
                "Retries a second beside those, for upstreams with few sessions."),
        ],
        check: checkRetryBudget)

    private static func checkEject(
        _ eject: EjectConfiguration, _ node: Node, _ review: inout Review
    ) {
        guard review.isUnderstood, eject.max < eject.base,
            let entry = node.entry("max") ?? node.entry("for")
        else { return }
        let base = DurationText.spelling(eject.base)
        review.error(
            "'max' of \(DurationText.spelling(eject.max)) is shorter than 'for' of \(base)"
                + review.inPlace,
            at: entry.value, suggestion: "write max: \(base) or more")
    }

    private static func checkPool(
        _ pool: PoolConfiguration, _ node: Node, _ review: inout Review
    ) {
        guard review.isUnderstood, pool.maxIdle > pool.maxAge,
            let entry = node.entry("max_idle") ?? node.entry("max_age")
        else { return }
        let age = DurationText.spelling(pool.maxAge)
        review.error(
            "'max_idle' of \(DurationText.spelling(pool.maxIdle)) is longer than 'max_age' of "
                + "\(age)\(review.inPlace)",
            at: entry.value, suggestion: "write max_idle: \(age) or less")
    }

    private static func checkRetryBudget(
        _ budget: RetryBudgetConfiguration, _ node: Node, _ review: inout Review
    ) {
        guard review.isUnderstood, budget.percent == 0, budget.perSecond == 0,
            let entry = node.entry("percent") ?? node.entry("per_second")
        else { return }
        review.warning(
            "a budget of nothing allows no retry\(review.inPlace)", at: entry.key,
            suggestion: "to have none, write retries: 0")
    }
}
