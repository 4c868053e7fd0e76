// Keys of what is done to the headers of requests and responses.

extension Table {
    /// `request_headers` of a listener's `http` and of a route.
    static let requestHeaders = headerEdits(
        "request_headers",
        """
        Fields of requests on their way to a backend. What Sluice itself has to write, such as \
        `Content-Length` or `Connection`, cannot be changed; `Host` can be set.
        """,
        message: .request, stage: .requested)

    /// `response_headers` of a listener's `http` and of a route.
    static let responseHeaders = headerEdits(
        "response_headers",
        """
        Fields of responses on their way to the client. What Sluice itself has to write, such as \
        `Content-Length` or `Connection`, cannot be changed.
        """,
        message: .response, stage: .responded)

    private static func headerEdits(
        _ name: String, _ summary: String, message: OwnedFields.Message, stage: TemplateStage
    ) -> Section<HeaderEdits> {
        let value = Kind<ValueTemplate>.fieldValue(stage: stage)
        return Section(
            name, summary + " Fields are removed first, then set, then added.",
            fresh: HeaderEdits(),
            keys: [
                Key(
                    "set", \.set,
                    value.keyed(
                        by: .editedHeader(message, .set), "header field",
                        "header fields to values", identity: { $0.lowercased() }
                    ) { HeaderSetting(name: $0, value: $1) },
                    absence: "none", example: "{ X-Client: \"{client_ip}\" }",
                    """
                    Fields that replace all of their name. Values may have variables in braces; \
                    `{{` and `}}` are braces.
                    """),
                Key(
                    "add", \.add,
                    value.list(of: "value", identity: { $0.description }, allowsOne: true)
                        .keyed(
                            by: .editedHeader(message, .add), "header field",
                            "header fields to values", identity: { $0.lowercased() }
                        ) { name, values in
                            values.map { HeaderSetting(name: name, value: $0) }
                        }
                        .map {
                            $0.flatMap { $0 }
                        } back: { _ in
                            nil
                        },
                    absence: "none", example: "{ X-Note: [one, two] }",
                    "Fields that stand beside others of their name; one value or a list of them."),
                Key(
                    "remove", \.remove,
                    Kind.editedHeader(message, .remove)
                        .map {
                            $0.lowercased()
                        } back: {
                            $0
                        }
                        .list(of: "header field", identity: { $0 }, allowsOne: true),
                    absence: "none", example: "[X-Internal]", "Fields that are removed."),
            ],
            check: checkHeaderEdits)
    }

    private static func checkHeaderEdits(
        _ edits: HeaderEdits, _ node: Node, _ review: inout Review
    ) {
        guard review.isUnderstood, let removed = node["remove"] else { return }
        let set = Set(edits.set.map { $0.name.lowercased() })
        for element in removed.elements {
            guard let text = element.text, set.contains(text.lowercased()) else { continue }
            review.error(
                "\(Visible.quoted(text)) is removed and set\(review.inPlace)", at: element,
                suggestion: "remove it here: to set a field replaces all of its name")
        }
    }
}

extension Kind where Value == String {
    /// The name of a header field that may be changed so.
    fileprivate static func editedHeader(
        _ message: OwnedFields.Message, _ change: OwnedFields.Change
    ) -> Kind {
        let name = Kind.headerName
        return Kind(name.shape, spell: { $0 }) { node, review in
            guard let text = name.decode(node, &review) else { return nil }
            do throws(Refusal) {
                try OwnedFields.refuse(text, in: message, change)
                return text
            } catch {
                review.error(error.message, at: node, suggestion: error.suggestion)
                return nil
            }
        }
    }
}
