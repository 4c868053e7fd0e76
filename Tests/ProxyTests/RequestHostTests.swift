// The host by which a backend is asked for where that is the request's.

import Testing

@testable import Proxy

@Suite("Hosts of written requests")
struct RequestHostTests {
    private func host(of head: String) -> String? {
        var head = Array(head.utf8)
        // What stands behind it must not be looked at.
        let count = head.count
        head += Array("\nHost: behind.test\r\n".utf8)
        return head.withUnsafeBufferPointer { bytes in
            let host = RequestHost(ofHead: bytes.baseAddress!, count: count)
            guard let host, host.isName else { return nil }
            return host.withLowercased { name, count in
                String(decoding: UnsafeBufferPointer(start: name, count: count), as: UTF8.self)
            }
        }
    }

    @Test(
        "are told without port and brackets, in lower case",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n", "a.test"),
            ("GET / HTTP/1.1\r\nHost: A.Test:8080\r\n\r\n", "a.test"),
            ("GET / HTTP/1.1\r\nX-Host: b.test\r\nhost:\ta.test \r\n\r\n", "a.test"),
            ("GET / HTTP/1.1\r\nHost: [2001:DB8::1]:443\r\n\r\n", "2001:db8::1"),
            ("GET / HTTP/1.1\r\nHost: a.test.:80\r\n\r\n", "a.test"),
            ("GET /Host: HTTP/1.1\r\nA: b\r\nHOST:127.0.0.1\r\n\r\n", "127.0.0.1"),
        ])
    func found(head: String, name: String) { #expect(host(of: head) == name) }

    @Test(
        "are none where the head has none, or an empty one",
        arguments: [
            "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost:\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: :80\r\n\r\n", "GET / HTTP/1.1\r\nA: b\r\n\r\nHost: body\r\n",
            "GET / HTTP/1.1\r\nHos", "GET", "GET / HTTP/1.1\r\nHost: .test\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: .\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: \(String(repeating: "a", count: 256))\r\n\r\n",
        ])
    func none(head: String) { #expect(host(of: head) == nil) }
}
