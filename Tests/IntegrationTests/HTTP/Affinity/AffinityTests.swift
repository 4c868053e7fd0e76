// Clients that come back to their backend by a cookie, whatever happens meanwhile.

import Control
import Support
import Testing

@Suite("Affinity by cookie")
struct AffinityTests {
    private let red = NamedBackend("red")
    private let blue = NamedBackend("blue")
    private let green = NamedBackend("green")

    /// A configuration with some of the backends, in an order. `red` and `blue` have more keys by
    /// `more`.
    private func configuration(
        _ names: [String] = ["red", "blue", "green"], affinity: String = secret,
        more: [String: String] = [:], upstream: String = ""
    ) -> String {
        let ports = ["red": red.port, "blue": blue.port, "green": green.port]
        let backends = names.map { name in
            "{ name: \(name), address: \"127.0.0.1:\(ports[name]!)\"\(more[name] ?? "") }"
        }
        return """
            workers: 2
            listeners:
              front: { bind: "127.0.0.1:0", protocol: http, upstream: site }
            upstreams:
              site:
                balance: round-robin
                eject: off
                affinity: { \(affinity) }
                backends: [\(backends.joined(separator: ", "))]
                \(upstream)
            """
    }

    private static let secret = "secret: correct horse battery staple"

    /// Ends a process whose kept connections have ended with the backends.
    private func end(_ sluice: SluiceProcess) throws {
        for backend in [red, blue, green] { backend.stop() }
        try sluice.stop()
    }

    private func counted(_ sluice: SluiceProcess, _ result: String) -> Double? {
        sluice.metric("sluice_upstream_affinity_total", "result=\"\(result)\"")
    }

    @Test("the first response brings a cookie, and with it all others come from the same backend")
    func comesBack() throws {
        let sluice = SluiceProcess(configuration())
        let port = try sluice.port(of: "front")
        var cookies: [String: String] = [:]
        for _ in 0..<9 {
            let client = CookieClient(port)
            let first = try #require(client.ask())
            #expect(first.set.count == 1)
            let cookie = try #require(client.cookie)
            #expect(cookies.updateValue(cookie, forKey: first.name) ?? cookie == cookie)
            for _ in 0..<5 {
                let next = try #require(client.ask())
                #expect(next.name == first.name && next.set.isEmpty)
            }
        }
        #expect(Set(cookies.keys) == ["red", "blue", "green"] && Set(cookies.values).count == 3)
        for cookie in cookies.values {
            #expect(cookie.hasPrefix("SLUICE=") && cookie.utf8.count == 7 + 32)
        }
        #expect(counted(sluice, "kept") == 45)
        #expect(counted(sluice, "moved") == 0 && counted(sluice, "unknown") == 0)
        try end(sluice)
    }

    @Test("the cookie has the attributes that the configuration gives it")
    func attributes() throws {
        let sluice = SluiceProcess(
            configuration(
                affinity: "cookie: SHOP, path: /shop, secure: true, same_site: none, max_age: 8h, "
                    + Self.secret))
        let client = CookieClient(try sluice.port(of: "front"))
        let set = try #require(client.ask()?.set.first)
        let parts = set.split(separator: "; ").map(String.init)
        #expect(parts[0].hasPrefix("SHOP=") && parts[0].utf8.count == 5 + 32)
        #expect(
            parts.dropFirst() == [
                "Path=/shop", "HttpOnly", "Secure", "SameSite=None", "Max-Age=28800",
            ])
        try end(sluice)
    }

    @Test(
        "a response that brings the cookie is kept out of shared caches, whatever the backend says",
        arguments: [
            ("", true, ["private"]),
            ("public, max-age=60", true, ["public, max-age=60", "private"]),
            ("no-cache", true, ["no-cache", "private"]), ("private", true, ["private"]),
            ("max-age=1, private", true, ["max-age=1, private"]),
            ("no-store", true, ["no-store"]),
            ("private=\"a\"", true, ["private=\"a\"", "private"]),
            ("", false, []), ("public", false, ["public"]),
        ])
    func isPrivate(given: String, isOn: Bool, expected: [String]) throws {
        let origin = HTTPBackend { _, peer in
            peer.respond(fields: given.isEmpty ? "" : "Cache-Control: \(given)\r\n")
        }
        let sluice = SluiceProcess(
            httpTo: [origin.port],
            upstream: "affinity: { \(Self.secret), private: \(isOn) }")
        let client = try sluice.client()
        let first = try #require(client.ask("/"))
        let cookie = try #require(first.head["Set-Cookie"]).prefix { $0 != ";" }
        #expect(first.head.values("Cache-Control") == expected)
        // Without the cookie it is anybody's.
        let next = try #require(client.ask("/", fields: "Cookie: \(cookie)\r\n"))
        #expect(next.head["Set-Cookie"] == nil)
        #expect(next.head.values("Cache-Control") == (given.isEmpty ? [] : [given]))
        client.close()
        origin.stop()
        try sluice.stop()
    }

    @Test("backends are sent the other cookies, and not this one")
    func staysHere() throws {
        let sluice = SluiceProcess(configuration())
        let client = CookieClient(try sluice.port(of: "front"))
        #expect(client.ask(others: "a=1; b=\"2 3\"")?.sent == "Cookie: a=1; b=\"2 3\"")
        #expect(client.cookie != nil)
        #expect(client.ask()?.sent == "")
        #expect(client.ask(others: "a=1; b=\"2 3\"")?.sent == "Cookie: a=1; b=\"2 3\"")
        #expect(client.ask(others: "SLUICE2=x")?.sent == "Cookie: SLUICE2=x")
        try end(sluice)
    }

    @Test(
        "a reload unbinds nobody, with other members in another order either",
        arguments: ["cookie: SLUICE", secret])
    func reload(affinity: String) throws {
        let sluice = SluiceProcess(configuration(["red", "blue"], affinity: affinity))
        let port = try sluice.port(of: "front")
        let clients = try ["red", "blue"].map { try #require(CookieClient.bound(to: $0, port)) }
        for members in [["red", "blue"], ["green", "blue", "red"], ["blue", "red"]] {
            sluice.write(configuration(members, affinity: affinity))
            #expect(try sluice.admin.reload().isApplied)
            for (index, name) in ["red", "blue"].enumerated() {
                let answer = clients[index].ask()
                #expect(answer?.name == name && answer?.set == [])
            }
        }
        sluice.write(configuration(["blue", "green"], affinity: affinity))
        #expect(try sluice.admin.reload().isApplied)
        let moved = try #require(clients[0].ask())
        #expect(moved.name != "red" && moved.set.count == 1)
        #expect(clients[1].ask()?.name == "blue")
        try end(sluice)
    }

    @Test("with the same secret every process knows the cookie, with another one none does")
    func otherProcesses() throws {
        let unkept = "http: { keep_alive: off }"
        let first = SluiceProcess(configuration(upstream: unkept))
        let clients = try ["red", "blue", "green"].map {
            try #require(CookieClient.bound(to: $0, try first.port(of: "front"))).cookie
        }
        try first.stop()
        let again = SluiceProcess(configuration(["green", "red", "blue"], upstream: unkept))
        for (cookie, name) in zip(clients, ["red", "blue", "green"]) {
            let client = CookieClient(try again.port(of: "front"), cookie: cookie)
            let answer = client.ask()
            #expect(answer?.name == name && answer?.set == [])
        }
        try again.stop()
        for affinity in ["secret: another secret!!", "cookie: SLUICE"] {
            let other = SluiceProcess(configuration(affinity: affinity, upstream: unkept))
            for cookie in clients {
                let client = CookieClient(try other.port(of: "front"), cookie: cookie)
                #expect(client.ask()?.set.count == 1 && client.cookie != cookie)
            }
            #expect(counted(other, "unknown") == 3)
            try other.stop()
        }
    }

    @Test("a backend that is gone loses its clients to another one, which keeps them")
    func gone() throws {
        let priority = ["blue": ", priority: 1"]
        let sluice = SluiceProcess(configuration(["red", "blue"], more: priority))
        let port = try sluice.port(of: "front")
        let client = try #require(CookieClient.bound(to: "red", port))
        let old = client.cookie
        red.stop()
        let moved = try #require(client.ask())
        #expect(moved.status == 200 && moved.name == "blue" && moved.set.count == 1)
        #expect(client.cookie != old)
        #expect(counted(sluice, "moved") == 1)
        let back = NamedBackend("red", port: red.port)
        #expect(CookieClient.bound(to: "red", port)?.cookie == old)
        for _ in 0..<5 { #expect(client.ask()?.name == "blue") }
        let another = CookieClient(port, cookie: old)
        #expect(another.ask()?.name == "red")
        back.stop()
        try end(sluice)
    }

    @Test("what is no cookie of ours binds to nobody, and is replaced")
    func forged() throws {
        let sluice = SluiceProcess(configuration())
        let port = try sluice.port(of: "front")
        let good = try #require(CookieClient.bound(to: "red", port)?.cookie)
        let value = String(good.dropFirst(7))
        let last = value.last == "0" ? "1" : "0"
        let forged = [
            "", "x", String(value.dropLast()), value + "0", value.dropLast() + last,
            String(value.reversed()), String(repeating: "0", count: 32),
            String(repeating: "f", count: 32), String(repeating: "a", count: 8000), "\(value) x",
        ]
        for text in forged {
            let client = CookieClient(port, cookie: "SLUICE=\(text)")
            let answer = try #require(client.ask(), "\(text)")
            #expect(answer.status == 200 && answer.set.count == 1 && answer.sent == "", "\(text)")
        }
        #expect(counted(sluice, "unknown") == Double(forged.count))
        #expect(counted(sluice, "moved") == 0)
        try end(sluice)
    }

    @Test("a drained backend, or one without weight, keeps its clients and gets no new ones")
    func drain() throws {
        let sluice = SluiceProcess(configuration(["red", "blue"]))
        let port = try sluice.port(of: "front")
        let client = try #require(CookieClient.bound(to: "red", port))
        for command in [["drain", "site/red"], ["weight", "site/red", "0"]] {
            let words = command + ["--socket", sluice.socketPath]
            #expect(Command.run(SluiceProcess.binary, words).status == 0)
            for _ in 0..<5 {
                let answer = client.ask()
                #expect(answer?.name == "red" && answer?.set == [])
                let other = CookieClient(port)
                #expect(other.ask()?.name == "blue")
            }
            #expect(sluice.command("ready", "site/red").status == 0)
        }
        try end(sluice)
    }

    @Test("a disabled backend loses its clients")
    func disable() throws {
        let sluice = SluiceProcess(configuration(["red", "blue"]))
        let client = try #require(CookieClient.bound(to: "red", try sluice.port(of: "front")))
        #expect(sluice.command("disable", "site/red").status == 0)
        let moved = client.ask()
        #expect(moved?.name == "blue" && moved?.set.count == 1)
        #expect(sluice.command("ready", "site/red").status == 0)
        #expect(client.ask()?.name == "blue")
        try end(sluice)
    }

    @Test("a full backend sends its clients to another one")
    func full() throws {
        let sluice = SluiceProcess(
            configuration(["red", "blue"], more: ["red": ", max_connections: 1"]))
        let port = try sluice.port(of: "front")
        let client = try #require(CookieClient.bound(to: "red", port))
        let held = try #require(TestSocket.connect(port: port))
        client.send(held, "/wait")
        let isHeld = eventually {
            sluice.metric("sluice_backend_sessions_active", "backend=\"red\"") == 1
        }
        #expect(isHeld)
        let moved = client.ask()
        #expect(moved?.name == "blue" && moved?.set.count == 1)
        try end(sluice)
    }

    @Test("a response that is tried elsewhere for its status brings the cookie of who gives it")
    func retried() throws {
        let failing = NamedBackend("failing", fails: true)
        let sluice = SluiceProcess(
            """
            listeners:
              front: { bind: "127.0.0.1:0", protocol: http, upstream: site }
            upstreams:
              site:
                balance: round-robin
                eject: off
                affinity: { \(Self.secret) }
                http: { retry: { statuses: [503] } }
                backends: ["127.0.0.1:\(failing.port)", "127.0.0.1:\(red.port)"]
            """)
        let client = try #require(
            CookieClient.bound(to: "failing", try sluice.port(of: "front")))
        let answer = client.ask("/fail")
        #expect(answer?.status == 200 && answer?.name == "red" && answer?.set.count == 1)
        #expect(client.ask("/fail")?.set == [])
        #expect(counted(sluice, "moved") == 1 && counted(sluice, "kept") == 1)
        try end(sluice)
    }

    @Test("requests of one connection each go where their own cookie says")
    func oneConnection() throws {
        let sluice = SluiceProcess(configuration())
        let port = try sluice.port(of: "front")
        let clients = try ["red", "blue", "green"].map {
            try #require(CookieClient.bound(to: $0, port))
        }
        let socket = try #require(TestSocket.connect(port: port))
        let requests = (clients + clients).map { client in
            "GET / HTTP/1.1\r\nHost: a\r\nCookie: \(client.cookie ?? "")\r\n\r\n"
        }
        socket.send(requests.joined())
        socket.shutdownWrite()
        let text = String(decoding: socket.receiveAll() ?? [], as: UTF8.self)
        let names = text.split(separator: "\r\n\r\n").dropFirst().map { $0.prefix { $0 != "\n" } }
        #expect(names == ["red", "blue", "green", "red", "blue", "green"])
        #expect(!text.contains("Set-Cookie"))
        try end(sluice)
    }

    @Test("an upstream without affinity sets no cookie, and passes all of them on")
    func off() throws {
        let text = configuration().replacing("affinity: { \(Self.secret) }", with: "")
        let sluice = SluiceProcess(text)
        let client = CookieClient(try sluice.port(of: "front"), cookie: "SLUICE=x")
        let answer = client.ask()
        #expect(answer?.set == [] && answer?.sent == "Cookie: SLUICE=x")
        #expect(sluice.metric("sluice_upstream_affinity_total") == nil)
        try end(sluice)
    }
}
