// One run of wrk, the load generator, with one thread on the load's processor.

/// What wrk asks for and how.
struct Wrk {
    let path: String
    let connections: Int
    /// Asks the server to close after each response, so that every request takes a new connection.
    var closing = false
    /// Where the requests come from in place of `path`, as a script in wrk's language.
    var script: String?

    /// Loads `port` for some seconds.
    func run(port: UInt16, seconds: Int, directory: String) throws -> WrkReport {
        var options = closing ? ["--header", "Connection: close"] : []
        if let script {
            let file = "\(directory)/wrk-\(port).lua"
            try Files.write(script, to: file)
            options += ["--script", file]
        }
        let text = try ChildProcess.output(
            of: [
                "wrk", "--threads", "1", "--connections", "\(connections)", "--duration",
                "\(seconds)s", "--timeout", "10s", "--latency",
            ] + options + ["http://127.0.0.1:\(port)\(path)"], in: directory)
        return try WrkReport(parsing: text)
    }
}
