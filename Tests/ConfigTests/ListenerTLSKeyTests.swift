// What is said of the keys of a listener's TLS that are not right: exact places and words.

import Config
import Testing

@Suite struct ListenerTLSKeyTests {
    /// What a listener has of TLS.
    static let listeners: [(String, [String])] = [
        (
            "upstream: u, tls: true",
            [
                "2:19+4 error: expected a mapping in 'tls' of listener 'l', found 'true'"
            ]
        ),
        (
            "upstream: u, tls: {}",
            [
                "2:14+3 error: 'tls' of listener 'l' lacks one of the keys certificates, "
                    + "directory | add certificates: [{ cert: site.pem, key: site.key }]"
            ]
        ),
        (
            "upstream: u, tls: off",
            [
                "2:19+3 error: expected a mapping in 'tls' of listener 'l', found 'off'"
            ]
        ),
        (
            "upstream: u, tls: { certificates: [] }",
            [
                "2:35+1 error: the list is empty, and needs at least one certificate in 'tls' "
                    + "of listener 'l'"
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem }",
            []
        ),
        (
            "upstream: u, tls: { certificates: { cert: a.pem, key: a.key, password_file: "
                + "a.pw, ocsp: a.ocsp } }",
            []
        ),
        (
            "upstream: u, tls: { directory: certs/ }",
            []
        ),
        (
            "upstream: u, tls: { directory: '', certificates: [a.pem, { cert: a.pem }, { key: "
                + "b.key }, '', 7/] }",
            [
                "2:32+2 error: the path is empty",
                "2:58+1 error: certificate 'a.pem' is there twice in 'tls' of listener 'l', "
                    + "first on line 2",
                "2:75+1 error: certificate 3 of 'tls' of listener 'l' lacks the key 'cert' | "
                    + "add cert: site.pem",
                "2:91+2 error: the path is empty",
                "2:95+2 error: '7/' is not the path of a file | write one such as "
                    + "/etc/sluice/site.pem or site.pem",
            ]
        ),
        (
            "upstream: u, tls: { certificates: [{ cert: a.pem, kye: a.key }] }",
            [
                "2:51+3 error: unknown key 'kye' in certificate 1 of 'tls' of listener 'l' | "
                    + "did you mean 'key'?"
            ]
        ),
        (
            "upstream: u, tls: { cert: a.pem, key: a.key, password_file: p, ocsp: o, ca: c, "
                + "crl: d, hsts: 1d, sni: a.example }",
            [
                "2:14+3 error: 'tls' of listener 'l' lacks one of the keys certificates, "
                    + "directory | add certificates: [{ cert: site.pem, key: site.key }]",
                "2:21+4 error: 'cert' is for an element of 'certificates', not for 'tls' of "
                    + "listener 'l' | write certificates: [{ cert: site.pem, key: site.key }]",
                "2:34+3 error: 'key' is for an element of 'certificates', not for 'tls' of "
                    + "listener 'l' | write certificates: [{ cert: site.pem, key: site.key }]",
                "2:46+13 error: 'password_file' is for an element of 'certificates', not for "
                    + "'tls' of listener 'l' | write it beside the 'key' that it unlocks",
                "2:64+4 error: 'ocsp' is for an element of 'certificates', not for 'tls' of "
                    + "listener 'l' | write it beside the 'cert' that it is about",
                "2:73+2 error: 'ca' is for 'client_auth', not for 'tls' of listener 'l' | "
                    + "write client_auth: { ca: clients.pem }",
                "2:80+3 error: 'crl' is for 'client_auth', not for 'tls' of listener 'l' | "
                    + "write it beside 'ca' of 'client_auth'",
                "2:88+4 error: 'hsts' is for 'http' of the listener, not for 'tls' of "
                    + "listener 'l' | write http: { hsts: 365d }",
                "2:98+3 error: 'sni' is for routes of protocol tcp, not for 'tls' of listener "
                    + "'l' | remove it: the names of a certificate are in the certificate",
            ]
        ),
        (
            "upstream: u, tls: { certificate: a.pem }",
            [
                "2:14+3 error: 'tls' of listener 'l' lacks one of the keys certificates, "
                    + "directory | add certificates: [{ cert: site.pem, key: site.key }]",
                "2:21+11 error: unknown key 'certificate' in 'tls' of listener 'l' | did you "
                    + "mean 'certificates'?",
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, preset: old, min_version: TLSv1.1, "
                + "max_version: TLSv1.2, strict_sni: yes, session_cache: 0, early_data: on, "
                + "handshake_timeout: 10 }",
            [
                "2:50+3 error: expected one of intermediate, modern, found 'old'",
                "2:68+7 error: 'TLSv1.1' is a version that nobody should speak (RFC 8996) | "
                    + "write 1.2",
                "2:90+7 error: expected one of 1.2, 1.3, found 'TLSv1.2' | write 1.2",
                "2:111+3 error: expected true or false, found 'yes' | write true",
                "2:131+1 error: expected an integer from 1 to 10000000, or off, found '0' | "
                    + "write off",
                "2:146+2 error: expected true or false, found 'on' | write true",
                "2:169+2 error: '10' has no unit | write 10s, 10ms, 10m, 10h or 10d",
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, min_version: VersionTLS13, max_version: "
                + "1.4, tickets: on }",
            [
                "2:55+12 error: expected one of 1.2, 1.3, found 'VersionTLS13' | write 1.3",
                "2:82+3 error: expected one of 1.2, 1.3, found '1.4'",
                "2:96+2 error: expected a mapping, or off, found 'on'",
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, min_version: SSLv3, max_version: ssl, "
                + "handshake_timeout: off }",
            [
                "2:55+5 error: 'SSLv3' is a version that nobody should speak (RFC 8996) | "
                    + "write 1.2",
                "2:75+3 error: 'ssl' is a version that nobody should speak (RFC 8996) | write "
                    + "1.2",
                "2:99+3 error: expected a duration from 10ms to 10m, found 'off'",
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, min_version: 1.0, max_version: \"1.3\", "
                + "session_cache: -1 }",
            [
                "2:55+3 error: '1.0' is a version that nobody should speak (RFC 8996) | write "
                    + "1.2",
                "2:95+2 error: '-1' is out of range: expected an integer from 1 to 10000000",
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, min_version: 1.3, max_version: 1.2 }",
            [
                "2:73+3 error: 'max_version' of 1.2 is older than 'min_version' of 1.3 in "
                    + "'tls' of listener 'l' | write max_version: 1.3, or remove it"
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, min_version: '1.3', max_version: 1.3 }",
            []
        ),
        (
            "upstream: u, tls: { certificates: a.pem, preset: modern, min_version: 1.2 }",
            [
                "2:71+3 error: 'min_version' is 1.2, and 'preset: modern' is TLS 1.3 alone in "
                    + "'tls' of listener 'l' | remove it, or write preset: intermediate"
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, preset: modern, max_version: 1.2 }",
            [
                "2:71+3 error: 'max_version' is 1.2, and 'preset: modern' is TLS 1.3 alone in "
                    + "'tls' of listener 'l' | remove it, or write preset: intermediate"
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, preset: modern, ciphers: "
                + "ECDHE-RSA-AES128-GCM-SHA256 }",
            [
                "2:58+7 error: 'ciphers' are of TLS 1.2, and 'preset: modern' is TLS 1.3 "
                    + "alone in 'tls' of listener 'l' | remove it; those of TLS 1.3 are "
                    + "'ciphersuites'"
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, min_version: 1.3, ciphers: "
                + "ECDHE-RSA-AES128-GCM-SHA256 }",
            [
                "2:60+7 error: 'ciphers' are of TLS 1.2, and 'min_version' is 1.3 in 'tls' of "
                    + "listener 'l' | remove it; those of TLS 1.3 are 'ciphersuites'"
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, max_version: 1.2, ciphersuites: "
                + "TLS_AES_128_GCM_SHA256 }",
            [
                "2:60+12 error: 'ciphersuites' are of TLS 1.3, and 'max_version' is 1.2 in "
                    + "'tls' of listener 'l' | remove it; those of TLS 1.2 are 'ciphers'"
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, ciphers: "
                + "'ECDHE+AESGCM:!aNULL:@SECLEVEL=2', ciphersuites: "
                + "'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384', groups: 'X25519:P-256' }",
            []
        ),
        (
            "upstream: u, tls: { certificates: a.pem, ciphers: TLS_AES_128_GCM_SHA256, "
                + "ciphersuites: ECDHE-RSA-AES128-GCM-SHA256, groups: 'X25519, P-256' }",
            [
                "2:51+22 error: 'TLS_AES_128_GCM_SHA256' is a cipher suite of TLS 1.3 | write "
                    + "it under 'ciphersuites'",
                "2:89+27 error: 'ECDHE-RSA-AES128-GCM-SHA256' is not a cipher suite of TLS "
                    + "1.3 | write ciphers of TLS 1.2 under 'ciphers'",
                "2:126+15 error: 'X25519, P-256' is not the name of a group | put ':' between "
                    + "the names and nothing else",
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, ciphers: '', ciphersuites: "
                + "TLS_AES_128_GCM_SHA265, groups: 'X25519:X25519' }",
            [
                "2:51+2 error: the list is empty | remove it",
                "2:69+22 error: 'TLS_AES_128_GCM_SHA265' is not a cipher suite of TLS 1.3 | "
                    + "did you mean 'TLS_AES_128_GCM_SHA256'?",
                "2:101+15 error: group 'X25519' is there twice | remove one",
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, ciphers: 'A::B', ciphersuites: "
                + "TLS_RSA_WITH_NULL_MD5, groups: 'é' }",
            [
                "2:51+6 error: 'A::B' has a ':' too many | put one between every two of the "
                    + "list",
                "2:73+21 error: 'TLS_RSA_WITH_NULL_MD5' is not a cipher suite of TLS 1.3 | "
                    + "the suites are TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256, "
                    + "TLS_AES_128_GCM_SHA256, TLS_AES_128_CCM_8_SHA256, TLS_AES_128_CCM_SHA256",
                "2:104+3 error: 'é' is not the name of a group | use the names of OpenSSL",
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, ciphers: [A, B] }",
            [
                "2:51+1 error: expected a list of ciphers with ':' between them, found a list"
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, alpn: [http/1.1, HTTP/1.1, http2, 'a "
                + "b', '', http/1.1] }",
            [
                "2:59+8 error: 'HTTP/1.1' is not the name of a protocol in ALPN | write "
                    + "http/1.1",
                "2:69+5 error: 'http2' is not the name of a protocol in ALPN | write h2",
                "2:76+5 error: 'a b' is not the name of a protocol in ALPN | write one such "
                    + "as http/1.1, without blanks",
                "2:83+2 error: '' is not the name of a protocol in ALPN | write one such as "
                    + "http/1.1, without blanks",
                "2:87+8 error: protocol 'http/1.1' is there twice in 'tls' of listener 'l', "
                    + "first on line 2",
            ]
        ),
        (
            "upstream: u, protocol: http, tls: { certificates: a.pem, alpn: [h2, http/1.1, "
                + "ftp] }",
            [
                "2:65+2 error: HTTP/2 is not served yet, so listener 'l' cannot offer 'h2' | "
                    + "write alpn: [http/1.1], or leave it out",
                "2:79+3 error: listener 'l' speaks http, and 'ftp' is something else | write "
                    + "alpn: [http/1.1], or leave it out",
            ]
        ),
        (
            "upstream: u, protocol: http, tls: { certificates: a.pem, alpn: http/1.0 }",
            []
        ),
        (
            "upstream: u, tls: { certificates: a.pem, alpn: [h2, postgresql] }",
            []
        ),
        (
            "upstream: u, tls: { certificates: a.pem, alpn: [] }",
            [
                "2:48+1 error: the list is empty, and needs at least one protocol in 'tls' of "
                    + "listener 'l'"
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, tickets: { file: t.key, rotate: 1h } }",
            [
                "2:66+6 error: 'file' and 'rotate' exclude each other in 'tickets' of 'tls' "
                    + "of listener 'l' | keep 'file'; who writes it renews the keys"
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, tickets: { rotate: 3d } }",
            [
                "2:61+2 error: '3d' is out of range: expected a duration from 1m to 2d"
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, tickets: false }",
            [
                "2:51+5 error: expected a mapping, or off, found 'false' | write off"
            ]
        ),
        (
            "upstream: u, protocol: http, tls: { certificates: a.pem, early_data: true }",
            [
                "2:58+10 error: 'early_data' is not served yet in 'tls' of listener 'l' | "
                    + "remove it: resumed sessions begin with one round trip"
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, early_data: false }",
            []
        ),
        (
            "upstream: u, tls: { certificates: a.pem, client_auth: {} }",
            [
                "2:42+11 error: 'client_auth' of 'tls' of listener 'l' lacks the key 'ca' | "
                    + "add ca: clients.pem"
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, client_auth: require }",
            [
                "2:55+7 error: expected a mapping in 'client_auth' of 'tls' of listener 'l', "
                    + "found 'require'"
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, client_auth: { ca: a.pem, mode: "
                + "required, depth: 11, crl: '' } }",
            [
                "2:74+8 error: expected one of request, require, found 'required' | did you "
                    + "mean 'require'?",
                "2:91+2 error: '11' is out of range: expected an integer from 0 to 10",
                "2:100+2 error: the path is empty",
            ]
        ),
        (
            "upstream: u, tls: { certificates: a.pem, client_auth: { ca: a.pem, mode: "
                + "optional } }",
            [
                "2:74+8 error: expected one of request, require, found 'optional'"
            ]
        ),
        (
            "upstream: u, ssl: true, cert: a, certificates: [a], client_auth: {}, alpn: h2, "
                + "sni: a, hsts: 1d",
            [
                "2:14+3 error: unknown key 'ssl' in listener 'l' | did you mean 'tls'?",
                "2:25+4 error: 'cert' is for 'certificates' of 'tls', not for listener 'l' | "
                    + "write tls: { certificates: ... }",
                "2:34+12 error: 'certificates' is for 'tls', not for listener 'l' | write "
                    + "tls: { certificates: ... }",
                "2:53+11 error: 'client_auth' is for 'tls', not for listener 'l' | write tls: "
                    + "{ client_auth: ... }",
                "2:70+4 error: 'alpn' is for 'tls', or for routes of protocol tcp, not for "
                    + "listener 'l' | write tls: { alpn: ... }",
                "2:80+3 error: 'sni' is for routes of protocol tcp, not for listener 'l' | "
                    + "write routes: [{ sni: ..., upstream: ... }]",
                "2:88+4 error: 'hsts' is for 'http', not for listener 'l' | write http: { "
                    + "hsts: 365d }",
            ]
        ),
    ]

    /// What browsers are told of it.
    static let browsers: [(String, [String])] = [
        (
            "upstream: u, protocol: http, http: { hsts: 1d }",
            [
                "2:38+4 error: 'hsts' is for listeners with 'tls', and listener 'l' has none "
                    + "| remove it: browsers pass over it without TLS (RFC 6797)"
            ]
        ),
        (
            "upstream: u, protocol: http, http: { hsts: { max_age: 1500ms, include_subdomain: "
                + "true } }, tls: { certificates: a.pem }",
            [
                "2:55+6 error: '1500ms' is out of range: expected a duration from 0s to 3650d "
                    + "in whole seconds",
                "2:63+17 error: unknown key 'include_subdomain' in 'hsts' of 'http' of "
                    + "listener 'l' | did you mean 'include_subdomains'?",
            ]
        ),
        (
            "upstream: u, protocol: http, http: { hsts: { preload: true } }, tls: { "
                + "certificates: a.pem }",
            [
                "2:46+7 error: 'preload' needs 'include_subdomains: true' and a 'max_age' of "
                    + "365d or more in 'hsts' of 'http' of listener 'l' | remove it, or write what "
                    + "it needs"
            ]
        ),
        (
            "upstream: u, protocol: http, http: { hsts: { preload: true, include_subdomains: "
                + "true, max_age: 364d } }, tls: { certificates: a.pem }",
            [
                "2:46+7 error: 'preload' needs 'include_subdomains: true' and a 'max_age' of "
                    + "365d or more in 'hsts' of 'http' of listener 'l' | remove it, or write what "
                    + "it needs"
            ]
        ),
        (
            "upstream: u, protocol: http, http: { hsts: true }, tls: { certificates: a.pem }",
            [
                "2:44+4 error: 'true' is not a duration | write a number and a unit: 500ms, "
                    + "2s, 5m, 1h or 1d"
            ]
        ),
        (
            "upstream: u, protocol: http, http: { hsts: 1d, response_headers: { set: { "
                + "strict-transport-security: a }, add: { Strict-Transport-Security: b } } }, tls: "
                + "{ certificates: a.pem }",
            [
                "2:75+25 error: 'Strict-Transport-Security' is written by 'hsts' in 'http' of "
                    + "listener 'l' | remove it",
                "2:114+25 error: 'Strict-Transport-Security' is written by 'hsts' in 'http' "
                    + "of listener 'l' | remove it",
            ]
        ),
        (
            "upstream: u, protocol: http, http: { hsts: off }",
            []
        ),
        (
            "protocol: tcp, upstream: u, http: { hsts: 1d }",
            [
                "2:29+4 error: 'http' is for protocol http, and listener 'l' speaks tcp | "
                    + "write protocol: http, or remove it"
            ]
        ),
    ]

    @Test(arguments: listeners)
    func aWrongKeyOfTLSIsExplained(_ keys: String, _ expected: [String]) {
        let result = parse(listener: keys)
        #expect(report(result) == expected)
        #expect((result.configuration == nil) == expected.contains { $0.contains(" error: ") })
    }

    @Test(arguments: browsers)
    func aWrongKeyOfHSTSIsExplained(_ keys: String, _ expected: [String]) {
        let result = parse(listener: keys)
        #expect(report(result) == expected)
        #expect((result.configuration == nil) == expected.contains { $0.contains(" error: ") })
    }

    @Test(arguments: [(1000, true), (1001, false)])
    func certificatesAreCounted(_ count: Int, _ isFine: Bool) {
        let files = (0..<count).map { "\($0).pem" }.joined(separator: ",")
        let result = parse(listener: "upstream: u, tls: { certificates: [\(files)] }")
        #expect((result.configuration != nil) == isFine)
        let words = "more than 1000 certificates in 'tls' of listener 'l'"
        #expect(result.diagnostics.map(\.message) == (isFine ? [] : [words]))
    }

    @Test(arguments: [(64, true), (65, false)])
    func protocolsAreCounted(_ count: Int, _ isFine: Bool) {
        let names = (0..<count).map { "p\($0)" }.joined(separator: ",")
        let result = parse(
            listener: "upstream: u, tls: { certificates: a.pem, alpn: [\(names)] }")
        #expect((result.configuration != nil) == isFine)
        let words = "more than 64 protocols in 'tls' of listener 'l'"
        #expect(result.diagnostics.map(\.message) == (isFine ? [] : [words]))
    }

    @Test(arguments: [(255, true), (256, false)])
    func aProtocolFitsItsField(_ count: Int, _ isFine: Bool) {
        let name = String(repeating: "p", count: count)
        let result = parse(listener: "upstream: u, tls: { certificates: a.pem, alpn: \(name) }")
        #expect((result.configuration != nil) == isFine)
    }
}
