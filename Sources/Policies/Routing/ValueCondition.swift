// What a route may ask about one header field or one query parameter.

/// A condition on a named value of the request.
public struct ValueCondition: Sendable, Hashable {
    /// What has to be true of the value.
    public enum Test: Sendable, Hashable {
        /// It is there and is this, byte by byte.
        case exact(String)
        /// It is there and begins with this.
        case prefix(String)
        /// It is there, be it empty.
        case present
        /// It isn't there.
        case absent
    }

    /// The field's name, in which case doesn't count, or the parameter's, in which it does.
    public var name: String

    /// What has to be true of its value.
    public var test: Test

    /// Makes a condition.
    public init(_ name: String, _ test: Test) {
        self.name = name
        self.test = test
    }
}
