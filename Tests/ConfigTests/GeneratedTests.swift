// What is generated from the table of keys: the JSON Schema and the reference page. Both are held
// against the parser, so that neither can promise what the file's language does not keep.

import Config
import FoundationEssentials
import Testing

@Suite struct GeneratedTests {
    /// Enough of JSON Schema to walk one.
    struct Schema: Decodable {
        var properties: [String: Property]
        var required: [String]
        var additionalProperties: Bool
        var oneOf: [Choice]?
        var definitions: [String: Schema]?
        var dialect: String?

        struct Property: Decodable {
            var description: String
        }

        struct Choice: Decodable {
            var required: [String]
        }

        enum CodingKeys: String, CodingKey {
            case properties, required, additionalProperties, oneOf
            case definitions = "$defs"
            case dialect = "$schema"
        }
    }

    @Test func theSchemaIsJSONAndClosed() throws {
        let text = ConfigurationSchema.jsonSchema()
        let schema = try JSONDecoder().decode(Schema.self, from: Data(text.utf8))
        #expect(schema.dialect == "https://json-schema.org/draft/2020-12/schema")
        let definitions = try #require(schema.definitions)
        for section in definitions.values + [schema] {
            #expect(!section.additionalProperties && !section.properties.isEmpty)
            #expect(section.properties.values.allSatisfy { !$0.description.isEmpty })
            #expect(Set(section.required).isSubset(of: section.properties.keys))
            for choice in section.oneOf ?? [] {
                #expect(choice.required.count == 1)
                #expect(section.properties[choice.required[0]] != nil)
            }
        }
        #expect(
            schema.properties.keys.sorted() == [
                "admin", "drain_timeout", "listeners", "log", "max_connections", "resolver",
                "upstreams", "workers",
            ])
        #expect(definitions["backend"]?.required == ["address"])
        #expect(
            definitions["upstream"]?.oneOf?.map(\.required) == [["backends"], ["dns"], ["file"]])
        #expect(
            definitions["route"]?.oneOf?.map(\.required)
                == [["upstream"], ["redirect"], ["respond"]])
        #expect(definitions["listener"]?.required == ["bind"])
        // A status is a number, whatever it is in the table.
        #expect(text.contains("\"default\": 307") && text.contains("        308\n"))
        #expect(definitions["health"]?.oneOf?.map(\.required) == [["tcp"], ["http"]])
        let references = text.ranges(of: "#/$defs/").map {
            text[$0.upperBound...].prefix { $0 != "\"" }
        }
        #expect(Set(references.map(String.init)) == Set(definitions.keys))
    }

    /// A key of the reference page.
    struct Entry {
        var path: String
        var name: String
        var defaultText: String?
        var example: String
    }

    /// The keys of the page, by its headings and its `Default` and `Example` lines.
    static func entries() -> [Entry] {
        var entries: [Entry] = []
        var path = ""
        for line in ConfigurationReference.markdown().split(separator: "\n").map(String.init) {
            func code(after start: String) -> String? {
                guard line.hasPrefix(start), line.hasSuffix("`") else { return nil }
                return String(line.dropFirst(start.count).dropLast())
            }
            if let name = code(after: "### `") {
                entries.append(Entry(path: path, name: name, defaultText: nil, example: ""))
            } else if line.hasPrefix("## ") {
                path = String(line.split(separator: "`").dropFirst().first ?? "")
            } else if let text = code(after: "- Default: `") {
                entries[entries.count - 1].defaultText = text
            } else if let text = code(after: "- Example: `") {
                entries[entries.count - 1].example = text
            }
        }
        return entries
    }

    /// A whole file with the keys `lines` in the mapping at `path` of the reference page.
    static func file(path: String, keys: [String: String]) -> String {
        func flow(_ keys: [String: String]) -> String {
            "{ " + keys.sorted { $0.key < $1.key }.map { "\($0): \($1)" }.joined(separator: ", ")
                + " }"
        }
        var keys = keys
        var names = path.isEmpty ? [] : path.split(separator: ".").map(String.init)
        let defaults: [String: [String: String]] = [
            "": [
                "listeners": "{ NAME: { bind: /a, upstream: site } }",
                "upstreams": "{ site: { backends: ['h:1'] } }",
            ],
            "listeners.NAME": ["bind": "[/a, '[::1]:80']", "upstream": "site"],
            "listeners.NAME.routes[]": ["upstream": "site"],
            "listeners.NAME.routes[].redirect": ["to": "/"],
            "listeners.NAME.tls": ["certificates": "a.pem"],
            "listeners.NAME.tls.certificates": ["cert": "a.pem"],
            "listeners.NAME.tls.client_auth": ["ca": "a.pem"],
            "upstreams.NAME": ["backends": "['h:1']"],
            "upstreams.NAME.balance": ["algorithm": "maglev"],
            "upstreams.NAME.backends[]": ["address": "'h:1'"],
            "upstreams.NAME.dns": ["name": "h", "port": "1"],
            "upstreams.NAME.health": ["tcp": "{}"],
            "upstreams.NAME.pool": ["warm": "1"],
            "upstreams.NAME.tls": ["cert": "a.pem"],
        ]
        // Some keys of upstreams are only for HTTP, and none is only for TCP.
        let needsHTTP = path.hasPrefix("upstreams.NAME")
        // Keys beside which one of those has no place.
        let exclusions = [
            "listeners.NAME.routes[]": ["redirect", "respond"],
            "upstreams.NAME": ["dns", "file"], "upstreams.NAME.health": ["http"],
        ]
        // Routes of protocol tcp are for listeners that do not end TLS, and HSTS for those that do.
        let routesByHello = keys["sni"] != nil || path.hasSuffix("routes[]") && keys["alpn"] != nil
        while true {
            let path = names.joined(separator: ".")
            var added = defaults[path] ?? [:]
            if exclusions[path]?.contains(where: { keys[$0] != nil }) == true { added = [:] }
            if keys["type"] == "srv" { added["port"] = nil }
            if keys["rewrite"] != nil { added["path"] = "/v1" }
            if path == "listeners.NAME", !routesByHello,
                ["routes", "http", "tls"].contains(where: { keys[$0] != nil })
            {
                added["protocol"] = "http"
            }
            let http = keys["http"] ?? ""
            if path == "listeners.NAME", http.contains("hsts"), !http.contains("hsts: off") {
                added["tls"] = "{ certificates: a.pem }"
            }
            if needsHTTP, path.isEmpty {
                added["listeners"] = "{ NAME: { protocol: http, bind: /a, upstream: site } }"
            }
            keys.merge(added) { first, _ in first }
            guard let name = names.popLast() else { break }
            let value = flow(keys)
            keys =
                name.hasSuffix("[]")
                ? [String(name.dropLast(2)): "[\(value)]"]
                : [name == "NAME" && names == ["upstreams"] ? "site" : name: value]
        }
        return flow(keys)
    }

    @Test func everyDefaultOfTheReferenceSaysWhatLeavingItOutSays() {
        var count = 0
        for entry in Self.entries() {
            guard let text = entry.defaultText else { continue }
            count += 1
            let without = parse(Self.file(path: entry.path, keys: [:]))
            let with = parse(Self.file(path: entry.path, keys: [entry.name: text]))
            #expect(with.configuration != nil, "\(entry): \(report(with))")
            if entry.path.hasSuffix("balance"), entry.name == "algorithm" { continue }
            #expect(with.configuration == without.configuration, "\(entry)")
        }
        #expect(count > 50)
    }

    @Test func everyExampleOfTheReferenceIsRight() {
        let entries = Self.entries()
        for entry in entries {
            let value = String(entry.example.dropFirst(entry.name.count + 2))
            #expect(entry.example == "\(entry.name): \(value)")
            let result = parse(Self.file(path: entry.path, keys: [entry.name: value]))
            #expect(result.configuration != nil, "\(entry): \(report(result))")
        }
        #expect(entries.count > 90)
    }

    @Test func theExampleOfTheIntroductionIsAWholeFile() {
        let page = ConfigurationReference.markdown()
        let start = page.ranges(of: "```yaml\n")[0].upperBound
        let text = String(
            page[start...].prefix(upTo: page[start...].ranges(of: "```")[0].lowerBound))
        #expect(parse(text).diagnostics == [])
        #expect(parse(text).configuration?.listeners.first?.name == "redis")
        let drawn = parse(text.replacing("upstream:", with: "upstrem:")).diagnostics.last?.text
        #expect(drawn.map { page.contains($0.dropFirst("t.yaml".count)) } == true, "\(drawn ?? "")")
    }

    @Test func linesOfTheReferenceFitThePage() {
        for line in ConfigurationReference.markdown().split(separator: "\n") {
            #expect(line.count <= 100)
        }
    }

    @Test func theServiceMayWriteWhereTheReferenceSays() throws {
        let path = #filePath.replacing(
            "Tests/ConfigTests/GeneratedTests.swift", with: "packaging/sluice.service")
        let unit = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let page = ConfigurationReference.markdown()
        for (key, above) in [("LogsDirectory=", "/var/log/"), ("RuntimeDirectory=", "/run/")] {
            let line = try #require(unit.first { $0.hasPrefix(key) }, "\(key)")
            #expect(page.contains("\(above)\(line.dropFirst(key.count))/"))
        }
    }

    @Test func theReferenceIsCurrent() throws {
        let path = #filePath.replacing(
            "Tests/ConfigTests/GeneratedTests.swift", with: "docs/configuration.md")
        let page = ConfigurationReference.markdown()
        if environment("SLUICE_UPDATE_DOCS") == "1" {
            try page.write(toFile: path, atomically: false, encoding: .utf8)
        }
        let written = try String(contentsOfFile: path, encoding: .utf8)
        #expect(
            written == page,
            "docs/configuration.md is stale: run the tests with SLUICE_UPDATE_DOCS=1")
    }
}
