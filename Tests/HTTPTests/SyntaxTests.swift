// The sets of octets and the known names, against the RFCs' own words.

import Testing

@testable import HTTP

@Suite("HTTP syntax")
struct SyntaxTests {
    static let letters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    static let digits = Set("0123456789".utf8)

    @Test("an octet is in a class when the grammar says so, and in no other")
    func classes() {
        let unreserved = Self.letters.union(Self.digits).union("-._~".utf8)
        let token = Self.letters.union(Self.digits).union("!#$%&'*+-.^_`|~".utf8)
        let path = unreserved.union("!$&'()*+,;=:@/[]|".utf8).subtracting(".".utf8)
        let query = Set(0x21...0x7E).subtracting("\"#<>%".utf8)
        let hexadecimal = Self.digits.union("abcdefABCDEF".utf8)
        for octet in UInt8.min...UInt8.max {
            #expect(OctetClass.unreserved.contains(octet) == unreserved.contains(octet), "\(octet)")
            #expect(OctetClass.token.contains(octet) == token.contains(octet), "\(octet)")
            #expect(OctetClass.path.contains(octet) == path.contains(octet), "\(octet)")
            #expect(OctetClass.query.contains(octet) == query.contains(octet), "\(octet)")
            #expect(
                OctetClass.hexadecimal.contains(octet) == hexadecimal.contains(octet), "\(octet)")
            #expect(
                Octet.isValue(octet) == (octet == 9 || (octet >= 32 && octet != 127)), "\(octet)")
        }
    }

    @Test("the end of a value is found at every distance, whatever stands before it")
    func valueEnds() {
        for stop in [0, 1, 8, 10, 13, 31, 127] as [UInt8] {
            for length in 0..<40 {
                for filler in [9, 32, 126, 128, 255] as [UInt8] {
                    let octets = Octets([UInt8](repeating: filler, count: length) + [stop, 1, 1])
                    let found = FieldSection.valueEnd(octets.bytes, from: 0, to: octets.count)
                    #expect(found == length, "\(stop) behind \(length) times \(filler)")
                }
            }
        }
    }

    private func name(_ text: String) -> FieldName {
        let octets = Octets(text)
        return FieldName.find(octets.bytes, count: octets.count)
    }

    @Test("a known name is found in every case, and none that differs in one octet")
    func names() {
        for known in FieldName.allCases where known != .other {
            let text = known.text.description
            #expect(name(text) == known)
            #expect(name(text.lowercased()) == known)
            #expect(name(text.uppercased()) == known)
            #expect(name(text + "x") != known)
            #expect(name(String(text.dropLast())) != known)
            for index in text.utf8.indices {
                for other in "^_`x~" {
                    var changed = Array(text.utf8)
                    let offset = text.utf8.distance(from: text.utf8.startIndex, to: index)
                    guard changed[offset] | 0x20 != other.asciiValue! else { continue }
                    changed[offset] = other.asciiValue!
                    #expect(name(String(decoding: changed, as: UTF8.self)) != known, "\(text)")
                }
            }
        }
        #expect(FieldName.allCases.allSatisfy { $0.rawValue < 64 })
        #expect(FieldName.allCases.allSatisfy { $0.text.utf8CodeUnitCount < 24 })
        #expect(name("X") == .other)
    }

    @Test("what is of one connection is neither passed on nor a trailer")
    func hopByHop() {
        let expected: Set<FieldName> = [
            .connection, .transferEncoding, .te, .trailer, .upgrade, .keepAlive, .proxyConnection,
            .http2Settings,
        ]
        for name in FieldName.allCases {
            #expect(name.isHopByHop == expected.contains(name), "\(name)")
            #expect(!name.isHopByHop || name.isForbiddenInTrailers, "\(name)")
        }
        #expect(
            FieldName.host.isForbiddenInTrailers && FieldName.contentLength.isForbiddenInTrailers)
        #expect(!FieldName.other.isForbiddenInTrailers && !FieldName.etag.isForbiddenInTrailers)
    }

    @Test("a method is known in upper case only")
    func methods() {
        let names: [(String, HTTP.Method)] = [
            ("GET", .get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("DELETE", .delete),
            ("OPTIONS", .options), ("TRACE", .trace), ("CONNECT", .connect), ("PATCH", .patch),
            ("get", .other), ("GETS", .other), ("PROPFIND", .other), ("X", .other), ("PU", .other),
        ]
        for (name, method) in names {
            let octets = Octets(name)
            #expect(HTTP.Method.find(octets.bytes, count: octets.count) == method, "\(name)")
        }
        let idempotent = HTTP.Method.allCases.filter(\.isIdempotent)
        #expect(idempotent == [.get, .head, .put, .delete, .options, .trace])
    }

    @Test("each refusal has a word of its own and a status of a refused message")
    func refusals() {
        let words = Set(Refusal.allCases.map(\.word.description))
        #expect(words.count == Refusal.allCases.count)
        for word in words { #expect(word.allSatisfy { $0.isLowercase || $0 == "_" }, "\(word)") }
        for refusal in Refusal.allCases {
            #expect([400, 414, 417, 431, 501, 502, 505].contains(refusal.status), "\(refusal)")
        }
        #expect(Refusal.targetTooLong.status == 414 && Refusal.headTooLarge.status == 431)
        #expect(Refusal.unsupportedVersion.status == 505 && Refusal.bareLineFeed.status == 400)
    }

    @Test("values are small")
    func sizes() {
        #expect(MemoryLayout<HeaderField>.stride <= 12)
        #expect(MemoryLayout<RequestHead>.stride <= 64)
        #expect(MemoryLayout<ResponseHead>.stride <= 40)
        #expect(MemoryLayout<ChunkedDecoder>.stride <= 56)
    }
}
