// Keys of the access log.

extension Table {
    /// `listeners.NAME.http.access_log`.
    static let accessLog = Section<AccessLogConfiguration>(
        "access_log",
        """
        One line an exchange, written beside the traffic: when the disk is too slow, lines are \
        dropped and counted. SIGUSR1 opens the file anew, for rotation.
        """,
        fresh: AccessLogConfiguration(),
        keys: [
            Key(
                "file", \.file, .logFile, example: "/var/log/sluice/access.log",
                "The file that lines are appended to."),
            Key(
                "format", \.format, .accessLogFormat,
                example: "\"{time} {client_ip} {method} {path} {status} {duration_ms}\"",
                """
                How a line is written; one of one's own has variables in braces, and `{{` and `}}` \
                for braces.
                """),
        ])
}
