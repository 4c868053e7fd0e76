// What the numbers of access records stand for.

/// A kind of thing that a record has the number of.
enum AccessSubject: Sendable {
    /// A name of the configuration.
    case listener, route, upstream, backend
}

/// Finds the name of a subject's number; nil when it is no more.
typealias AccessNames = (AccessSubject, UInt32) -> String?
