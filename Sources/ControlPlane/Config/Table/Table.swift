// The language of the file, top level: the one table from which decoding, defaults, the JSON Schema
// and the reference page come. A new key is an entry here and a field in the model.

/// The table of keys, a section a mapping. The extensions have the rest.
enum Table {
    /// The whole file.
    static let root = Section<Configuration>(
        "configuration",
        """
        The whole file. Every key has a default, but without a listener there is nothing to do.
        """,
        fresh: Configuration(),
        keys: [
            Key(
                "workers", \.workers, .optional(.integer(1...1024)),
                absence: "one for each processor the process may use", example: "4",
                """
                Threads that serve sessions. Each has its own listening sockets, and the kernel \
                spreads new connections over them. A change waits for a restart.
                """),
            Key(
                "max_connections", \.maxConnections, .optional(.integer(1...10_000_000)),
                absence: "as many as the limit of open files allows", example: "100000",
                """
                Downstream connections at a time, over all listeners. At the limit new ones wait \
                in the kernel's queue.
                """),
            Key(
                "drain_timeout", \.drainTimeout, .duration(.zero ... .days(1)), example: "1m",
                """
                How long open sessions may go on after SIGTERM or SIGINT. A second signal ends \
                them at once.
                """),
            Key(
                "admin", \.admin, admin.kind, example: "{ socket: /run/sluice/admin.sock }",
                """
                The socket that `sluice status` and `sluice reload` talk to. A change waits for a \
                restart.
                """),
            Key(
                "log", \.log, log.kind, example: "{ format: json, level: warning }",
                "Where the log goes and what it holds."),
            Key(
                "resolver", \.resolver, resolver.kind,
                example: "{ servers: [\"127.0.0.1:5353\"] }",
                "How names of backends are looked up."),
            Key(
                "listeners", \.listeners,
                listenerByRoutes.named("listener", plural: "listeners") { $0.name = $1 },
                absence: "none", example: "{ web: { bind: \"0.0.0.0:80\", upstream: site } }",
                """
                The listeners by name. Names are labels of metrics, and what state is kept by over \
                reloads.
                """),
            Key(
                "upstreams", \.upstreams,
                upstream.kind.named("upstream", plural: "upstreams") {
                    $1.declaredUpstreams.append($0)
                } setName: {
                    $0.name = $1
                },
                absence: "none", example: "{ site: { backends: [\"10.0.0.1:80\"] } }",
                """
                The upstreams by name. Names are labels of metrics, and what state is kept by over \
                reloads.
                """),
        ],
        check: Agreement.check)

    /// `admin`.
    static let admin = Section<AdminConfiguration>(
        "admin",
        """
        The admin server speaks HTTP/1.1 on a Unix socket: `GET /metrics`, `/status`, `/live` and \
        `/ready`, and `POST /reload`. Who may open the socket may do all of it.
        """,
        fresh: AdminConfiguration(),
        keys: [
            Key(
                "socket", \.socket, .socketPath, example: "/run/sluice/admin.sock",
                "Path of the socket. The last of its directories is made if it is missing."),
            Key(
                "mode", \.mode, .mode, example: "\"0660\"", "Permission bits of the socket."),
        ])

    /// `log`.
    static let log = Section<LogConfiguration>(
        "log", "One line an event. SIGUSR1 opens the file anew, for rotation.",
        fresh: LogConfiguration(),
        keys: [
            Key(
                "format", \.format,
                .word {
                    switch $0 {
                    case .text: "for people"
                    case .json: "one JSON object a line"
                    }
                },
                example: "json", "How a line is written."),
            Key(
                "level", \.level,
                .word {
                    switch $0 {
                    case .debug: "everything"
                    case .info: "what happens on a good day too"
                    case .warning: "what may need a hand soon"
                    case .error: "what needs a hand now"
                    }
                },
                example: "warning", "The least severe line that is written."),
            Key(
                "file", \.file, .optional(.filePath), absence: "standard error",
                example: "/var/log/sluice/sluice.log", "File that lines are appended to."),
        ])
}

extension Duration {
    /// Whole days.
    static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
    /// Whole hours.
    static func hours(_ count: Int) -> Duration { .seconds(count * 3600) }
}
