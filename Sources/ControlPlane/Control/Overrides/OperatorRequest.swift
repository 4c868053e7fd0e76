// An operator's request, read strictly: what is not understood in full is not done at all.

internal import Config

/// The body of a POST that changes backends.
struct OperatorRequest: Equatable {
    /// Why a body is refused, in words for whoever wrote it.
    struct Problem: Error, Equatable {
        let message: String
    }

    /// Which backends, as it was written.
    var target: String
    /// For `weight`.
    var weight: Int?
    /// How long it holds, in ms; nil is for good.
    var durationMs: UInt64?
    /// Why.
    var reason: String?

    /// Reads the body of a request for `action`.
    static func parse(
        _ body: [UInt8], for action: OperatorAction
    ) throws(Problem) -> OperatorRequest {
        let example = example(of: action)
        guard !body.isEmpty else {
            throw Problem(message: "/\(action.rawValue) needs a body, such as \(example)")
        }
        let members: [String: FlatObject.Value]
        do { members = try FlatObject.read(body) } catch {
            switch error {
            case .notObject:
                throw Problem(message: "the body is not a JSON object, such as \(example)")
            case .twice(let name):
                throw Problem(message: "\(quoted(name)) is there twice")
            case .nested(let name):
                throw Problem(message: "\(quoted(name)) must be a string or a number")
            }
        }
        for name in members.keys.sorted() where !action.keys.contains(name) {
            throw unknown(name, action)
        }
        return try request(members, action)
    }

    private static func request(
        _ members: [String: FlatObject.Value], _ action: OperatorAction
    ) throws(Problem) -> OperatorRequest {
        guard let target = try text("target", members) else {
            throw Problem(message: "'target' is missing: which backends, such as \"cache/red\"")
        }
        guard target.utf8.count <= ControlLimits.overrideTargetBytesMax else {
            throw Problem(message: "'target' is too long")
        }
        var request = OperatorRequest(target: target)
        if action == .weight { request.weight = try weight(members) }
        if let length = try text("for", members) { request.durationMs = try duration(length) }
        request.reason = try text("reason", members)
        if let reason = request.reason { try check(reason) }
        return request
    }

    private static func example(of action: OperatorAction) -> String {
        let values = [
            "target": "\"cache/red\"", "weight": "5", "for": "\"30m\"", "reason": "\"new kernel\"",
        ]
        return "{" + action.keys.map { "\"\($0)\": \(values[$0] ?? "")" }.joined(separator: ", ")
            + "}"
    }

    private static func unknown(_ name: String, _ action: OperatorAction) -> Problem {
        let keys = action.keys.joined(separator: ", ")
        if name == "for" {
            return Problem(
                message: "'for' has no meaning for /\(action.rawValue), which takes \(keys)")
        }
        let near = Spelling.nearest(to: name, among: action.keys)
        let advice = near.map { "did you mean '\($0)'?" } ?? "/\(action.rawValue) takes \(keys)"
        return Problem(message: "unknown member \(quoted(name)); \(advice)")
    }

    /// A name of unknown origin for a message.
    private static func quoted(_ name: String) -> String {
        JSONText.quoted(String(name.prefix(40)))
    }

    // Members -------------------------------------------------------------------------------

    private static func text(
        _ name: String, _ members: [String: FlatObject.Value]
    ) throws(Problem) -> String? {
        switch members[name] {
        case nil: return nil
        case .text(let value): return value
        case .integer, .other: throw Problem(message: "'\(name)' must be a string")
        }
    }

    private static func weight(_ members: [String: FlatObject.Value]) throws(Problem) -> Int {
        guard let value = members["weight"] else {
            throw Problem(message: "'weight' is missing: a whole number from 0 to 1000")
        }
        guard case .integer(let weight) = value, ControlLimits.overrideWeights.contains(weight)
        else { throw Problem(message: "'weight' must be a whole number from 0 to 1000") }
        return weight
    }

    private static func duration(_ text: String) throws(Problem) -> UInt64 {
        let duration: Duration
        do { duration = try DurationText.parse(text) } catch {
            let advice = error.suggestion.map { "; \($0)" } ?? ""
            throw Problem(message: "'for': \(error.message)\(advice)")
        }
        guard duration > .zero, duration.milliseconds <= ControlLimits.overrideMsMax else {
            throw Problem(
                message: "'for' is from 1ms to 365d; leave it out for an override without an end")
        }
        return duration.milliseconds
    }

    /// A reason is shown in terminals and stands in lines of the log.
    private static func check(_ reason: String) throws(Problem) {
        guard !reason.isEmpty, reason.utf8.count <= ControlLimits.overrideReasonBytesMax,
            !reason.unicodeScalars.contains(where: JSONText.isControl)
        else {
            throw Problem(
                message: "'reason' is one line of text, of at most "
                    + "\(ControlLimits.overrideReasonBytesMax) bytes")
        }
    }
}
