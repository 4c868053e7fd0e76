// What the keys of HTTP in a good file come to.

import Config
import Testing

@Suite struct HTTPConfigurationTests {
    private func edge() throws -> ListenerConfiguration {
        let result = parse(completeHTTP)
        #expect(report(result) == [])
        return try #require(result.configuration?.listeners.first)
    }

    @Test func theDefaultsAreThoseOfTheReference() {
        let listener = ListenerConfiguration()
        #expect(listener.routes == [] && listener.http == ListenerHTTPConfiguration())
        let http = listener.http
        #expect(http.timeouts.head == .seconds(10) && http.timeouts.body == .seconds(30))
        #expect(http.timeouts.keepAlive == .seconds(60) && http.timeouts.request == nil)
        #expect(http.maxRequests == nil && http.trustedProxies == [] && !http.connect)
        #expect(http.forwarded == .xForwarded && http.via == "sluice")
        #expect(http.requestID?.header == "X-Request-Id" && http.requestID?.trust == true)
        #expect(http.compression == nil && http.accessLog == nil && http.errorPages == [])
        #expect(http.requestHeaders.isEmpty && http.responseHeaders.isEmpty)
        let compression = CompressionConfiguration()
        #expect(compression.level == 1 && compression.minSize == 1024)
        #expect(compression.cpuGuard == 85 && compression.memory == 32 << 20)
        #expect(compression.types.contains("text/*"))
        #expect(compression.types.contains("application/json"))
        #expect(AccessLogConfiguration().file == nil && AccessLogConfiguration().format == .json)
        let route = RouteConfiguration()
        #expect(route.match == RouteMatch() && route.priority == 0 && route.rewrite == nil)
        #expect(route.timeouts.firstByte == nil && route.timeouts.request == nil)
        #expect(RedirectConfiguration().status == 307 && RespondConfiguration().status == 200)
        let upstream = UpstreamConfiguration()
        #expect(upstream.affinity == nil && upstream.http.retry.statuses == [])
        #expect(upstream.http.timeouts.firstByte == .seconds(30))
        #expect(
            upstream.http.timeouts.idle == .seconds(60) && !upstream.http.retry.firstByteTimeout)
        let keepAlive = KeepAliveConfiguration()
        #expect(upstream.http.keepAlive == keepAlive)
        #expect(keepAlive.maxIdle == 64 && keepAlive.idle == .seconds(30))
        #expect(keepAlive.maxAge == .seconds(3600))
        let affinity = AffinityConfiguration()
        #expect(affinity.cookie == "SLUICE" && affinity.secret == nil && affinity.path == "/")
        #expect(!affinity.secure && affinity.sameSite == .lax && affinity.maxAge == nil)
    }

    @Test func everyConditionOfARouteReachesItsField() throws {
        let route = try edge().routes[0]
        #expect(route.name == "api" && route.priority == -5)
        #expect(
            route.match.hosts == [
                .exact("api.example.com"), .below("example.org"), .exact("10.0.0.1"),
                .exact("[2001:db8::1]"),
            ])
        #expect(route.match.paths == [.prefix("/v1"), .exact("/health"), .prefix("/v2")])
        #expect(route.match.methods == ["GET", "M-SEARCH"])
        #expect(
            route.match.headers == [
                FieldPattern(name: "x-canary", value: .exact("1")),
                FieldPattern(name: "x-debug", value: .present),
                FieldPattern(name: "x-no", value: .absent),
                FieldPattern(name: "x-literal", value: .exact("present")),
                FieldPattern(name: "x-version", value: .prefix("v2-")),
            ])
        #expect(
            route.match.query == [
                FieldPattern(name: "version", value: .exact("2")),
                FieldPattern(name: "debug", value: .present),
                FieldPattern(name: "q", value: .prefix("a%20")),
            ])
    }

    @Test func whatARouteDoesWithAnUpstreamReachesItsField() throws {
        let route = try edge().routes[0]
        #expect(route.action == .upstream("shop") && route.rewrite == .addPrefix("/added"))
        let request = route.requestHeaders
        #expect(request.remove == ["x-internal", "cookie"])
        #expect(request.set.map(\.name) == ["Host", "X-Client"])
        #expect(request.set[0].value.constant == "shop.internal")
        #expect(
            request.set[1].value.parts
                == [.variable(.word(.clientIP)), .literal(":"), .variable(.word(.clientPort))])
        #expect(request.add.map(\.name) == ["X-Note", "X-Note", "X-More"])
        #expect(request.add[1].value.constant == "{two}")
        #expect(
            request.add[2].value.parts
                == [.variable(.requestHeader("user-agent")), .variable(.cookie("sid"))])
        let response = route.responseHeaders
        #expect(response.remove == ["server"] && response.add == [])
        #expect(
            response.set[0].value.description == "{backend} {status} {response_header:server}")
        #expect(route.timeouts.firstByte == .seconds(5) && route.timeouts.request == .seconds(30))
    }

    @Test func aRouteRewritesRedirectsOrResponds() throws {
        let routes = try edge().routes
        #expect(routes[1].rewrite == .stripPrefix("/old"))
        #expect(routes[2].rewrite == .replacePrefix("/"))
        var redirect = RedirectConfiguration()
        redirect.status = 308
        redirect.target = ValueTemplate([
            .literal("https://www."), .variable(.word(.host)), .variable(.word(.path)),
            .variable(.word(.query)),
        ])
        #expect(routes[3].action == .redirect(redirect))
        redirect.status = 307
        redirect.target = ValueTemplate([.literal("/here")])
        #expect(routes[4].action == .redirect(redirect))
        var respond = RespondConfiguration()
        respond.status = 503
        respond.body = "back at {noon}"
        respond.contentType = "text/plain; charset=ascii"
        #expect(routes[5].action == .respond(respond))
        #expect(respond.mediaType == "text/plain; charset=ascii")
        respond = RespondConfiguration()
        respond.file = "pages/down.HTML"
        #expect(routes[6].action == .respond(respond))
        #expect(respond.mediaType == "text/html; charset=utf-8")
        respond = RespondConfiguration()
        respond.status = 410
        #expect(routes[7].action == .respond(respond))
        #expect(respond.mediaType == "text/plain; charset=utf-8")
    }

    @Test func everyKeyOfAnHTTPListenerReachesItsField() throws {
        let listener = try edge()
        #expect(listener.protocol == .http && listener.upstream == "site")
        #expect(listener.upstreams == ["shop", "site"])
        let http = listener.http
        #expect(http.timeouts.head == .seconds(5) && http.timeouts.body == .seconds(20))
        #expect(http.timeouts.keepAlive == .seconds(15) && http.timeouts.request == .seconds(120))
        #expect(http.maxRequests == 1000 && http.forwarded == .both && http.via == "edge-1")
        #expect(http.forwarded.hasForwarded && http.forwarded.hasXForwarded && http.connect)
        #expect(
            http.trustedProxies.map(\.description)
                == ["10.0.0.0/8", "::1", "fd00::/8", "192.0.2.1", "unix"])
        #expect(http.trustedProxies[0] == .block(.ipv4(0x0a00_0000, bits: 8)))
        #expect(http.requestID?.header == "X-Correlation-Id" && http.requestID?.trust == false)
        var compression = CompressionConfiguration()
        compression.level = 4
        compression.minSize = 256
        compression.types = ["text/*", "application/json"]
        compression.cpuGuard = 70
        compression.memory = 64 << 20
        #expect(http.compression == compression)
        #expect(http.accessLog?.file == "/var/log/sluice/access.log")
        #expect(
            http.accessLog?.format
                == .template(
                    ValueTemplate([
                        .variable(.word(.time)), .literal("\t"), .variable(.word(.clientIP)),
                        .literal(" {"), .variable(.word(.status)), .literal("}"),
                    ])))
        #expect(
            http.errorPages == [
                ErrorPage(status: 404, file: "/etc/sluice/404.html"),
                ErrorPage(status: 503, file: "down.txt"),
            ])
        #expect(http.errorPages[0].mediaType == "text/html; charset=utf-8")
        #expect(http.requestHeaders.remove == ["x-secret"])
        #expect(http.responseHeaders.set[0].value.constant == "max-age=31536000")
    }

    @Test func whatIsOffIsNilAndWithoutAnUpstreamThereIsNone() throws {
        let plain = try #require(parse(completeHTTP).configuration?.listeners.last)
        #expect(plain.upstream.isEmpty && plain.upstreams == ["site"])
        #expect(plain.routes[0].match == RouteMatch())
        #expect(plain.routes[0].label(number: 1) == "1")
        #expect(plain.http.maxRequests == nil && plain.http.forwarded == .off)
        #expect(!plain.http.forwarded.hasForwarded && !plain.http.forwarded.hasXForwarded)
        #expect(plain.http.via == nil && plain.http.requestID == nil)
        #expect(plain.http.compression == CompressionConfiguration())
        #expect(plain.http.accessLog?.file == nil && plain.http.accessLog?.format == .combined)
    }

    @Test func everyKeyOfAnUpstreamReachesItsField() throws {
        let configuration = try #require(parse(completeHTTP).configuration)
        let site = try #require(configuration.upstream(named: "site"))
        #expect(site.http.keepAlive == nil && site.balance.key == .path)
        let shop = try #require(configuration.upstream(named: "shop"))
        #expect(shop.balance.key == .header("x-user") && shop.balance.key.needsRequest)
        #expect(shop.http.timeouts.firstByte == .seconds(10))
        #expect(shop.http.timeouts.idle == .seconds(20))
        #expect(shop.http.retry.statuses == [502, 503] && shop.http.retry.firstByteTimeout)
        let keepAlive = try #require(shop.http.keepAlive)
        #expect(keepAlive.maxIdle == 16 && keepAlive.idle == .seconds(10))
        #expect(keepAlive.maxAge == .seconds(600))
        let affinity = try #require(shop.affinity)
        #expect(affinity.cookie == "SHOP" && affinity.secret == "correct horse battery staple")
        #expect(affinity.path == "/shop" && affinity.secure && affinity.sameSite == .strict)
        #expect(affinity.maxAge == .seconds(8 * 3600))
    }

    @Test(
        arguments: [
            ("source-ip", .sourceIP), ("source-ip-port", .sourceIPPort), ("listener", .listener),
            ("host", .host), ("path", .path), ("header:X-User", .header("x-user")),
            ("cookie:sid", .cookie("sid")), ("query:user", .query("user")),
        ] as [(String, HashKey)])
    func aHashKeyIsAWordOrNamesAField(_ text: String, _ key: HashKey) {
        let file = completeHTTP.replacing("key: path", with: "key: \(text)")
        let result = parse(file)
        #expect(result.configuration?.upstream(named: "site")?.balance.key == key)
        #expect(key.description == text || key == .header("x-user"))
    }

    @Test(arguments: [
        ("0B", 0), ("1B", 1), ("1KiB", 1024), ("1000B", 1000), ("3MiB", 3 << 20), ("1GiB", 1 << 30),
    ])
    func aSizeHasAUnit(_ text: String, _ bytes: Int) throws {
        #expect(try SizeText.parse(text) == bytes)
        #expect(SizeText.spelling(bytes) == text)
    }

    @Test func configurationsAreComparable() throws {
        let first = try #require(parse(completeHTTP).configuration)
        #expect(parse(completeHTTP).configuration == first)
        for (old, new) in [
            ("status: 308", "status: 307"), ("{client_port}", "{server_port}"),
            ("name: api", "name: apis"), ("remove: [X-Internal", "remove: [X-Interna"),
            ("correct horse", "correct house"), ("first_byte: 10s", "first_byte: 11s"),
            ("503: down.txt", "503: down.tx"), ("/v2 }", "/v3 }"),
        ] {
            let second = parse(completeHTTP.replacing(old, with: new)).configuration
            #expect(second != nil && second != first, "\(old)")
        }
    }
}
