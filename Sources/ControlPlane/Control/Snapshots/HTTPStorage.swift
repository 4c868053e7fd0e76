// The memory behind what a listener does with exchanges.

internal import Compression
internal import Config
internal import Proxy
internal import Routing
internal import Telemetry

/// Owns an HTTP listener's plan, its routes and the table that finds them.
@safe final class HTTPStorage {
    let plan: UnsafeMutablePointer<HTTPPlan>
    private let memory = PlanMemory()
    private let table: RouteTable
    private let routes: UnsafeMutablePointer<RoutePlan>
    private let records: [RouteRecord]
    private let exchanges: ExchangeRecord
    private let compressibleTypes: CompressibleTypes?
    /// What the route is called that takes what no other does.
    private static let fallbackName = "default"

    /// - Parameters:
    ///   - upstreams: The plans of all upstreams by name.
    ///   - pages: What the files hold that routes answer with, by path.
    ///   - rings: Where workers write records for the access log, one for each.
    ///   - workerCount: How many share what the listener may have.
    init(
        _ listener: ListenerConfiguration, record: ListenerRecord,
        upstreams: [String: UnsafeMutablePointer<UpstreamPlan>], pages: PageFiles,
        rings: UnsafePointer<AccessRing>?, registry: StateRegistry, workerCount: Int
    ) {
        table = RouteTable.build(listener.routes.map(RoutePattern.init))
        var fallback = RouteConfiguration()
        fallback.action = .upstream(listener.upstream)
        fallback.name = Self.fallbackName
        let all = listener.routes + [fallback]
        records = all.enumerated().map { index, route in
            registry.route(route.label(number: index + 1), of: record)
        }
        unsafe routes = .allocate(capacity: all.count)
        for (index, route) in all.enumerated() {
            let plan = unsafe Self.plan(
                route, record: records[index], of: listener, upstreams: upstreams, pages: pages,
                memory)
            unsafe (routes + index).initialize(to: plan)
        }
        exchanges = record.makeExchanges()
        compressibleTypes = listener.http.compression.map { compression in
            guard let types = CompressibleTypes(compression.types) else {
                preconditionFailure("media types that were checked are none")
            }
            return types
        }
        unsafe plan = .allocate(capacity: 1)
        unsafe plan.initialize(
            to: HTTPPlan(
                table: table, routes: routes, routeCount: listener.routes.count,
                hasFallback: !listener.upstream.isEmpty, state: exchanges.state))
        unsafe plan.pointee.take(listener.http, memory)
        let errorPages = listener.http.errorPages.map { page in
            ErrorPagePlan(
                status: UInt16(page.status), body: memory.text(pages.bytes(of: page.file)),
                mediaType: memory.text(page.mediaType))
        }
        unsafe plan.pointee.errorPages = unsafe memory.array(errorPages)
        unsafe plan.pointee.errorPageCount = errorPages.count
        if let compression = listener.http.compression, let types = compressibleTypes {
            unsafe plan.pointee.compression = memory.array([
                CompressionPlan(
                    types: types, bodyBytesMin: UInt64(compression.minSize),
                    level: compression.level, busyPercentMax: compression.cpuGuard ?? 100,
                    workerBytesMax: compression.memory / workerCount)
            ])
        }
        if let log = listener.http.accessLog, let rings = unsafe rings {
            let destination = AccessDestination(log)
            let extras = destination.extras.list.map { extra in
                switch extra {
                case .requestField(let name): AccessPlan.Extra(.requestField, memory.text(name))
                case .responseField(let name): AccessPlan.Extra(.responseField, memory.text(name))
                case .cookie(let name): AccessPlan.Extra(.cookie, memory.text(name))
                }
            }
            var access = unsafe AccessPlan(
                rings: rings, extras: memory.array(extras), extraCount: extras.count,
                extrasMark: destination.extras.mark,
                wantsServer: destination.format.wantsServer)
            access.wantsTLS = destination.format.wantsTLS
            access.wantsCertificate =
                destination.format.wantsCertificate && listener.tls?.clientAuth != nil
            unsafe plan.pointee.access = unsafe memory.array([access])
        }
    }

    deinit {
        unsafe plan.deallocate()
        unsafe routes.deallocate()
        table.deallocate()
        compressibleTypes?.deallocate()
    }

    private static func plan(
        _ route: RouteConfiguration, record: RouteRecord, of listener: ListenerConfiguration,
        upstreams: [String: UnsafeMutablePointer<UpstreamPlan>], pages: PageFiles,
        _ memory: PlanMemory
    ) -> RoutePlan {
        var plan = unsafe RoutePlan(state: record.exchanges.state)
        var names = TemplateNames(listener: listener.name, route: record.name)
        switch route.action {
        case .upstream(let name):
            names.upstream = name
            unsafe plan.upstream = unsafe upstreams[name].map { unsafe UnsafePointer($0) }
        case .redirect(let redirect):
            plan.action = .redirect
            plan.status = UInt16(redirect.status)
            plan.location = memory.template(redirect.target, names)
        case .respond(let respond):
            plan.action = .respond
            plan.status = UInt16(respond.status)
            plan.mediaType = memory.text(respond.mediaType)
            plan.body =
                respond.file.map { memory.text(pages.bytes(of: $0)) } ?? memory.text(respond.body)
        }
        switch route.rewrite {
        case nil: break
        case .stripPrefix(let prefix):
            plan.rewrite = .strip
            plan.rewriteText = memory.text(prefix == "/" ? "" : prefix)
        case .replacePrefix(let prefix):
            plan.rewrite = .replace
            plan.rewriteText = memory.text(prefix == "/" ? "" : prefix)
        case .addPrefix(let prefix):
            plan.rewrite = .add
            plan.rewriteText = memory.text(prefix == "/" ? "" : prefix)
        }
        let http = listener.http
        plan.requestEdits = (
            memory.edits(http.requestHeaders, names), memory.edits(route.requestHeaders, names)
        )
        plan.responseEdits = (
            memory.edits(http.responseHeaders, names), memory.edits(route.responseHeaders, names)
        )
        plan.keepsHead = http.responseHeaders.needsRequest || route.responseHeaders.needsRequest
        plan.firstByteTimeoutMs = route.timeouts.firstByte?.milliseconds ?? 0
        plan.requestTimeoutMs = route.timeouts.request?.milliseconds ?? 0
        plan.number = record.number
        return plan
    }
}

extension HTTPPlan {
    /// Takes over what the listener's configuration says.
    fileprivate mutating func take(_ http: ListenerHTTPConfiguration, _ memory: PlanMemory) {
        headTimeoutMs = http.timeouts.head.milliseconds
        bodyTimeoutMs = http.timeouts.body.milliseconds
        keepAliveTimeoutMs = http.timeouts.keepAlive.milliseconds
        requestTimeoutMs = http.timeouts.request?.milliseconds ?? 0
        requestsMax = UInt32(clamping: http.maxRequests ?? 0)
        writesXForwarded = http.forwarded.hasXForwarded
        writesForwarded = http.forwarded.hasForwarded
        via = memory.text(http.via ?? "")
        requestIDName = memory.text(http.requestID?.header ?? "")
        trustsRequestID = http.requestID?.trust ?? false
        allowsConnect = http.connect
        hsts = memory.text(http.hsts?.description ?? "")
        let networks = http.trustedProxies.compactMap(TrustedPeers.Network.init)
        trustedProxies = unsafe TrustedPeers(
            memory.array(networks), count: networks.count,
            trustsUnix: http.trustedProxies.contains(.unix))
    }
}

extension TrustedPeers.Network {
    /// The network of a block of addresses; nil for what is none.
    fileprivate init?(_ proxy: TrustedProxy) {
        switch proxy {
        case .unix: return nil
        case .block(.ipv4(let network, let bits)):
            self.init(high: 0, low: 0xFFFF << 32 | UInt64(network), bits: 96 + bits)
        case .block(.ipv6(let network, let bits)):
            self.init(high: network.high, low: network.low, bits: bits)
        }
    }
}

extension RoutePattern {
    /// What a route takes.
    fileprivate init(_ route: RouteConfiguration) {
        self.init(
            hosts: route.match.hosts.map(Routing.HostPattern.init),
            paths: route.match.paths.map(Routing.PathPattern.init), methods: route.match.methods,
            fields: route.match.headers.map(ValueCondition.init),
            parameters: route.match.query.map(ValueCondition.init), priority: route.priority)
    }
}

extension Routing.HostPattern {
    /// A name of the configuration.
    init(_ host: Config.HostPattern) {
        switch host {
        case .exact(let name): self = .exact(name)
        case .below(let name): self = .below(name)
        }
    }
}

extension Routing.PathPattern {
    fileprivate init(_ path: Config.PathPattern) {
        switch path {
        case .exact(let text): self = .exact(text)
        case .prefix(let text): self = .prefix(text)
        }
    }
}

extension ValueCondition {
    fileprivate init(_ pattern: FieldPattern) {
        switch pattern.value {
        case .present: self.init(pattern.name, .present)
        case .absent: self.init(pattern.name, .absent)
        case .exact(let text): self.init(pattern.name, .exact(text))
        case .prefix(let text): self.init(pattern.name, .prefix(text))
        }
    }
}
