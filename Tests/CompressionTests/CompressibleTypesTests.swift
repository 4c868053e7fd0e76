// Which media types a list has.

import Compression
import Testing

@Suite("Compressible types")
struct CompressibleTypesTests {
    private func contains(_ types: [String], _ value: String) -> Bool? {
        guard let list = CompressibleTypes(types) else { return nil }
        defer { list.deallocate() }
        return list.contains(Array(value.utf8), count: value.utf8.count)
    }

    private static let usual = ["text/*", "application/json", "image/svg+xml"]

    @Test(
        "a type of the list is found whatever its case and parameters",
        arguments: [
            "text/html", "TEXT/HTML", "text/plain; charset=utf-8", "text/css;a=b", "text/x ;a",
            "application/json", "Application/JSON;charset=utf-8", "application/json\t",
            "image/svg+xml",
        ])
    func found(value: String) {
        #expect(contains(Self.usual, value) == true)
    }

    @Test(
        "any other is not",
        arguments: [
            "", ";", " text/html", "text", "textile/x", "application/json5", "application/jso",
            "application/xml", "image/png", "image/svg", "x-text/html", "application/*",
            "application/json,text/html",
        ])
    func notFound(value: String) {
        #expect(contains(Self.usual, value) == false)
    }

    @Test("an empty list has nothing, and a range of all has everything that is there")
    func extremes() {
        #expect(contains([], "text/html") == false)
        #expect(contains(["*/*"], "anything/else; x") == true)
        #expect(contains(["*/*"], "") == false)
        #expect(contains(["TEXT/*", "A/B"], "text/x") == true)
        #expect(contains(["TEXT/*", "A/B"], "a/b") == true)
        let long = "a/" + String(repeating: "b", count: CompressibleTypes.typeBytesMax - 2)
        #expect(contains([long], long + ";x") == true && contains([long], long + "b") == false)
    }

    @Test(
        "what is no media type makes no list",
        arguments: [
            "text", "", "/", "/html", "text/", "text/html; charset=utf-8", "text/ html",
            "te*t/html", "*/html", "text/h*", "text/é", "*",
        ])
    func refused(type: String) {
        #expect(contains(["text/html", type], "text/html") == nil)
    }

    @Test("a type that is too long makes no list")
    func tooLong() {
        let long = "a/" + String(repeating: "b", count: CompressibleTypes.typeBytesMax - 1)
        #expect(contains([long], long) == nil)
    }
}
