// Text with variables: what it comes to, where its flaws are shown, and what is warned of.

import Config
import Testing

@Suite struct TemplateTests {
    /// Parses `text`, single-quoted, as the value of a response's field.
    private func file(_ text: String) -> LoadResult {
        parse(
            """
            listeners:
              l:
                { bind: "127.0.0.1:80", protocol: http, upstream: u, http: {
                  response_headers: { set: { X-A: '\(text)' } } } }
            upstreams: { u: { backends: ["a:1"] } }

            """)
    }

    @Test(
        arguments: [
            ("", []), ("a", [.literal("a")]), ("{{", [.literal("{")]), ("}}", [.literal("}")]),
            ("{{{{}}}}", [.literal("{{}}")]), ("a{{b}}c", [.literal("a{b}c")]),
            ("{host}", [.variable(.word(.host))]),
            ("{{{host}}}", [.literal("{"), .variable(.word(.host)), .literal("}")]),
            ("{host}{path}", [.variable(.word(.host)), .variable(.word(.path))]),
            ("é{host}ü", [.literal("é"), .variable(.word(.host)), .literal("ü")]),
            ("{header:X-A}", [.variable(.requestHeader("x-a"))]),
            ("{response_header:Server}", [.variable(.responseHeader("server"))]),
            ("{cookie:Sid}", [.variable(.cookie("Sid"))]),
            ("{protocol}{status}", [.variable(.word(.protocol)), .variable(.word(.status))]),
        ] as [(String, [ValueTemplate.Part])])
    func textBecomesItsParts(_ text: String, _ parts: [ValueTemplate.Part]) throws {
        let result = file(text)
        let http = try #require(result.configuration?.listeners.first?.http, "\(report(result))")
        let value = try #require(http.responseHeaders.set.first?.value)
        #expect(value.parts == parts)
        let again = file(value.description).configuration?.listeners.first?.http
        #expect(again?.responseHeaders.set.first?.value == value)
    }

    @Test func onlyTextWithoutVariablesIsConstant() {
        #expect(ValueTemplate().constant == "")
        #expect(ValueTemplate([.literal("a")]).constant == "a")
        #expect(ValueTemplate([.variable(.word(.host))]).constant == nil)
        #expect(ValueTemplate([.literal("a"), .variable(.word(.host))]).constant == nil)
    }

    @Test(arguments: TemplateVariable.Word.allCases)
    func aWordIsKnownFromItsStageOn(_ word: TemplateVariable.Word) {
        let text = "{\(word.rawValue)}"
        let sent = file(text)
        #expect((sent.configuration != nil) == (word.stage <= .responded))
        let logged = parse(
            completeHTTP.replacing("format: combined", with: "format: \"\(text)\"")
        ).configuration?.listeners.last?.http.accessLog?.format
        #expect(logged == .template(ValueTemplate([.variable(.word(word))])))
        let redirected = parse(
            completeHTTP.replacing("redirect: /here", with: "redirect: \"/\(text)\""))
        #expect((redirected.configuration != nil) == (word.stage == .routed))
    }

    @Test func aFlawIsShownAtItsOwnPlaceWhereTheValueStandsAsItIs() {
        let start = "response_headers: { set: { Strict-Transport-Security: "
        let column = start.utf8.count + 7
        for (value, place) in [
            ("\"é {foo}\"", "\(column + 3)+5"), ("'é {foo}'", "\(column + 3)+5"),
            ("'''{foo}'", "\(column)+9"), ("\"\\x20{foo}\"", "\(column)+11"),
        ] {
            let text = completeHTTP.replacing("max-age=31536000", with: value)
            let line = text.split(separator: "\n", omittingEmptySubsequences: false)
                .firstIndex { $0.contains(start) }
            let lines = report(text)
            #expect(lines.count == 1)
            let expected = "\((line ?? 0) + 1):\(place) error: there is no variable 'foo' | "
            #expect(lines.first?.hasPrefix(expected) == true, "\(lines)")
        }
    }

    @Test(arguments: [
        ("$host", "write {host}"), ("a $remote_addr b", "write {client_ip}"),
        ("$request_uri", "write {path}{query}"), ("$is_args$args", "write {query}"),
        ("$ssl_protocol", "write {tls_version}"),
        ("$ssl_client_s_dn", "write {client_cert_subject}"),
        ("$ $host", "write {host}"), ("%[src]", "variables stand in braces, such as {client_ip}"),
    ])
    func variablesOfOtherProgramsAreWarnedOf(_ text: String, _ suggestion: String) {
        let result = file(text)
        #expect(result.configuration != nil)
        #expect(result.diagnostics.map(\.suggestion) == [suggestion])
        #expect(result.diagnostics.allSatisfy { $0.severity == .warning })
    }

    @Test(arguments: ["$", "$5", "a$", "US$", "$hosts", "100%", "%5B", "$$"])
    func otherDollarsAreText(_ text: String) {
        #expect(file(text).diagnostics == [])
    }
}
