// Something wrong at a place of a file, before it is known how it will be shown.

/// What ends the reading of a file.
struct Problem: Error {
    var message: String
    var start: Mark
    var end: Mark
    var suggestion: String?

    init(_ message: String, at start: Mark, to end: Mark? = nil, suggestion: String? = nil) {
        self.message = message
        self.start = start
        self.end = end ?? start
        self.suggestion = suggestion
    }
}
