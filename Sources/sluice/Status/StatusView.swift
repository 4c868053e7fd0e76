// The status report as a person reads it, within 80 columns as long as names are of usual length.

internal import Control

/// A status report as text.
struct StatusView {
    private let report: StatusReport

    init(_ report: StatusReport) { self.report = report }

    /// All of it.
    var text: String {
        var lines = [
            headline, "configuration \(report.configuration), generation \(report.generation)",
        ]
        if let error = report.lastReloadError {
            lines.append("the last reload was refused:")
            lines += error.split(separator: "\n", omittingEmptySubsequences: false).map {
                "  \($0)"
            }
        }
        lines.append("")
        lines += listenerTable.lines
        for listener in report.listeners {
            guard let requests = listener.requests else { continue }
            lines.append("")
            lines.append("REQUESTS of \(listener.name): \(Self.summary(requests))")
            lines += routeTable(listener.routes ?? []).lines
        }
        for listener in report.listeners {
            guard let certificates = listener.certificates else { continue }
            lines.append("")
            lines.append("CERTIFICATES of \(listener.name)")
            lines += Self.certificateTable(certificates).lines
        }
        for upstream in report.upstreams {
            lines.append("")
            lines.append(
                "UPSTREAM \(upstream.name): \(upstream.algorithm), \(upstream.active) active, "
                    + "table \(upstream.checksum)")
            if let source = upstream.source {
                let age = upstream.sourceAgeSeconds.map { ", told \(Quantity.time($0)) ago" } ?? ""
                lines.append("  from \(source)\(age)")
                if let error = upstream.sourceError { lines.append("  it fails: \(error)") }
            }
            if let trouble = Self.trouble(of: upstream) { lines.append(trouble) }
            lines += backendTable(upstream).lines
            lines += upstream.backends.flatMap(Self.notes)
        }
        return lines.joined(separator: "\n")
    }

    /// What an operator should know at a glance, or nil when all is well.
    private static func trouble(of upstream: StatusReport.Upstream) -> String? {
        var parts: [String] = []
        let configured = upstream.backends.count { $0.state != "removed" }
        if upstream.fit < configured {
            parts.append("\(upstream.fit) of \(configured) backends fit")
        }
        if upstream.failsOpen { parts.append("FAILING OPEN: sessions go to unfit backends") }
        if upstream.waiting > 0 { parts.append("\(upstream.waiting) sessions wait for room") }
        if !upstream.breakers.isEmpty {
            parts.append("at its limits: " + upstream.breakers.joined(separator: ", "))
        }
        return parts.isEmpty ? nil : "  " + parts.joined(separator: ", ")
    }

    /// What operators said of a backend.
    private static func notes(_ backend: StatusReport.Backend) -> [String] {
        [backend.override?.state, backend.override?.weight].compactMap(\.self)
            .flatMap(OverrideView.note)
    }

    private var headline: String {
        "sluice \(report.version), \(report.state), pid \(report.pid), "
            + "up \(Quantity.time(report.uptimeSeconds)), "
            + "\(report.active) of \(report.maxConnections) sessions, "
            + "\(report.workers) worker\(report.workers == 1 ? "" : "s")"
    }

    private var listenerTable: TextTable {
        var table = TextTable(
            columns: [
                .left("LISTENER"), .left("ADDRESS"), .left("UPSTREAM"), .right("ACTIVE"),
                .right("TOTAL"), .right("PER S"), .right("IN/S"), .right("OUT/S"),
            ])
        for listener in report.listeners {
            for (index, address) in listener.addresses.enumerated() {
                guard index == 0 else {
                    table.add(["", address])
                    continue
                }
                table.add([
                    listener.name, address, Self.destination(of: listener),
                    Quantity.count(UInt64(max(0, listener.active))),
                    Quantity.count(listener.accepted), Quantity.rate(listener.connectionsPerSecond),
                    Quantity.bytes(listener.receivedBytesPerSecond),
                    Quantity.bytes(listener.sentBytesPerSecond),
                ])
            }
        }
        return table
    }

    /// Where sessions go; where requests go stands with their routes.
    private static func destination(of listener: StatusReport.Listener) -> String {
        guard listener.routes == nil, listener.upstreams.count > 2 else {
            return listener.routes == nil
                ? listener.upstreams.joined(separator: ", ") : listener.upstream
        }
        return "\(listener.upstreams[0]) and \(listener.upstreams.count - 1) more"
    }

    private static func summary(_ requests: StatusReport.Requests) -> String {
        let rate = Quantity.rate(requests.perSecond ?? 0)
        return "\(Quantity.count(requests.total)) in all, \(rate) a second, "
            + "\(Quantity.count(requests.inFlight)) under way"
    }

    private func routeTable(_ routes: [StatusReport.Route]) -> TextTable {
        var table = TextTable(
            columns: [
                .left("ROUTE"), .right("TOTAL"), .right("2XX"), .right("3XX"), .right("4XX"),
                .right("5XX"), .right("NONE"), .right("P50 MS"), .right("P99 MS"),
            ])
        for route in routes {
            let requests = route.requests
            let counts = ["2xx", "3xx", "4xx", "5xx", "none"].map {
                Quantity.count(requests.status[$0] ?? 0)
            }
            let times = [requests.p50Ms, requests.p99Ms].map { $0.map(Quantity.rate) ?? "-" }
            table.add([route.name, Quantity.count(requests.total)] + counts + times)
        }
        return table
    }

    /// Long names are cut in the middle of what a terminal has room for; JSON has them whole.
    private static func certificateTable(
        _ certificates: [StatusReport.Certificate]
    ) -> TextTable {
        var table = TextTable(
            columns: [
                .left("NAME"), .left("KEY"), .right("DAYS"), .left("UNTIL"), .left("STAPLED"),
                .left("SHA-256"),
            ])
        for certificate in certificates {
            let name = certificate.names.first ?? certificate.subject
            let others = certificate.names.count > 1 ? " +\(certificate.names.count - 1)" : ""
            let room = 30 - others.count
            let shown = name.count > room ? name.prefix(room - 1) + "…" : name[...]
            table.add([
                shown + others, certificate.key, "\(certificate.daysLeft)",
                String(certificate.notAfter.prefix(10)),
                certificate.stapledUntil == nil ? "no" : "yes",
                String(certificate.fingerprint.prefix(8)),
            ])
        }
        return table
    }

    private func backendTable(_ upstream: StatusReport.Upstream) -> TextTable {
        var table = TextTable(
            columns: [
                .left("BACKEND"), .left("STATE"), .right("WEIGHT"), .right("ACTIVE"),
                .right("TOTAL"), .right("FAILED"), .right("SENT"), .right("RECVD"),
            ])
        for backend in upstream.backends {
            let resolved = backend.resolved.map { " (\($0))" } ?? ""
            let rest = backend.ejectedMs.map { " \(($0 + 999) / 1000)s" } ?? ""
            table.add([
                "\(backend.name)\(resolved)", "\(backend.state)\(rest)", "\(backend.weight)",
                Quantity.count(UInt64(max(0, backend.active))), Quantity.count(backend.connected),
                Quantity.count(backend.failed), Quantity.bytes(Double(backend.sentBytes)),
                Quantity.bytes(Double(backend.receivedBytes)),
            ])
        }
        return table
    }
}
