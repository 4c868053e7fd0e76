// The one task that every proxy gets, and its wording in each proxy's own configuration: TCP from a
// port to backends, one worker, room for more than 8,000 sessions. Rivals get their best settings,
// which differ between small requests and large bodies.

/// What a proxy shall do.
struct ProxyTask {
    let port: UInt16
    /// Addresses with ports.
    let backends: [String]
    /// For whatever files the proxy needs; each has its own names there.
    let directory: String
    /// Gives the rivals the settings that make large bodies cheapest for them, at the price of
    /// dearer small requests or more memory.
    var tunesForBulk = false
    /// Has sluice probe the backends, every `probeSeconds`.
    var isProbed = false
    /// Connections that sluice keeps ready to each backend; 0 for no pool.
    var warm = 0

    /// The interval of probes.
    static let probeSeconds = 5

    /// Sessions at once that a proxy must have room for: the idle case and some air. Two
    /// descriptors each, and HAProxy's pipes, stay below the 20,000 that is a usual hard limit.
    static let sessionsMax = 8_200

    /// Where sluice's admin server listens.
    var adminPath: String { "\(directory)/sluice-\(port).sock" }

    func configuration(for kind: ProxyKind) -> String {
        switch kind {
        case .sluice: sluice
        case .haproxy: haproxy
        case .nginx: nginx
        }
    }

    private var sluice: String {
        let health = "    health: { tcp: {}, interval: \(Self.probeSeconds)s }\n"
        let pool = "    pool: { warm: \(warm) }\n"
        return """
            workers: 1
            max_connections: \(Self.sessionsMax)
            drain_timeout: 1s
            admin: { socket: \(adminPath) }
            log: { level: warning }
            listeners:
              benchmark: { bind: "127.0.0.1:\(port)", protocol: tcp, upstream: benchmark }
            upstreams:
              benchmark:
            \(isProbed ? health : "")\
            \(warm > 0 ? pool : "")\
                backends:
            \(backends.map { "      - \"\($0)\"" }.joined(separator: "\n"))

            """
    }

    private var haproxy: String {
        // `splice-auto` was not seen to splice on the loopback device at all (strace shows receive
        // and send alone); these two always do, at a quarter of the time per byte of a large body.
        let bulk = "    option splice-request\n    option splice-response\n"
        return """
            global
                nbthread 1
                maxconn \(Self.sessionsMax)
                maxpipes 500
            \(tunesForBulk ? "    tune.pipesize 1048576\n" : "")\
            defaults
                mode tcp
                maxconn \(Self.sessionsMax)
                timeout connect 3s
                timeout client 1h
                timeout server 1h
                option splice-auto
            \(tunesForBulk ? bulk : "")\
            listen benchmark
                bind 127.0.0.1:\(port) backlog 4096
            \(backends.enumerated().map { "    server s\($0) \($1)" }.joined(separator: "\n"))

            """
    }

    private var nginx: String {
        """
        \(NginxServer.preamble(directory: directory, name: "proxy-\(port)"))
        load_module /usr/lib/nginx/modules/ngx_stream_module.so;
        events { worker_connections \(2 * Self.sessionsMax + 100); }
        stream {
            upstream benchmark {
        \(backends.map { "        server \($0);" }.joined(separator: "\n"))
            }
            server {
                listen 127.0.0.1:\(port) backlog=4096;
                tcp_nodelay on;
                proxy_buffer_size \(tunesForBulk ? "256k" : "16k");
                proxy_connect_timeout 3s;
                proxy_timeout 1h;
                proxy_pass benchmark;
            }
        }

        """
    }
}
