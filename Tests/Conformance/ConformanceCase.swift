// Cases of protocol conformance: octets and what has to become of them, read from files that people
// can read as well. HTTP/README.md has the format.

/// One case.
public struct ConformanceCase: Sendable, CustomStringConvertible {
    /// What has to become of the octets.
    public enum Expectation: Sendable {
        /// They begin as a message does.
        case incomplete
        /// They are refused for that cause; a client gets that status.
        case refused(word: String, status: UInt16)
        /// They are a message.
        case accepted(AcceptedMessage)
    }

    /// The file without its ending, and the name within it.
    public let name: String
    /// Where the rule stands.
    public let section: String
    /// The octets as they are sent.
    public let octets: [UInt8]
    /// Of a response: the method of the request that it answers.
    public let requestMethod: String
    /// What has to become of them.
    public let expectation: Expectation

    /// The name and where the rule stands.
    public var description: String { "\(name) [\(section)]" }

    /// Reads a case from its three lines.
    init(file: String, title: Substring, octets: Substring, outcome: Substring) {
        let parts = title.split(separator: "[")
        let behind = parts.last!.split(separator: "]", omittingEmptySubsequences: false)
        precondition(parts.count == 2 && behind.count == 2, "\(file): \(title) is no title")
        name = "\(file)/\(parts[0].dropLast())"
        section = String(behind[0])
        requestMethod = behind[1].hasPrefix(" to ") ? String(behind[1].dropFirst(4)) : "GET"
        self.octets = Escapes.decoded(octets)
        let words = outcome.split(separator: " ")
        switch words.first {
        case "incomplete": expectation = .incomplete
        case "refuse":
            guard words.count == 3, let status = UInt16(words[2]) else {
                preconditionFailure("\(name): \(outcome) is no refusal")
            }
            expectation = .refused(word: String(words[1]), status: status)
        case "accept": expectation = .accepted(AcceptedMessage(Array(words.dropFirst())))
        default: preconditionFailure("\(name): \(outcome) is no outcome")
        }
    }
}
