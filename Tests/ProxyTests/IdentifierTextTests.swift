// Identifiers that are repeated to clients: one that came with the request may be anything.

import HTTP
import Testing

@testable import Proxy

@Suite("Identifiers in answers")
struct IdentifierTextTests {
    private func page(_ given: String?, isJSON: Bool) -> (text: String, byteCount: Int) {
        let bytes = Array((given ?? "").utf8)
        return bytes.withUnsafeBufferPointer { bytes in
            let identifier = IdentifierText(
                RequestIdentifier(), given: given == nil ? nil : bytes)
            let page = LocalPage(
                status: 503, reason: "Service Unavailable", identifier: identifier, isJSON: isJSON)
            var room = [UInt8](repeating: 0, count: 4096)
            let count = room.withUnsafeMutableBufferPointer { room in
                var writer = HeadWriter(room.baseAddress!, capacity: room.count)
                page.write(to: &writer)
                return writer.count
            }
            return (String(decoding: room[..<count], as: UTF8.self), page.byteCount)
        }
    }

    @Test("pages have the length that they say, with an identifier or without")
    func length() {
        for given in [nil, "", "abc-1", "<b>", String(repeating: "a", count: 128)] {
            for isJSON in [false, true] {
                let page = page(given, isJSON: isJSON)
                #expect(page.text.utf8.count == page.byteCount, "\(given ?? "none")")
            }
        }
    }

    @Test(
        "only what stands for itself is shown",
        arguments: [
            ("abc-1", true), ("A.b_c:d=e+f/0", true), ("<b>", false), ("a\"b", false),
            ("a b", false), ("a\\u0022", false), ("é", false), ("a&b", false),
            (String(repeating: "a", count: 129), false),
        ])
    func shown(given: String, isShown: Bool) {
        for isJSON in [false, true] {
            #expect(page(given, isJSON: isJSON).text.contains(given) == isShown)
        }
    }
}
