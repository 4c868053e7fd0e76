// Files and shorthands that the tests share.

import Config

/// Reads `text` under the name `t.yaml`.
func parse(_ text: String) -> LoadResult {
    ConfigurationFile.parse(text: text, name: "t.yaml")
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
      file: /var/log/sluice.log
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
    upstreams:
      site:
        balance:
          algorithm: maglev
          key: source-ip-port
          table_size: 4099
          bounded_load: 1.25
        connect:
          timeout: 250ms
          retries: 0
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

    """
