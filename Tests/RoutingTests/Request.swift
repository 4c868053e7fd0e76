// Requests made of strings, and look-ups of many of them.

import Routing

/// A request whose bytes lie in memory of their own, so that a sanitiser sees what is read beyond.
struct Request: RequestView, ~Copyable {
    let host: UnsafeBufferPointer<UInt8>
    let path: UnsafeBufferPointer<UInt8>
    let method: UnsafeBufferPointer<UInt8>
    private let fields: [(name: String, value: UnsafeBufferPointer<UInt8>)]
    private let parameters: [(name: String, value: UnsafeBufferPointer<UInt8>)]

    init(_ plain: PlainRequest) {
        host = Self.copy(plain.host)
        path = Self.copy(plain.path)
        method = Self.copy(plain.method)
        fields = plain.fields.map { ($0.key, Self.copy($0.value)) }
        parameters = plain.parameters.map { ($0.key, Self.copy($0.value)) }
    }

    deinit {
        for bytes in [host, path, method] + fields.map(\.value) + parameters.map(\.value) {
            bytes.deallocate()
        }
    }

    func field(named name: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        fields.first { $0.name.utf8.elementsEqual(name) }?.value
    }

    func parameter(named name: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        parameters.first { $0.name.utf8.elementsEqual(name) }?.value
    }

    /// An empty text has no address, as an empty range may have none.
    private static func copy(_ text: String) -> UnsafeBufferPointer<UInt8> {
        if text.isEmpty { return UnsafeBufferPointer(start: nil, count: 0) }
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
        _ = copy.initialize(from: text.utf8)
        return UnsafeBufferPointer(copy)
    }
}

/// A request as a test writes it down.
struct PlainRequest: CustomStringConvertible {
    var host = "example.com"
    var path = "/"
    var method = "GET"
    /// By names in lower case.
    var fields: [String: String] = [:]
    var parameters: [String: String] = [:]

    var description: String { "\(method) \(host) \(path) \(fields) \(parameters)" }
}

extension RouteTable {
    func match(_ plain: PlainRequest) -> RouteMatch { match(Request(plain)) }
}

/// The route that a request takes among some, built for this one question.
func match(_ patterns: [RoutePattern], _ request: PlainRequest) -> RouteMatch {
    let table = RouteTable.build(patterns)
    defer { table.deallocate() }
    return table.match(request)
}
