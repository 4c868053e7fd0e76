import Support
import Testing

/// Python's clients through the proxy: http.client, and requests where it is there.
@Suite("Python's clients", .enabled(if: Command.exists("python3")))
struct PythonTests {
    /// Exercises http.client over kept connections, and prints what went wrong.
    private static let standard = """
        import http.client, sys
        port = int(sys.argv[1])
        one = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        def ask(method, target, expected, body=None, headers={}, chunked=False):
            one.request(method, target, body, headers, encode_chunked=chunked)
            answer = one.getresponse()
            text = answer.read().decode()
            if (answer.status, text) != (200, expected):
                print(method, target, answer.status, text)
        for index in range(200):
            ask("GET", f"/{index}", f"/{index} ")
        ask("HEAD", "/head", "")
        ask("POST", "/post", "/post hello", b"hello")
        ask("PUT", "/put", "/put " + "y" * 100000, b"y" * 100000)
        pieces = [b"a" * 10, b"b" * 70000, b"c"]
        chunks = {"Transfer-Encoding": "chunked"}
        whole = b"".join(pieces).decode()
        ask("POST", "/chunks", "/chunks " + whole, iter(pieces), chunks, True)
        ask("DELETE", "/delete", "/delete ")
        ask("OPTIONS", "*", "* ")
        ask("GET", "/last", "/last ", headers={"Connection": "close"})
        print("done")
        """

    /// The same with requests and its pool of connections.
    private static let requests = """
        import sys
        try:
            import requests
        except ImportError:
            print("done")
            sys.exit()
        url = f"http://127.0.0.1:{sys.argv[1]}"
        session = requests.Session()
        session.trust_env = False
        for index in range(50):
            answer = session.get(f"{url}/{index}", timeout=20)
            if answer.text != f"/{index} ": print(index, answer.status_code, answer.text)
        answer = session.post(f"{url}/form", data={"a": "b"}, timeout=20)
        if answer.text != "/form a=b": print(answer.text)
        answer = session.post(f"{url}/file", data=(b"x" * 1000 for _ in range(50)), timeout=20)
        if answer.text != "/file " + "x" * 50000: print(answer.status_code, answer.text[:100])
        print("done")
        """

    @Test("work, over one connection to the backend", arguments: ["http.client", "requests"])
    func client(name: String) throws {
        let backend = HTTPBackend.telling()
        let sluice = SluiceProcess(httpTo: [backend.port])
        let script = name == "requests" ? Self.requests : Self.standard
        let path = sluice.directory.write(script, to: "client.py")
        let python = Command.run("python3", [path, "\(try sluice.front())"])
        #expect(python.output == "done\n", "\(python)")
        #expect(backend.connections <= 1, "\(backend.connections)")
        backend.stop()
        try sluice.stop()
    }
}
