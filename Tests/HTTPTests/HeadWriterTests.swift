// Writing heads: what is written, and that nothing is written beyond the bound.

import HTTP
import Testing

@Suite("Head writer")
struct HeadWriterTests {
    /// What `body` writes into `capacity` octets, and whether it overflowed. The octets behind are
    /// checked to be as they were.
    private func written(
        _ capacity: Int, _ body: (inout HeadWriter) -> Void
    ) -> (text: String, hasOverflowed: Bool) {
        let octets = Octets([UInt8](repeating: 0xEE, count: capacity + 16))
        var writer = HeadWriter(octets.bytes, capacity: capacity)
        body(&writer)
        #expect(writer.count <= capacity)
        #expect((capacity..<octets.count).allSatisfy { octets.bytes[$0] == 0xEE })
        let text = octets.text(HeadRange(start: 0, count: UInt16(writer.count)))
        return (text, writer.hasOverflowed)
    }

    @Test("a request head is written from a parsed one")
    func request() {
        let source = ParsedRequest("GET /x?y HTTP/1.0\r\nHost:a\r\nTE: trailers\r\nB:  c  \r\n\r\n")
        let table = FieldTable(100)
        var head = RequestHead()
        _ = RequestHead.parse(
            source.octets.bytes, count: source.octets.count, limits: HeadLimits(), into: &head,
            fields: table.fields)
        let result = written(500) { writer in
            writer.requestLine(
                method: head.methodRange, target: head.target, of: source.octets.bytes)
            for index in 0..<head.fieldCount where !table.fields[index].isHopByHop {
                writer.field(table.fields[index], of: source.octets.bytes)
            }
            writer.field("Via", "1.1 sluice")
            writer.field("Content-Length", decimal: 1234)
            #expect(writer.finish() == writer.count)
        }
        #expect(
            result.text == "GET /x?y HTTP/1.1\r\nHost: a\r\nB: c\r\nVia: 1.1 sluice\r\n"
                + "Content-Length: 1234\r\n\r\n")
        #expect(!result.hasOverflowed)
    }

    @Test("a status line has its reason, an empty one too")
    func status() {
        #expect(written(99) { $0.statusLine(503, reason: "No") }.text == "HTTP/1.1 503 No\r\n")
        #expect(written(99) { $0.statusLine(200, reason: "") }.text == "HTTP/1.1 200 \r\n")
    }

    @Test("numbers are written in whole")
    func numbers() {
        for number: UInt64 in [0, 1, 9, 10, 15, 16, 99, 100, 255, 256, 65535, 1 << 40, .max] {
            #expect(written(30) { $0.appendDecimal(number) }.text == String(number))
            #expect(
                written(30) { $0.appendHexadecimal(number) }.text == String(number, radix: 16))
        }
    }

    @Test("what does not fit is left out, and nothing comes after it")
    func overflow() {
        func body(_ writer: inout HeadWriter) {
            writer.statusLine(200, reason: "OK")
            writer.field("Age", decimal: 12)
            writer.appendHexadecimal(0xABC)
            #expect(writer.finish() == (writer.hasOverflowed ? -1 : writer.count))
        }
        let whole = written(100, body).text
        for capacity in 0..<whole.utf8.count {
            let result = written(capacity, body)
            #expect(result.hasOverflowed, "\(capacity)")
            #expect(whole.hasPrefix(result.text), "\(capacity)")
        }
        #expect(written(whole.utf8.count, body).text == whole)
        #expect(!written(whole.utf8.count, body).hasOverflowed)
    }

    @Test("dates are those of the calendar")
    func dates() {
        func date(_ seconds: Int64) -> String {
            let octets = Octets([UInt8](repeating: 0, count: HTTPDate.count))
            HTTPDate.write(secondsSince1970: seconds, into: octets.bytes)
            return octets.text(HeadRange(start: 0, count: UInt16(HTTPDate.count)))
        }
        let known: [(Int64, String)] = [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (951_868_799, "Tue, 29 Feb 2000 23:59:59 GMT"),
            (951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
            (-62_167_219_200, "Sat, 01 Jan 0000 00:00:00 GMT"),
            (.min, "Sat, 01 Jan 0000 00:00:00 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (.max, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ]
        for (seconds, text) in known { #expect(date(seconds) == text) }
        // Day by day over a cycle of the calendar, against counting.
        var (year, month, day) = (1970, 0, 1)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]
        for count in 0..<146_097 {
            let text = date(Int64(count) * 86_400)
            let name = month < 11 ? months[month] : "Dec"
            let padded = day < 10 ? "0\(day)" : "\(day)"
            guard text.dropFirst(5).hasPrefix("\(padded) \(name) \(year) ") else {
                Issue.record("day \(count): \(text)")
                return
            }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            day += 1
            if day > lengths[month] { (month, day) = (month + 1, 1) }
            if month == 12 { (year, month) = (year + 1, 0) }
        }
    }
}
