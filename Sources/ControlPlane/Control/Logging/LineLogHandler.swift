// The back of swift-log: one line per event, as text or JSON.

internal import Config
internal import Linux
internal import Logging

/// Where all loggers of the process write, and how. It is set up before the first worker starts;
/// from then on only the control thread logs.
final class LogOutput: @unchecked Sendable {
    let writer = LogWriter()
    var format = LogFormat.text
    var level = Logger.Level.info
    private var throttle = LogThrottle()

    /// Writes an event unless too many like it were written lately.
    func write(_ event: LogEvent, _ metadata: Logger.Metadata) {
        var metadata = metadata
        let key = "\(event.message) \(metadata["subject"].map { "\($0)" } ?? "")"
        let isAboutSubject = metadata["subject"] != nil
        metadata["subject"] = nil
        // An error without a subject, such as one of the diagnostics of a refused file, is not one
        // of many.
        if event.level < .error || isAboutSubject {
            switch throttle.judge(key, at: Clock.monotonicMilliseconds) {
            case .suppress: return
            case .write(suppressed: 0): break
            case .write(let suppressed): metadata["suppressed"] = "\(suppressed)"
            }
        }
        let line = LogLine(
            nanoseconds: Clock.realtimeNanoseconds, level: event.level,
            message: "\(event.message)",
            fields: metadata.map { ($0.key, "\($0.value)") }.sorted { $0.0 < $1.0 })
        writer.write(format == .json ? line.json : line.text)
    }

    /// Takes over what the configuration says of logs: all of it, or nothing when its file cannot
    /// be opened.
    func configure(_ configuration: LogConfiguration) throws(SystemError) {
        try writer.open(path: configuration.file)
        format = configuration.format
        level = Logger.Level(configuration.level)
    }
}

/// Hands events of a logger to the one output.
struct LineLogHandler: LogHandler {
    let output: LogOutput
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level {
        get { output.level }
        set { output.level = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        output.write(event, metadata.merging(event.metadata ?? [:]) { $1 })
    }
}

extension Logger.Level {
    /// The level of a word of the configuration.
    init(_ word: LogLevel) {
        switch word {
        case .debug: self = .debug
        case .info: self = .info
        case .warning: self = .warning
        case .error: self = .error
        }
    }
}
