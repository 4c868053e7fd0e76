// What is said of the keys of an HTTP listener that are not right: exact places and words.

import Config
import Testing

@Suite struct ListenerHTTPKeyTests {
    /// What an HTTP listener has beside its routes.
    static let listeners: [(String, [String])] = [
        (
            "protocol: http, upstream: u, http: { timeouts: { head: 5, body: off, "
                + "keep_alive: 0s, request: off } }",
            [
                "2:56+1 error: '5' has no unit | write 5s, 5ms, 5m, 5h or 5d",
                "2:65+3 error: expected a duration from 10ms to 1d, found 'off'",
                "2:82+2 error: '0s' is out of range: expected a duration from 10ms to 1d",
            ]
        ),
        (
            "protocol: http, upstream: u, http: { max_requests: 0 }",
            [
                "2:52+1 error: expected an integer from 1 to 1000000000, or off, found '0' | "
                    + "write off"
            ]
        ),
        (
            "protocol: http, upstream: u, http: { trusted_proxies: [10.0.0.1/8, 10.0.0.0/33, "
                + "'::1', '[::1]', localhost, '::ffff:10.0.0.0/104', 'fd00::1/8', 'unix:', "
                + "10.0.0.0/8, 10.0.0.0/8, 10.0.0.0/, 10.0/8] }",
            [
                "2:56+10 error: '10.0.0.1/8' is an address inside a block | write "
                    + "10.0.0.0/8, or the address alone",
                "2:68+11 error: '33' is not a length of '10.0.0.0/33' | lengths are 0 to 32",
                "2:88+7 error: '[::1]' is not an address or a block of addresses | write it "
                    + "without brackets",
                "2:97+9 error: 'localhost' is not an address or a block of addresses | write "
                    + "one such as 10.0.0.0/8 or \"fd00::/8\"",
                "2:108+21 error: '::ffff:10.0.0.0/104' is IPv4 in IPv6 clothes | write "
                    + "10.0.0.0/8",
                "2:131+11 error: 'fd00::1/8' is an address inside a block | write fd00::/8, "
                    + "or the address alone",
                "2:144+7 error: 'unix:' is not an address | write unix",
                "2:165+10 error: proxy '10.0.0.0/8' is there twice in 'http' of listener "
                    + "'l', first on line 2",
                "2:177+9 error: '' is not a length of '10.0.0.0/' | lengths are 0 to 32",
                "2:188+6 error: '10.0/8' is not an address or a block of addresses | write "
                    + "one such as 10.0.0.0/8 or \"fd00::/8\"",
            ]
        ),
        (
            "protocol: http, upstream: u, http: { forwarded: x_forwarded, via: true }",
            [
                "2:49+11 error: expected one of x-forwarded, rfc7239, both, off, found "
                    + "'x_forwarded' | did you mean 'x-forwarded'?"
            ]
        ),
        (
            "protocol: http, upstream: u, http: { via: 'a b', request_id: on }",
            [
                "2:43+5 error: 'a b' is not a name for 'Via' | use 1 to 64 letters, digits, "
                    + "'_', '.' and '-'",
                "2:62+2 error: expected a mapping, or off, found 'on'",
            ]
        ),
        (
            "protocol: http, upstream: u, http: { request_id: { header: Connection, trust: "
                + "yes } }",
            [
                "2:60+10 error: 'Connection' is written by Sluice itself and cannot be set | "
                    + "remove it",
                "2:79+3 error: expected true or false, found 'yes' | write true",
            ]
        ),
        (
            "protocol: http, upstream: u, http: { request_id: { header: Host } }",
            [
                "2:60+4 error: 'Host' is the request's host and no identifier"
            ]
        ),
        (
            "protocol: http, upstream: u, http: { connect: off }",
            [
                "2:47+3 error: expected true or false, found 'off' | write false"
            ]
        ),
        (
            "protocol: http, upstream: u, http: { compression: on }",
            [
                "2:51+2 error: expected a mapping, or off, found 'on'"
            ]
        ),
        (
            "protocol: http, upstream: u, http: { compression: { level: 0, min_size: 1k, "
                + "types: ['text/html; charset=utf-8', '*/html', html, text/*, TEXT/*], "
                + "cpu_guard: 85.5%, memory: 1KiB } }",
            [
                "2:60+1 error: '0' is out of range: expected an integer from 1 to 9",
                "2:73+2 error: '1k' has no unit that is known here | write 1KiB",
                "2:85+26 error: 'text/html; charset=utf-8' has parameters, which do not "
                    + "matter here | write text/html",
                "2:113+8 error: '*/html' is not a media type | write one such as "
                    + "application/json or text/*",
                "2:123+4 error: 'html' is not a media type | write one such as "
                    + "application/json or text/*",
                "2:137+6 error: media type 'text/*' is there twice in 'compression' of "
                    + "'http' of listener 'l', first on line 2",
                "2:157+5 error: expected a percentage from 1 to 100, found '85.5%' | "
                    + "percentages are whole, 50 or 50%",
                "2:172+4 error: '1KiB' is out of range: expected a size from 1MiB to 1024GiB",
            ]
        ),
        (
            "protocol: http, upstream: u, http: { compression: { min_size: 100, memory: 2MB "
                + "} }",
            [
                "2:63+3 error: '100' has no unit | write 100B, 100KiB or 100MiB",
                "2:76+3 error: '2MB' has no unit that is known here | write 2MiB",
            ]
        ),
        (
            "protocol: http, upstream: u, http: { access_log: on }",
            [
                "2:50+2 error: expected a mapping, or off, found 'on'"
            ]
        ),
        (
            "protocol: http, upstream: u, http: { access_log: { file: access.log, format: "
                + "jsn } }",
            [
                "2:58+10 error: 'access.log' is not the absolute path of a file | write a "
                    + "path from the root, such as /var/log/sluice/sluice.log",
                "2:78+3 error: expected json, combined, or a line with variables in braces, "
                    + "found 'jsn' | did you mean 'json'?",
            ]
        ),
        (
            "protocol: http, upstream: u, http: { access_log: { file: stdout, format: "
                + "\"{client_ip} {stats}\" } }",
            [
                "2:58+6 error: expected stderr, or an absolute path, found 'stdout' | write "
                    + "stderr",
                "2:87+7 error: there is no variable 'stats' | did you mean 'status'?",
            ]
        ),
        (
            "protocol: http, upstream: u, http: { access_log: { format: \"{time}\\n\" } }",
            [
                "2:60+10 error: the line holds the control character U+000A | remove it"
            ]
        ),
        ("protocol: http, upstream: u, http: { access_log: { format: \"{time}\\t{{x}}\" } }", []),
        (
            "protocol: http, upstream: u, http: { error_pages: { 404: /a, 200: /b, 404: /c, "
                + "oops: /d, 503: '' } }",
            [
                "2:62+3 error: '200' is out of range: expected an integer from 400 to 599",
                "2:71+3 error: status '404' is there twice in 'http' of listener 'l', first "
                    + "on line 2",
                "2:80+4 error: expected an integer from 400 to 599, found 'oops'",
                "2:95+2 error: the path is empty",
            ]
        ),
        (
            "protocol: http, upstream: u, http: { error_pages: [/a] }",
            [
                "2:51+1 error: expected a mapping from statuses to files, found a list"
            ]
        ),
        (
            "protocol: http, upstream: u, http: { request_headers: { set: { Upgrade: a } }, "
                + "response_headers: { ad: {} } }",
            [
                "2:64+7 error: 'Upgrade' is written by Sluice itself and cannot be set | "
                    + "remove it",
                "2:100+2 error: unknown key 'ad' in 'response_headers' of 'http' of listener "
                    + "'l' | did you mean 'add'?",
            ]
        ),
    ]

    @Test(arguments: listeners)
    func aWrongKeyOfAListenerIsExplained(_ keys: String, _ expected: [String]) {
        let result = parse(listener: keys)
        #expect(report(result) == expected)
        #expect((result.configuration == nil) == expected.contains { $0.contains(" error: ") })
    }
}
