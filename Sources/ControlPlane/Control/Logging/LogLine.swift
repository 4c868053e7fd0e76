// How a log event looks as a line. Whatever a field holds, a line stays one line.

internal import Config
internal import Logging

/// One event, to be shown as text or JSON.
struct LogLine {
    /// Since 1970, in UTC.
    let nanoseconds: UInt64
    let level: Logger.Level
    let message: String
    let fields: [(key: String, value: String)]

    /// `2026-01-31T12:00:00.123Z warning backend ejected backend=10.0.0.1:80 for_ms=10000`
    var text: String {
        var line = "\(Timestamp.text(nanoseconds)) \(level.rawValue) \(Self.visible(message))"
        for (key, value) in fields {
            let isBare =
                !value.isEmpty
                && value.unicodeScalars.allSatisfy {
                    $0 != " " && $0 != "\"" && !JSONText.isControl($0)
                }
            line += isBare ? " \(key)=\(value)" : " \(key)=\(JSONText.quoted(value))"
        }
        return line
    }

    /// The same as one JSON object; `time`, `level` and `message` come first.
    var json: String {
        var members = [
            "\"time\":\"\(Timestamp.text(nanoseconds))\"", "\"level\":\"\(level.rawValue)\"",
            "\"message\":\(JSONText.quoted(message))",
        ]
        for (key, value) in fields {
            members.append("\(JSONText.quoted(key)):\(JSONText.quoted(value))")
        }
        return "{\(members.joined(separator: ","))}"
    }

    private static func visible(_ text: String) -> String {
        text.unicodeScalars.contains(where: JSONText.isControl) ? JSONText.quoted(text) : text
    }
}
