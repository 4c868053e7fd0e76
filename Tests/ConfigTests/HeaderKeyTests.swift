// What is said of changes of a header that are not right: exact places and words.

import Config
import Testing

@Suite struct HeaderKeyTests {
    /// What is done to headers.
    static let headers: [(String, [String])] = [
        (
            "{ upstream: u, request_headers: { set: { Content-Length: 1 } } }",
            [
                "2:42+14 error: 'Content-Length' is written by Sluice itself and cannot be "
                    + "set | remove it"
            ]
        ),
        (
            "{ upstream: u, request_headers: { set: { Host: a.example }, add: { host: b }, "
                + "remove: [HOST] } }",
            [
                "2:68+4 error: a request has one 'Host', which cannot be added | write it "
                    + "under 'set'",
                "2:88+4 error: a request has one 'Host', which cannot be removed | write it "
                    + "under 'set'",
            ]
        ),
        (
            "{ upstream: u, request_headers: { remove: [Connection, X-*, 'a b'] } }",
            [
                "2:44+10 error: 'Connection' is written by Sluice itself and cannot be "
                    + "removed | remove it",
                "2:56+3 error: 'X-*' is not the name of a header field | write each name in "
                    + "full",
                "2:61+5 error: 'a b' is not the name of a header field | use letters, digits "
                    + "and '-', such as X-Canary",
            ]
        ),
        (
            "{ upstream: u, request_headers: { set: { X-A: \"a\\nb\" } } }",
            [
                "2:47+6 error: the value holds the control character U+000A | remove it"
            ]
        ),
        (
            "{ upstream: u, request_headers: { set: { X-A: '{status}' } } }",
            [
                "2:48+8 error: '{status}' is not known yet when a request is sent | the "
                    + "variables here are client_ip, client_port, peer_ip, server_ip, "
                    + "server_port, listener, route, host, method, path, query, scheme, "
                    + "protocol, request_id, "
                    + "tls_version, tls_cipher, tls_server_name, tls_alpn, client_cert_verify, "
                    + "client_cert_subject, client_cert_sans, client_cert_fingerprint, upstream, header:NAME, cookie:NAME"
            ]
        ),
        (
            "{ upstream: u, request_headers: { set: { X-A: '{backend}' } } }",
            [
                "2:48+9 error: '{backend}' is not known yet when a request is sent | the "
                    + "variables here are client_ip, client_port, peer_ip, server_ip, "
                    + "server_port, listener, route, host, method, path, query, scheme, "
                    + "protocol, request_id, "
                    + "tls_version, tls_cipher, tls_server_name, tls_alpn, client_cert_verify, "
                    + "client_cert_subject, client_cert_sans, client_cert_fingerprint, upstream, header:NAME, cookie:NAME"
            ]
        ),
        (
            "{ upstream: u, request_headers: { set: { X-A: 'a {clientip} b' } } }",
            [
                "2:50+10 error: there is no variable 'clientip' | did you mean 'client_ip'?"
            ]
        ),
        (
            "{ upstream: u, request_headers: { set: { X-A: 'a {header} b' } } }",
            [
                "2:50+8 error: '{header}' lacks a name | write one behind a colon, such as "
                    + "{header:X-User}"
            ]
        ),
        (
            "{ upstream: u, request_headers: { set: { X-A: '{client_ip:1}' } } }",
            [
                "2:48+13 error: '{client_ip:1}' has a name, and 'client_ip' takes none | "
                    + "write {client_ip}"
            ]
        ),
        (
            "{ upstream: u, request_headers: { set: { X-A: '{}' } } }",
            [
                "2:48+2 error: '{}' names no variable | write {{}} for braces; the variables "
                    + "here are client_ip, client_port, peer_ip, server_ip, server_port, "
                    + "listener, route, host, method, path, query, scheme, protocol, request_id, "
                    + "tls_version, tls_cipher, tls_server_name, tls_alpn, client_cert_verify, "
                    + "client_cert_subject, client_cert_sans, client_cert_fingerprint, "
                    + "upstream, header:NAME, cookie:NAME"
            ]
        ),
        (
            "{ upstream: u, request_headers: { set: { X-A: '{foo}' } } }",
            [
                "2:48+5 error: there is no variable 'foo' | the variables here are "
                    + "client_ip, client_port, peer_ip, server_ip, server_port, listener, route, "
                    + "host, method, path, query, scheme, protocol, request_id, "
                    + "tls_version, tls_cipher, tls_server_name, tls_alpn, client_cert_verify, "
                    + "client_cert_subject, client_cert_sans, client_cert_fingerprint, upstream, "
                    + "header:NAME, cookie:NAME"
            ]
        ),
        (
            "{ upstream: u, request_headers: { set: { X-A: \"a\\t{foo}\" } } }",
            [
                "2:47+10 error: the value holds the control character U+0009 | remove it"
            ]
        ),
        (
            "{ upstream: u, request_headers: { set: { X-A: '''{foo}' } } }",
            [
                "2:47+9 error: there is no variable 'foo' | the variables here are "
                    + "client_ip, client_port, peer_ip, server_ip, server_port, listener, route, "
                    + "host, method, path, query, scheme, protocol, request_id, "
                    + "tls_version, tls_cipher, tls_server_name, tls_alpn, client_cert_verify, "
                    + "client_cert_subject, client_cert_sans, client_cert_fingerprint, upstream, "
                    + "header:NAME, cookie:NAME"
            ]
        ),
        (
            "{ upstream: u, request_headers: { set: { X-A: '{header:a b}' } } }",
            [
                "2:48+12 error: 'a b' is not the name of a header field | use letters, "
                    + "digits and '-', such as X-Canary"
            ]
        ),
        (
            "{ upstream: u, request_headers: { set: { X-A: '$remote_addr' } } }",
            [
                "2:47+14 warning: '$remote_addr' is no variable here, but text | write "
                    + "{client_ip}"
            ]
        ),
        (
            "{ upstream: u, request_headers: { set: { X-A: '%[src]' } } }",
            [
                "2:47+8 warning: '%[' is no variable here, but text | variables stand in "
                    + "braces, such as {client_ip}"
            ]
        ),
        (
            "{ upstream: u, request_headers: { set: { X-A: a }, remove: x-a } }",
            [
                "2:60+3 error: 'x-a' is removed and set in 'request_headers' of route 1 of "
                    + "listener 'l' | remove it here: to set a field replaces all of its name"
            ]
        ),
        (
            "{ upstream: u, request_headers: { set: { X-A: a, x-a: b } } }",
            [
                "2:50+3 error: header field 'x-a' is there twice in 'request_headers' of "
                    + "route 1 of listener 'l', first on line 2"
            ]
        ),
        (
            "{ upstream: u, request_headers: { add: { X-A: [a, a] } } }",
            [
                "2:51+1 error: value 'a' is there twice in header field 'X-A' of "
                    + "'request_headers' of route 1 of listener 'l', first on line 2"
            ]
        ),
        (
            "{ upstream: u, response_headers: { set: { Transfer-Encoding: chunked, Expect: a "
                + "} } }",
            [
                "2:43+17 error: 'Transfer-Encoding' is written by Sluice itself and cannot "
                    + "be set | remove it"
            ]
        ),
        (
            "{ upstream: u, response_headers: { set: { X-A: '{time}' } } }",
            [
                "2:49+6 error: '{time}' is not known yet when a response is sent | the "
                    + "variables here are client_ip, client_port, peer_ip, server_ip, "
                    + "server_port, listener, route, host, method, path, query, scheme, "
                    + "protocol, request_id, "
                    + "tls_version, tls_cipher, tls_server_name, tls_alpn, client_cert_verify, "
                    + "client_cert_subject, client_cert_sans, client_cert_fingerprint, upstream, backend, status, header:NAME, "
                    + "cookie:NAME, response_header:NAME"
            ]
        ),
    ]

    @Test(arguments: headers)
    func aWrongChangeIsExplained(_ value: String, _ expected: [String]) {
        let result = parse(route: value)
        #expect(report(result) == expected)
        #expect((result.configuration == nil) == expected.contains { $0.contains(" error: ") })
    }
}
