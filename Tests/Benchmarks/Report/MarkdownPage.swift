// The page that keeps the results: ratios first, then bars, medians, machine and method.

/// One run, ready to be written down.
struct MarkdownPage {
    let results: [CaseResult]
    /// Cases that could not be measured, and why.
    let failures: [(benchmark: BenchmarkCase, reason: String)]
    let bench: Bench
    let versions: [String]
    let machine: Machine

    var text: String {
        [
            "# Benchmarks", introduction, ratios, bars, medians, troubles, environment, method,
        ].filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private var introduction: String {
        let names = bench.kinds.map(\.rawValue).joined(separator: ", ")
        return """
            Measured on \(Clock.date()) by `make bench`, which writes this page: \(names), one
            worker each, on the same processor of one machine, in front of the same backend under the
            same load.
            """
    }

    private var ratios: String {
        let compared = results.filter { $0.hasSubject && $0.columns.count > 1 }
        guard !compared.isEmpty else { return "" }
        let rows = compared.flatMap { result in
            result.metrics.compactMap { metric -> [String]? in
                guard
                    metric.isHeadline || metric.isPick || metric == .memory
                        || metric == .userPerRequest,
                    let ratio = result.ratio(metric)
                else { return nil }
                let note = metric.higherIsBetter ? "higher" : "lower"
                return [
                    result.benchmark.rawValue, metric.rawValue,
                    TextReport.number(ratio, digits: 2), note,
                ]
            }
        }
        return """
            ## Ratios

            The first column of each table below divided by the best of the others: sluice by its
            best rival, 10,000 backends or routes by 10, or sluice that probes, or keeps connections ready, by
            one that does not. Medians of the ratios within each round, so that a drift of the
            machine cancels; they need not be the quotients of the medians below. Bars give the
            range over the rounds in brackets.

            \(table(["case", "metric", "ratio", "better is"], rows, numbers: [2]))
            """
    }

    private var bars: String {
        let lines = Bar.all.map { bar in
            let verdict = bar.verdict(results)
            let detail = verdict.detail.map { "; \($0)" } ?? ""
            return "- **\(verdict.word)** \(bar.title)\(detail)"
        }
        return "## Bars\n\n" + lines.joined(separator: "\n")
    }

    private var medians: String {
        guard !results.isEmpty else { return "" }
        let sections = results.map { result in
            let rows = result.metrics.map { metric in
                let ratio = result.ratio(metric).map { TextReport.number($0, digits: 2) }
                return [metric.rawValue, ratio ?? "–"]
                    + result.columns.indices.map { column in
                        TextReport.value(result.figure(metric, column: column), metric)
                    }
            }
            let header = ["median of rounds", "ratio"] + result.columns
            return """
                ### \(result.benchmark.rawValue)

                \(result.benchmark.title.prefix(1).uppercased())\(result.benchmark.title.dropFirst()).

                \(table(header, rows, numbers: Array(1..<header.count)))
                """
        }
        return (["## Medians"] + sections).joined(separator: "\n\n")
    }

    private var troubles: String {
        guard !failures.isEmpty else { return "" }
        let lines = failures.map { "- \($0.benchmark.rawValue): \(oneLine($0.reason))" }
        return "## Not measured\n\n" + lines.joined(separator: "\n")
    }

    private var environment: String {
        let lines = [
            "\(machine.processor), \(machine.processors) processors", machine.system,
            "Linux \(machine.kernel), congestion control \(machine.congestionControl), load average"
                + " before the run \(machine.load)",
        ]
        return "## Machine and versions\n\n"
            + (lines + versions).map { "- \($0)" }.joined(separator: "\n")
    }

    private var method: String {
        """
        ## Method

        - The proxy alone runs on processor \(Processors.proxy); wrk, the backend (nginx, one worker,
          sendfile) and the measuring program share processor \(Processors.load). All on the loopback
          device, but for `pool`.
        - HAProxy runs in TCP mode with `nbthread 1` and `option splice-auto`, nginx with its stream
          module and `worker_processes 1`, sluice with `workers: 1`; else their defaults.
        - In the cases that begin with `http-` all three are HTTP proxies that keep connections to
          the backend, log no requests and tell the backend of the client. HAProxy runs with
          `mode http`, `http-reuse always` and `option forwardfor`; nginx with `proxy_pass` to an
          `upstream` with `keepalive \(ProxyTask.keptConnectionsMax)`, `proxy_http_version 1.1`, the
          fields `Connection` empty, `Host` and `X-Forwarded-For` set, and no limit of requests a
          connection, where a thousand is its default; sluice with `protocol: http` and its defaults,
          by which it writes more than they do: three other `X-Forwarded` fields, `Via` and a request
          identifier.
        - In the cases that end in `-tuned` the rivals get the fastest settings known for large
          bodies, HAProxy `option splice-request`, `option splice-response` and
          `tune.pipesize 1048576` (`splice-auto` alone was not seen to splice on the loopback
          device), nginx `proxy_buffer_size 256k`, and as an HTTP proxy `proxy_buffering off` beside
          it; without `-tuned` its buffering is as it comes. sluice has the same settings in all
          cases.
        - \(bench.rounds) rounds of \(bench.seconds) s for each proxy after a second of warm-up,
          interleaved, each round beginning with the next proxy. The idle case has at most three
          rounds.
        - Processor time is that of the proxy's processes alone, from `/proc/PID/task/*/schedstat`,
          split into user and system time as `/proc/PID/stat` has it. The kernel makes that split by
          sampling, so the parts are less sure than their sum.
        - Latencies are wrk's. One processor feeds the proxy, so rates show the whole chain, and
          processor time per request or GiB shows the proxy.
        - Memory is the proportional set size (Pss) of all the proxy's processes after the load; at
          start, `resident` is the sum of their resident sets.
        - An idle connection has relayed a byte each way before it rests; its price is the growth of
          Pss from 1 connection to 8,000. In `http-idle-8000` it has had one small answer.
        - `http-routes` has as many exact hosts as prefixes of paths on one host, all with the same
          backend. Requests go over 100 of the 10,000 routes, from all over the table, and over all
          of the 10. `10,000 used` is for the worst: requests go over all of the routes, so that
          each finds its own in no cache.
        - In `slow-clients` \(SlowClientsCase.clients) connections stand beside the load, on the same
          listener: a third each sends a head byte by byte, sends a body of 1 MB byte by byte, and
          reads 10 MiB by \(SlowKind.readBytes) bytes with the least receive buffer there is; each
          does so every 0.5 to 2 s, and is opened again when the proxy ends it (`ended/s`). In each
          of at most three rounds a proxy just started has the load alone, which is `calm`, and then
          with them. All proxies have \(ProxyTask.headSeconds) s for a head and
          \(ProxyTask.stillSeconds) s for a client that stands still; nginx keeps answers out of
          files and collects bodies before it asks the backend. The bytes for each kind are growth
          of Pss as that kind comes, readers first. The bound adds up what sluice's limits allow each
          client: a buffer for a head, for readers one of a relay beside it, and 2 KiB for its slots.
          Backend and proxy share one kernel and its `tcp_mem`, which readers of so much can fill.
        - `picks` runs the balancer in the measuring program, without a network: all backends are
          usable, of weight 1, carry up to nine sessions, and are held in two plain arrays. Each
          figure is the median of readings of 1,024 picks with warm caches.
        - `probes` has 5,000 addresses of one backend and `health: { tcp: {} }` with an interval of
          \(ProxyTask.probeSeconds) s. All have been probed once before anything is measured. At
          rest, the share of a core is taken over four intervals, with and without probes at the
          same time. Each round under load is of a sluice just started and covers whole intervals,
          with the probes of each still close together, which is the worst that clients meet.
        - In the case `pool` the backend is in a network of its own, which is reached only through a
          program that holds each packet for \(TextReport.number(PoolCase.delay * 1e3)) ms each way.
          \(PoolCase.clients(bench)) clients a round, in at most three rounds, come one after the
          other, with \(TextReport.number(PoolCase.thinkTime * 1e3)) ms between them. Its latencies
          are from the beginning of a client's connection to the first byte of the answer.
        """
    }

    private func table(_ header: [String], _ rows: [[String]], numbers: [Int]) -> String {
        let rule = header.indices.map { numbers.contains($0) ? "---:" : "---" }
        return ([header, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
            .joined(separator: "\n")
    }

    private func oneLine(_ text: String) -> String {
        text.split(separator: "\n").joined(separator: " / ")
    }
}
