// Media types of pages, by the names of their files.

/// What the content of a file is.
enum MediaType {
    /// The `Content-Type` of a file of that name; plain text where its name does not tell.
    static func ofFile(_ path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        let ending = name.lastIndex(of: ".").map { name[$0...].lowercased() } ?? ""
        return switch ending {
        case ".html", ".htm": "text/html; charset=utf-8"
        case ".json": "application/json"
        case ".xml": "application/xml"
        default: "text/plain; charset=utf-8"
        }
    }
}
