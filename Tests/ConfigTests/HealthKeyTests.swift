// What is said of the keys of probes and ejection: exact places and words.

import Config
import Testing

@Suite struct HealthKeyTests {
    /// What probes say and expect.
    static let probes: [(String, [String])] = [
        (
            "{ backends: ['a:1'], health: {} }",
            [
                "3:26+6 error: 'health' of upstream 'u' lacks one of the keys tcp, http | add "
                    + "tcp: { send: \"PING\\r\\n\", expect: \"+PONG\" }"
            ]
        ),
        (
            "{ backends: ['a:1'], health: tcp }",
            [
                "3:34+3 error: expected a mapping, or off, found 'tcp'"
            ]
        ),
        (
            "{ backends: ['a:1'], health: on }",
            [
                "3:34+2 error: expected a mapping, or off, found 'on'"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { tcp: {}, http: {} } }",
            [
                "3:45+4 error: 'tcp' and 'http' exclude each other in 'health' of upstream 'u' "
                    + "| keep one of tcp, http"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: {}, tcp: {} } }",
            [
                "3:46+3 error: 'http' and 'tcp' exclude each other in 'health' of upstream 'u' "
                    + "| keep one of tcp, http"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { tcp: } }",
            [
                "3:41+1 error: expected a mapping in 'tcp' of 'health' of upstream 'u', found "
                    + "nothing"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { tcp: { send: '' } } }",
            [
                "3:49+2 error: the text is empty | remove it"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { tcp: { expect: \"\" } } }",
            [
                "3:51+2 error: the text is empty | remove it"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { tcp: { send: é } } }",
            [
                "3:49+1 error: 'é' holds a character beyond ASCII | write such bytes in "
                    + "hexadecimal, with send_hex or expect_hex"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { tcp: { send: \"\\xff\" } } }",
            [
                "3:49+6 error: 'ÿ' holds a character beyond ASCII | write such bytes in "
                    + "hexadecimal, with send_hex or expect_hex"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { tcp: { send: 'PING\\r\\n' } } }",
            [
                "3:49+10 warning: '\\r' is no escape here, but these two characters | put the "
                    + "text in double quotes"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { tcp: { send: a, send_hex: 00, expect_hex: '0' } } }",
            [
                "3:52+8 error: 'send' and 'send_hex' exclude each other in 'tcp' of 'health' of "
                    + "upstream 'u' | keep one of them",
                "3:78+3 error: '0' is not a whole number of bytes | write two digits a byte: "
                    + "\"0d0a\"",
            ]
        ),
        (
            "{ backends: ['a:1'], health: { tcp: { expect: a, expect_hex: '00' } } }",
            [
                "3:54+10 error: 'expect' and 'expect_hex' exclude each other in 'tcp' of "
                    + "'health' of upstream 'u' | keep one of them"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { tcp: { send_hex: 0x00 } } }",
            [
                "3:53+4 error: '0x00' is not hexadecimal | write two digits a byte and nothing "
                    + "else: \"0d0a\""
            ]
        ),
        (
            "{ backends: ['a:1'], health: { tcp: { send_hex: '00 01' } } }",
            [
                "3:53+7 error: '00 01' is not hexadecimal | write two digits a byte and nothing "
                    + "else: \"0d0a\""
            ]
        ),
        (
            "{ backends: ['a:1'], health: { tcp: { expect_hex: '' } } }",
            [
                "3:55+2 error: the text is empty | remove it"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { tcp: { snd: a } } }",
            [
                "3:43+3 error: unknown key 'snd' in 'tcp' of 'health' of upstream 'u' | did you "
                    + "mean 'send'?"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { tcp: {}, timeout: 6s } }",
            [
                "3:54+2 warning: the timeout of 6s is longer than the interval of 5s in "
                    + "'health' of upstream 'u' | write timeout: 5s or less"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { tcp: {}, interval: 1s } }",
            [
                "3:55+2 warning: the timeout of 2s is longer than the interval of 1s in "
                    + "'health' of upstream 'u' | write timeout: 1s or less"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { tcp: {}, intervall: 1s, timeout: 6s } }",
            [
                "3:45+9 error: unknown key 'intervall' in 'health' of upstream 'u' | did you "
                    + "mean 'interval'?"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { tcp: {}, interval: 99ms, timeout: 601s, rise: 0, "
                + "fall: 101, port: 65536 } }",
            [
                "3:55+4 error: '99ms' is out of range: expected a duration from 100ms to 1h",
                "3:70+4 error: '601s' is out of range: expected a duration from 10ms to 10m",
                "3:82+1 error: '0' is out of range: expected an integer from 1 to 100",
                "3:91+3 error: '101' is out of range: expected an integer from 1 to 100",
                "3:102+5 error: '65536' is out of range: expected an integer from 1 to 65535",
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { method: get } } }",
            [
                "3:52+3 error: 'get' is not a method in capital letters | write GET"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { method: 'G T' } } }",
            [
                "3:52+5 error: 'G T' is not a method in capital letters | write one such as GET "
                    + "or HEAD"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { method: CONNECT } } }",
            [
                "3:52+7 error: a probe cannot use the method CONNECT"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { path: healthz } } }",
            [
                "3:50+7 error: 'healthz' is not a path | write one that begins with '/', such "
                    + "as /healthz"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { path: '/a b' } } }",
            [
                "3:50+6 error: '/a b' holds a character that a path cannot | write it "
                    + "percent-encoded, a blank as %20"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { path: '/a#b' } } }",
            [
                "3:50+6 error: '/a#b' holds a character that a path cannot | write it "
                    + "percent-encoded, a blank as %20"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { host: 'a b' } } }",
            [
                "3:50+5 error: 'a b' is not a host | write a name or an address, such as "
                    + "site.example or site.example:8080"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { host: 'a:99999' } } }",
            [
                "3:50+9 error: 'a:99999' is not a host | write a name or an address, such as "
                    + "site.example or site.example:8080"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { host: \"a\\r\\nX: y\" } } }",
            [
                "3:50+11 error: 'a\\u{D}\\u{A}X: y' is not a host | write a name or an address, "
                    + "such as site.example or site.example:8080"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { expect: [] } } }",
            [
                "3:52+1 error: the list is empty, and needs at least one status in 'http' of "
                    + "'health' of upstream 'u'"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { expect: ok } } }",
            [
                "3:52+2 error: expected a status from 100 to 599, or a range such as 200-299, "
                    + "found 'ok'"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { expect: 2xx } } }",
            [
                "3:52+3 error: expected a status from 100 to 599, or a range such as 200-299, "
                    + "found '2xx' | write 200-299"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { expect: [99] } } }",
            [
                "3:53+2 error: '99' is out of range: expected an integer from 100 to 599"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { expect: [299-200] } } }",
            [
                "3:53+7 error: the range '299-200' ends before it begins | write 200-299"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { expect: [200-600] } } }",
            [
                "3:53+7 error: expected a status from 100 to 599, or a range such as 200-299, "
                    + "found '200-600'"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { expect: ['200'] } } }",
            [
                "3:53+5 error: expected an integer from 100 to 599, found text in quotes | "
                    + "remove the quotes"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { expect: [200-299, 304, 200-299] } } }",
            [
                "3:67+7 error: status '200-299' is there twice in 'http' of 'health' of "
                    + "upstream 'u', first on line 3"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { expect: [200-299-300] } } }",
            [
                "3:53+11 error: expected a status from 100 to 599, or a range such as 200-299, "
                    + "found '200-299-300'"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { body: '' } } }",
            [
                "3:50+2 error: the text is empty | remove it"
            ]
        ),
        (
            "{ backends: ['a:1'], health: { http: { method: HEAD, body: ok } } }",
            [
                "3:58+4 error: 'body' can never be found: a response to HEAD has none | remove "
                    + "it, or write method: GET"
            ]
        ),
    ]

    /// What happens to backends that fail.
    static let failures: [(String, [String])] = [
        (
            "{ backends: ['a:1'], eject: false }",
            [
                "3:33+5 error: expected a mapping, or off, found 'false' | write off"
            ]
        ),
        (
            "{ backends: ['a:1'], eject: 5 }",
            [
                "3:33+1 error: expected a mapping, or off, found '5'"
            ]
        ),
        (
            "{ backends: ['a:1'], eject: { failures: 0 } }",
            [
                "3:45+1 error: '0' is out of range: expected an integer from 1 to 1000"
            ]
        ),
        (
            "{ backends: ['a:1'], eject: { for: 10s, max: 5s } }",
            [
                "3:50+2 error: 'max' of 5s is shorter than 'for' of 10s in 'eject' of upstream "
                    + "'u' | write max: 10s or more"
            ]
        ),
        (
            "{ backends: ['a:1'], eject: { for: 10m } }",
            [
                "3:40+3 error: 'max' of 5m is shorter than 'for' of 10m in 'eject' of upstream "
                    + "'u' | write max: 10m or more"
            ]
        ),
        (
            "{ backends: ['a:1'], eject: { for: 99ms, max: 25h } }",
            [
                "3:40+4 error: '99ms' is out of range: expected a duration from 100ms to 1h",
                "3:51+3 error: '25h' is out of range: expected a duration from 100ms to 1d",
            ]
        ),
        (
            "{ backends: ['a:1'], eject: { max_percent: 0 } }",
            [
                "3:48+1 error: '0' is out of range: expected a percentage from 1 to 100"
            ]
        ),
        (
            "{ backends: ['a:1'], eject: { max_percent: 50.5% } }",
            [
                "3:48+5 error: expected a percentage from 1 to 100, found '50.5%' | percentages "
                    + "are whole, 50 or 50%"
            ]
        ),
        (
            "{ backends: ['a:1'], eject: { max_percent: '50' } }",
            [
                "3:48+4 error: expected a percentage from 1 to 100, found text in quotes | "
                    + "remove the quotes"
            ]
        ),
        ("{ backends: ['a:1'], eject: { max_percent: '50%' } }", []),
        (
            "{ backends: ['a:1'], eject: { max_percent: 101% } }",
            [
                "3:48+4 error: '101%' is out of range: expected a percentage from 1 to 100"
            ]
        ),
        (
            "{ backends: ['a:1'], eject: { success_rate: 95% } }",
            [
                "3:49+3 error: expected a mapping, or off, found '95%'"
            ]
        ),
        (
            "{ backends: ['a:1'], eject: { success_rate: { deviations: 0.4, min_connections: 0, "
                + "min_backends: 1, interval: 999ms } } }",
            [
                "3:63+3 error: '0.4' is out of range: expected a number from 0.5 to 10",
                "3:85+1 error: '0' is out of range: expected an integer from 1 to 1000000",
                "3:102+1 error: '1' is out of range: expected an integer from 2 to 10000",
                "3:115+5 error: '999ms' is out of range: expected a duration from 1s to 1h",
            ]
        ),
        (
            "{ backends: ['a:1'], slow_start: off }",
            [
                "3:38+3 error: expected a duration from 0s to 1h, found 'off'"
            ]
        ),
        (
            "{ backends: ['a:1'], slow_start: 2h }",
            [
                "3:38+2 error: '2h' is out of range: expected a duration from 0s to 1h"
            ]
        ),
        (
            "{ backends: ['a:1'], fail_open: 101 }",
            [
                "3:37+3 error: '101' is out of range: expected a percentage from 0 to 100"
            ]
        ),
        (
            "{ backends: ['a:1'], fail_open: never }",
            [
                "3:37+5 error: expected a percentage from 0 to 100, or off, found 'never' | "
                    + "write off"
            ]
        ),
        ("{ backends: ['a:1'], fail_open: 0 }", []),
        (
            "{ backends: ['a:1'], fail_open: -1 }",
            [
                "3:37+2 error: '-1' is out of range: expected a percentage from 0 to 100"
            ]
        ),
        (
            "{ backends: ['a:1'], fail_open: 5 % }",
            [
                "3:37+3 error: expected a percentage from 0 to 100, found '5 %' | percentages "
                    + "are whole, 50 or 50%"
            ]
        ),
    ]

    @Test(arguments: probes + failures)
    func aWrongKeyIsExplained(_ value: String, _ expected: [String]) {
        let result = parse(upstream: value)
        #expect(report(result) == expected)
        #expect((result.configuration == nil) == expected.contains { $0.contains(" error: ") })
    }
}
