// What is said of what a route does, where that is not right: exact places and words.

import Config
import Testing

@Suite struct RouteActionKeyTests {
    /// What becomes of requests.
    static let actions: [(String, [String])] = [
        (
            "{}",
            [
                "2:1+1 error: route 1 of listener 'l' lacks one of the keys upstream, "
                    + "redirect, respond | add upstream: site"
            ]
        ),
        (
            "{ upstream: u, redirect: /x }",
            [
                "2:16+8 error: 'upstream' and 'redirect' exclude each other in route 1 of "
                    + "listener 'l' | keep one of upstream, redirect, respond"
            ]
        ),
        (
            "{ upstrem: u }",
            [
                "2:1+1 error: route 1 of listener 'l' lacks one of the keys upstream, "
                    + "redirect, respond | add upstream: site",
                "2:3+7 error: unknown key 'upstrem' in route 1 of listener 'l' | did you "
                    + "mean 'upstream'?",
            ]
        ),
        ("{ upstream: v }", ["2:13+1 error: there is no upstream 'v' | the upstreams here are u"]),
        (
            "{ redirect: {} }",
            [
                "2:3+8 error: 'redirect' of route 1 of listener 'l' lacks the key 'to' | add "
                    + "to: \"https://{host}{path}{query}\""
            ]
        ),
        (
            "{ redirect: { to: '' } }",
            [
                "2:19+2 error: the target is empty | write one such as "
                    + "\"https://{host}{path}{query}\""
            ]
        ),
        (
            "{ redirect: 'example.com' }",
            [
                "2:13+13 error: 'example.com' is neither a URL nor a path | write one such "
                    + "as \"https://{host}{path}{query}\" or /new{path}"
            ]
        ),
        (
            "{ redirect: 'https://{hst}/' }",
            [
                "2:22+5 error: there is no variable 'hst' | did you mean 'host'?"
            ]
        ),
        (
            "{ redirect: 'https://{host}{status}' }",
            [
                "2:28+8 error: '{status}' is not known yet when a client is sent elsewhere | "
                    + "the variables here are client_ip, client_port, peer_ip, server_ip, "
                    + "server_port, listener, route, host, method, path, query, scheme, "
                    + "protocol, request_id, "
                    + "tls_version, tls_cipher, tls_server_name, tls_alpn, client_cert_verify, "
                    + "client_cert_subject, client_cert_sans, client_cert_fingerprint, header:NAME, cookie:NAME"
            ]
        ),
        (
            "{ redirect: 'https://{host' }",
            [
                "2:22+1 error: '{' begins a variable that nothing ends | write {{ for the "
                    + "brace itself"
            ]
        ),
        (
            "{ redirect: 'https://host}/' }",
            [
                "2:26+1 error: '}' ends no variable | write }} for the brace itself"
            ]
        ),
        (
            "{ redirect: 'https://a b/' }",
            [
                "2:13+14 error: 'https://a b/' holds a character that a URL cannot | write "
                    + "it percent-encoded, a blank as %20"
            ]
        ),
        (
            "{ redirect: 'https://$host$request_uri' }",
            [
                "2:13+27 warning: '$host' is no variable here, but text | write {host}",
                "4:14+1 warning: upstream 'u' is not used by any listener",
            ]
        ),
        (
            "{ redirect: { to: /x, status: permanent } }",
            [
                "2:31+9 error: expected one of 301, 302, 303, 307, 308, found 'permanent' | "
                    + "write 308"
            ]
        ),
        (
            "{ redirect: { to: /x, status: 300 } }",
            [
                "2:31+3 error: expected one of 301, 302, 303, 307, 308, found '300'"
            ]
        ),
        (
            "{ redirect: { to: /x, status: '308' } }",
            [
                "2:31+5 error: expected one of 301, 302, 303, 307, 308, found text in quotes "
                    + "| remove the quotes"
            ]
        ),
        (
            "{ redirect: }",
            [
                "2:13+1 error: expected a URL or a path, with variables in braces, found "
                    + "nothing"
            ]
        ),
        (
            "{ redirect: { to: [a] } }",
            [
                "2:19+1 error: expected a URL or a path, with variables in braces, found a "
                    + "list"
            ]
        ),
        (
            "{ respond: 99 }",
            [
                "2:12+2 error: '99' is out of range: expected an integer from 200 to 599"
            ]
        ),
        ("{ respond: ok }", ["2:12+2 error: expected an integer from 200 to 599, found 'ok'"]),
        (
            "{ respond: { status: 204, body: a } }",
            [
                "2:27+4 error: a response with status 204 has no body in 'respond' of route "
                    + "1 of listener 'l' | remove it, or write status: 200"
            ]
        ),
        (
            "{ respond: { status: 304, content_type: text/plain } }",
            [
                "2:27+12 error: a response with status 304 has no body in 'respond' of route "
                    + "1 of listener 'l' | remove it, or write status: 200"
            ]
        ),
        (
            "{ respond: { body: a, file: /a } }",
            [
                "2:23+4 error: 'body' and 'file' exclude each other in 'respond' of route 1 "
                    + "of listener 'l' | keep one of them"
            ]
        ),
        (
            "{ respond: { file: /a/ } }",
            [
                "2:20+3 error: '/a/' is not the path of a file | write one such as "
                    + "/etc/sluice/503.html or 503.html"
            ]
        ),
        (
            "{ respond: { body: a, content_type: html } }",
            [
                "2:37+4 error: 'html' is not a media type | write one such as "
                    + "application/json or \"text/html; charset=utf-8\""
            ]
        ),
        (
            "{ respond: 200, rewrite: { prefix: /a }, request_headers: {}, response_headers: "
                + "{}, timeouts: {} }",
            [
                "2:17+7 error: 'rewrite' is for routes with 'upstream', not with 'respond' "
                    + "in route 1 of listener 'l' | remove it",
                "2:42+15 error: 'request_headers' is for routes with 'upstream', not with "
                    + "'respond' in route 1 of listener 'l' | remove it",
                "2:63+16 error: 'response_headers' is for routes with 'upstream', not with "
                    + "'respond' in route 1 of listener 'l' | remove it",
                "2:85+8 error: 'timeouts' is for routes with 'upstream', not with 'respond' "
                    + "in route 1 of listener 'l' | remove it",
            ]
        ),
        (
            "{ upstream: u, rewrite: {} }",
            [
                "2:16+7 error: 'rewrite' of route 1 of listener 'l' lacks one of the keys "
                    + "strip_prefix, replace_prefix, prefix | add strip_prefix: /v1"
            ]
        ),
        (
            "{ upstream: u, rewrite: { strip_prefix: /a } }",
            [
                "2:27+12 error: 'strip_prefix' needs a 'path' that begins with it in route 1 "
                    + "of listener 'l' | add path: /a"
            ]
        ),
        ("{ upstream: u, path: { exact: /a }, rewrite: { strip_prefix: /a } }", []),
        (
            "{ upstream: u, path: [/a/b, /ab], rewrite: { strip_prefix: /a/ } }",
            [
                "2:60+3 error: the path '/ab' does not begin with the prefix '/a' in route 1 "
                    + "of listener 'l' | strip what every 'path' begins with, or make two routes"
            ]
        ),
        (
            "{ upstream: u, rewrite: { replace_prefix: /a } }",
            [
                "2:27+14 error: 'replace_prefix' needs a 'path', whose prefix it replaces in "
                    + "route 1 of listener 'l' | to add to every path, write prefix: /a"
            ]
        ),
        (
            "{ upstream: u, path: [/b, { exact: /a }], rewrite: { replace_prefix: /a } }",
            [
                "2:54+14 error: 'replace_prefix' needs prefixes, and the path '/a' is exact "
                    + "in route 1 of listener 'l' | write path: /a for a prefix"
            ]
        ),
        (
            "{ upstream: u, path: /a, rewrite: { replace_prefix: /a, strip_prefix: /a } }",
            [
                "2:57+12 error: 'replace_prefix' and 'strip_prefix' exclude each other in "
                    + "'rewrite' of route 1 of listener 'l' | keep one of strip_prefix, "
                    + "replace_prefix, prefix"
            ]
        ),
        (
            "{ upstream: u, rewrite: { prefix: / } }",
            [
                "2:35+1 error: '/' is before every path, so 'prefix' changes nothing in "
                    + "route 1 of listener 'l' | remove it"
            ]
        ),
        (
            "{ upstream: u, rewrite: { prefix: a } }",
            [
                "2:35+1 error: 'a' is not a path | write one that begins with '/', such as "
                    + "/v1"
            ]
        ),
        (
            "{ upstream: u, timeouts: { first_byte: 0s, request: off } }",
            [
                "2:40+2 error: '0s' is out of range: expected a duration from 10ms to 1d",
                "2:53+3 error: expected a duration from 10ms to 30d, found 'off'",
            ]
        ),
    ]

    @Test(arguments: actions)
    func aWrongActionIsExplained(_ value: String, _ expected: [String]) {
        let result = parse(route: value)
        #expect(report(result) == expected)
        #expect((result.configuration == nil) == expected.contains { $0.contains(" error: ") })
    }
}
