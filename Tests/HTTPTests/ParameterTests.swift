// Small searches within parts of a head: escapes, parameters, cookies and lists.

import HTTP
import Testing

@Suite("Parameters")
struct ParameterTests {
    private func whole(_ octets: Octets) -> HeadRange {
        HeadRange(start: 0, count: UInt16(octets.count))
    }

    @Test(
        "escapes of unreserved characters are decoded, others are in upper case",
        arguments: [
            ("/plain", "/plain"), ("/%61%7e%2D", "/a~-"), ("/%2f%2F", "/%2F%2F"),
            ("/a%20b%c3%a9", "/a%20b%C3%A9"), ("", ""), ("/%41%5a%30", "/AZ0"), ("/%25", "/%25"),
            ("/%", "/%"), ("/%4", "/%4"), ("/%zz", "/%zz"),
        ])
    func escapes(path: String, expected: String) {
        let source = Octets(path)
        let target = Octets([UInt8](repeating: 0, count: source.count))
        let count = PathEscapes.decode(source.bytes, count: source.count, into: target.bytes)
        #expect(target.text(HeadRange(start: 0, count: UInt16(count))) == expected)
    }

    @Test(
        "a query parameter is found by its whole name, the first of several",
        arguments: [
            ("a=1&b=2", "b", "2"), ("a=1&a=2", "a", "1"), ("ab=1&a=2", "a", "2"), ("a", "a", ""),
            ("a=", "a", ""), ("&&a=b=c&", "a", "b=c"), ("b=a", "a", nil), ("", "a", nil),
            ("A=1", "a", nil), ("a=x%26y", "a", "x%26y"), ("x&a", "a", ""),
        ])
    func query(query: String, name: String, expected: String?) {
        let octets = Octets(query)
        let key = Octets(name)
        let found = QueryParameters.find(
            key.bytes, count: key.count, in: octets.bytes, query: whole(octets))
        #expect((found.isMissing ? nil : octets.text(found)) == expected)
    }

    @Test(
        "a cookie is found by its whole name, without quotes",
        arguments: [
            ("a=1; b=2", "b", "2"), ("a=1;b=2", "b", "2"), ("ab=1; a=2", "a", "2"),
            ("a=\"x y\"; b=2", "a", "x y"), ("a=", "a", ""), ("a; b=1", "a", nil),
            ("a=b=c", "a", "b=c"), ("A=1", "a", nil), ("", "a", nil), ("x=\"", "x", "\""),
            ("a=1 ; b=2\t", "b", "2"), ("; ;a=1", "a", "1"),
        ])
    func cookie(value: String, name: String, expected: String?) {
        let octets = Octets(value)
        let key = Octets(name)
        let found = CookieParameters.find(
            key.bytes, count: key.count, in: octets.bytes, value: whole(octets))
        #expect((found.isMissing ? nil : octets.text(found)) == expected)
    }

    @Test(
        "a Cookie field is written without the cookies of a name, and not at all without others",
        arguments: [
            ("a=1; b=2", "b", "Cookie: a=1\r\n"), ("b=2; a=1", "b", "Cookie: a=1\r\n"),
            ("x=1; b=2; y=3", "b", "Cookie: x=1; y=3\r\n"), ("b=2", "b", ""), ("b=", "b", ""),
            ("b=1; b=2; c=3;b=\"4\"", "b", "Cookie: c=3\r\n"), (" ; ;b=1;", "b", ""),
            ("ab=1;b", "b", "Cookie: ab=1; b\r\n"), ("B=1", "b", "Cookie: B=1\r\n"),
            ("a=b=1; b=2", "b", "Cookie: a=b=1\r\n"), ("", "b", ""),
        ])
    func withoutCookie(value: String, name: String, expected: String) {
        let octets = Octets(value)
        let key = Octets(name)
        let room = Octets([UInt8](repeating: 0, count: 100))
        var writer = HeadWriter(room.bytes, capacity: 100)
        CookieParameters.write(
            whole(octets), of: octets.bytes, without: key.bytes, count: key.count, to: &writer)
        #expect(room.text(HeadRange(start: 0, count: UInt16(writer.count))) == expected)
    }

    @Test(
        "a list is parted at commas outside of quotes, and empty elements are passed over",
        arguments: [
            ("a,b", ["a", "b"]), (" a , b ", ["a", "b"]), (",,a,\t,b,", ["a", "b"]), ("", []),
            (" , ", []), ("a;q=\"x,y\",b", ["a;q=\"x,y\"", "b"]), ("\"a", ["\"a"]),
            ("\"a\\\",b\",c", ["\"a\\\",b\"", "c"]), ("\"\\", ["\"\\"]), ("a b", ["a b"]),
        ])
    func list(value: String, expected: [String]) {
        let octets = Octets(value)
        var list = HeaderList(octets.bytes, range: whole(octets))
        var found: [String] = []
        while true {
            let element = list.next()
            guard !element.isMissing else { break }
            found.append(octets.text(element))
        }
        #expect(found == expected)
    }

    @Test("texts are equal but for the case of letters")
    func fieldText() {
        let octets = Octets("Chunked[")
        #expect(FieldText.isEqual(octets.bytes, count: 7, to: "cHUNKED"))
        #expect(!FieldText.isEqual(octets.bytes, count: 7, to: "chunke"))
        #expect(!FieldText.isEqual(octets.bytes, count: 8, to: "chunked{"))
    }
}
