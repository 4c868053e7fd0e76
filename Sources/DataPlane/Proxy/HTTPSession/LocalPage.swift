// The page of an answer that is made here: small, and the same every time but for the status and the
// identifier of the request.

internal import HTTP

/// A page, as HTML or as JSON.
struct LocalPage {
    let status: Int
    let reason: StaticString
    let identifier: IdentifierText
    let isJSON: Bool

    /// How many bytes `write` writes.
    var byteCount: Int {
        let words = reason.utf8CodeUnitCount
        let name = identifier.isShown ? identifier.count : 0
        if isJSON {
            let frame = "{\"status\":,\"error\":\"\"}\n".utf8.count
            return frame + 3 + words + (name == 0 ? 0 : ",\"request_id\":\"\"".utf8.count + name)
        }
        let frame = "<!doctype html>\n<title> </title>\n<h1> </h1>\n".utf8.count
        return frame + 2 * (3 + words) + (name == 0 ? 0 : "<p></p>\n".utf8.count + name)
    }

    /// Writes it.
    func write(to writer: inout HeadWriter) {
        if isJSON {
            writer.append("{\"status\":")
            writer.appendDecimal(UInt64(status))
            writer.append(",\"error\":\"")
            writer.append(reason)
            writer.append("\"")
            if identifier.isShown {
                writer.append(",\"request_id\":\"")
                identifier.write(to: &writer)
                writer.append("\"")
            }
            writer.append("}\n")
            return
        }
        writer.append("<!doctype html>\n<title>")
        writeTitle(to: &writer)
        writer.append("</title>\n<h1>")
        writeTitle(to: &writer)
        writer.append("</h1>\n")
        guard identifier.isShown else { return }
        writer.append("<p>")
        identifier.write(to: &writer)
        writer.append("</p>\n")
    }

    private func writeTitle(to writer: inout HeadWriter) {
        writer.appendDecimal(UInt64(status))
        writer.append(Ascii.space)
        writer.append(reason)
    }
}
