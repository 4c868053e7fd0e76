// Keys that are read and checked, and that nothing is done with yet: said at each start and reload, so
// that nobody counts on them.

internal import Config

extension Configuration {
    /// What the file asks for and does not get, a line each.
    var withoutEffect: [String] {
        var lines: [String] = []
        for listener in listeners where listener.protocol == .http {
            let place = "listeners.\(listener.name).http"
            if listener.http.compression != nil { lines.append("\(place).compression") }
        }
        return lines.map { "\($0) has no effect in this version" }
    }
}
