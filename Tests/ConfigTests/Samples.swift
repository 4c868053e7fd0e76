// Files and shorthands that the tests share.

import Config

/// Reads `text` under the name `t.yaml`.
func parse(_ text: String) -> LoadResult {
    ConfigurationFile.parse(text: text, name: "t.yaml")
}

/// Reads a file with one listener and the upstream `u`, whose value stands on line 3 from column 5.
func parse(upstream value: String) -> LoadResult {
    parse("listeners: { l: { bind: '127.0.0.1:80', upstream: u } }\nupstreams:\n u: \(value)\n")
}

/// Reads a file with an HTTP listener and one route, whose value stands on line 2.
func parse(route value: String) -> LoadResult {
    parse(
        """
        listeners: { l: { bind: '127.0.0.1:80', protocol: http, routes: [
        \(value)
        ] } }
        upstreams: { u: { backends: ['a:1'] } }

        """)
}

/// Reads a file with the listener `l`, whose further keys stand on line 2, and the upstream `u`.
func parse(listener keys: String) -> LoadResult {
    parse(
        """
        listeners: { l: { bind: '127.0.0.1:80',
        \(keys)
        } }
        upstreams: { u: { backends: ['a:1'] } }

        """)
}

/// A line of the report of `text`: everything of its diagnostics but the drawing, one a line.
func report(_ text: String) -> [String] { report(parse(text)) }

/// The same of a result.
func report(_ result: LoadResult) -> [String] {
    result.diagnostics.map { problem in
        "\(problem.line):\(problem.column)+\(problem.length) \(problem.severity): "
            + problem.message + (problem.suggestion.map { " | \($0)" } ?? "")
    }
}

/// A file with one good listener and one good upstream.
let small = """
    listeners:
      web:
        bind: "127.0.0.1:80"
        upstream: site
    upstreams:
      site:
        backends: ["10.0.0.1:80"]

    """

/// A file that gives every key a value other than its default.
let complete = """
    workers: 3
    max_connections: 5000
    drain_timeout: 45s
    admin:
      socket: /tmp/admin.sock
      mode: "0660"
    log:
      format: json
      level: debug
      file: /var/log/sluice/sluice.log
    resolver:
      servers: [127.0.0.1:5353, "[::1]:53", 10.0.0.53, "2001:DB8::53"]
      timeout: 500ms
      attempts: 2
      min_ttl: 5s
      max_ttl: 5m
    listeners:
      web:
        bind: ["0.0.0.0:80", "[2001:db8::1]:80", "unix:/run/web.sock", /run/web2.sock]
        protocol: tcp
        upstream: site
        max_connections: 1000
        backlog: 128
        ipv6_only: true
        mode: 0666
        owner: www-data
        group: "33"
        tcp:
          nodelay: false
          keepalive: { idle: 30s, interval: 5s, count: 3 }
          user_timeout: 20s
          defer_accept: 5s
          fast_open: 256
        timeouts:
          idle: off
          half_closed: 500ms
          lifetime: 1d
      named: { bind: "127.0.0.1:81", upstream: named }
      listed: { bind: "127.0.0.1:82", upstream: listed }
    upstreams:
      site:
        balance:
          algorithm: maglev
          key: source-ip-port
          table_size: 4099
          bounded_load: 1.25
        connect:
          timeout: 250ms
          retries: 1
          source: 10.0.0.9
          retry_budget: { percent: 10%, per_second: 7 }
        tcp:
          nodelay: false
          keepalive: false
          user_timeout: 1m
        drain_timeout: 0s
        backends:
          - 10.0.0.1:80
          - "[2001:DB8:0:0::2]:8080"
          - unix:/run/app.sock
          - Host.Example:443
          - { address: "10.0.0.2:80", name: two, weight: 0 }
          - { address: 10.0.0.3:80, max_connections: 500, priority: 3 }
          - { address: 10.0.0.4:80, backup: true }
        health:
          tcp: { send: "PING\\r\\n", expect: "+PONG" }
          interval: 2s
          timeout: 1s
          rise: 1
          fall: 2
          port: 9000
        eject:
          failures: 3
          for: 5s
          max: 1m
          max_percent: 25
          success_rate: { deviations: 2.5, min_connections: 10, min_backends: 3, interval: 1m }
        slow_start: 0s
        fail_open: 20%
        queue: { size: 64, timeout: 1s }
        pool: { warm: 4, max_idle: 10s, max_age: 10m }
      named:
        dns: { name: _redis._tcp.Cache.Example, type: srv, max_connections: 100 }
        health:
          http:
            method: POST
            path: /healthz?full=1
            host: a.example:8080
            expect: [200-299, 304]
            body: "ok"
        eject: off
        fail_open: off
        queue: off
        connect: { retry_budget: off }
      listed:
        file: cache.backends
        health: { tcp: { send_hex: "0a0B", expect_hex: "00ff" } }

    """
