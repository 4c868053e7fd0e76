// What a look-up may ask about a request. The data plane answers from the parsed head, tests from
// strings.

/// The request that a route is sought for, read during a look-up.
///
/// Only ever a generic constraint, so that each answer is compiled into the look-up. The bytes are
/// good for the length of the call.
public protocol RequestView: ~Copyable {
    /// The host without port, in whatever case, maybe with a trailing dot; empty when there is
    /// none, which only routes for every host match.
    var host: UnsafeBufferPointer<UInt8> { get }

    /// The path without query, with such escapes decoded as the caller decodes.
    var path: UnsafeBufferPointer<UInt8> { get }

    /// The method.
    var method: UnsafeBufferPointer<UInt8> { get }

    /// The value of a header field, or nil when there is none. Which of several fields of one name
    /// counts is the caller's choice.
    ///
    /// - Parameter name: in lower case.
    func field(named name: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>?

    /// The value of a parameter of the query, or nil when there is none.
    func parameter(named name: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>?
}
