// What clients say of codings, and what they get.

import Compression
import Testing

@Suite("Accept-Encoding")
struct AcceptEncodingTests {
    private func prefersGzip(_ fields: [String]) -> Bool {
        var accepted = AcceptEncoding()
        for field in fields { accepted.add(Array(field.utf8), count: field.utf8.count) }
        return accepted.prefersGzip
    }

    @Test(
        "gzip is for those who take it and would not rather have the response as it is",
        arguments: [
            "gzip", "x-gzip", "GZip", "deflate, gzip, br", "gzip;q=1", "gzip;q=1.000", "gzip;Q=0.5",
            "gzip;q=0.001", "*", "*;q=0.1", "br;q=1.0, gzip;q=0.8, *;q=0.1", " gzip ",
            "\tgzip\t;\tq=0.5\t", "identity, gzip", "identity;q=0.5, gzip;q=0.5", ", ,gzip,,",
            "identity;q=0, gzip;q=0.2", "gzip;q=0.5, identity;q=0.4, *;q=0", "gzip ; q=1.",
            "gzip;q=0.123, br", "identity;q=0, *;q=0.5",
        ])
    func taken(value: String) {
        #expect(prefersGzip([value]))
    }

    @Test(
        "everybody else gets none",
        arguments: [
            "", " ", ",", "identity", "br", "deflate", "gzip;q=0", "gzip;q=0.000", "*;q=0",
            "gzip;q=0, *", "x-gzip;q=0, gzip", "gzip;q=0.5, identity;q=0.6", "gzip;q=0.5, *",
            "identity, *;q=0.5", "gzipped", "xgzip", "gzi", "*, gzip;q=0",
        ])
    func notTaken(value: String) {
        #expect(!prefersGzip([value]))
    }

    @Test(
        "what is not well-formed is not believed in any part",
        arguments: [
            "gzip;q=2", "gzip;q=1.001", "gzip;q=0.1234", "gzip;q=", "gzip;q=-1", "gzip;q=.5",
            "gzip;", "gzip;x=1", "gzip;q=0.5;x", "gzip gzip", "gzip, b=r", "\"gzip\"", "gzip, ;q=1",
            "gzip;q =1", "gzip;q= 1", "gzip\u{0}", "gzip, é", "gzip;q=0.5 5", "gzip;q=1a",
        ])
    func malformed(value: String) {
        #expect(!prefersGzip([value]))
        #expect(!prefersGzip(["gzip", value]) && !prefersGzip([value, "gzip"]))
    }

    @Test("several fields are one list")
    func fields() {
        #expect(prefersGzip(["br", "gzip"]) && prefersGzip(["", "gzip"]))
        #expect(!prefersGzip(["gzip", "gzip;q=0"]) && !prefersGzip(["gzip;q=0.5", "identity"]))
        #expect(!prefersGzip([]))
    }

    @Test("any bytes at all come to an answer")
    func everyByte() {
        for byte in UInt8.min...UInt8.max {
            for place in 0...11 {
                var value = Array("gzip;q=0.500".utf8)
                value[place] = byte
                var accepted = AcceptEncoding()
                accepted.add(value, count: value.count)
                let original = Array("gzip;q=0.500".utf8)
                if accepted.prefersGzip, value != original {
                    let isCase = byte | 0x20 == original[place]
                    let isSpace = place == 11 && (byte == 0x20 || byte == 0x09)
                    let isDigit = place >= 9 && (0x30...0x39).contains(byte)
                    let isOne = place == 7 && byte == UInt8(ascii: "1")
                    let isComma = byte == UInt8(ascii: ",") && place >= 8
                    #expect(isCase || isSpace || isDigit || isOne || isComma, "\(value)")
                }
            }
        }
    }
}
