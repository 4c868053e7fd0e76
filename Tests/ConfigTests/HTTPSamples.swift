// A file with HTTP in it, which the tests share.

/// A file that gives every key that is for HTTP a value other than its default.
let completeHTTP = """
    listeners:
      edge:
        bind: ["0.0.0.0:80", /run/edge.sock]
        protocol: http
        upstream: site
        routes:
          - name: api
            host: [API.example.com, "*.Example.org", 10.0.0.1, "[2001:DB8:0::1]"]
            path: [/v1/, { exact: /health }, { prefix: /v2 }]
            method: [GET, M-SEARCH]
            headers:
              X-Canary: 1
              X-Debug: present
              X-No: absent
              X-Literal: { exact: present }
              X-Version: { prefix: "v2-" }
            query: { version: "2", debug: present, q: { prefix: a%20 } }
            priority: -5
            upstream: shop
            rewrite: { prefix: /added/ }
            request_headers:
              set: { Host: shop.internal, X-Client: "{client_ip}:{client_port}" }
              add: { X-Note: [one, "{{two}}"], X-More: "{header:User-Agent}{cookie:sid}" }
              remove: [X-Internal, Cookie]
            response_headers:
              set: { X-Served-By: "{backend} {status} {response_header:Server}" }
              remove: Server
            timeouts: { first_byte: 5s, request: 30s }
          - { path: /old, upstream: shop, rewrite: { strip_prefix: /old/ } }
          - { path: /older, upstream: site, rewrite: { replace_prefix: / } }
          - host: example.com
            redirect: { to: "https://www.{host}{path}{query}", status: 308 }
          - { host: example.net, redirect: /here }
          - path: /down
            respond: { status: 503, body: "back at {noon}", content_type: "text/plain; charset=ascii" }
          - { path: /page, respond: { file: pages/down.HTML } }
          - { path: /gone, respond: 410 }
        http:
          timeouts: { head: 5s, body: 20s, keep_alive: 15s, request: 2m }
          max_requests: 1000
          trusted_proxies: [10.0.0.0/8, "::1", "fd00::/8", 192.0.2.1, unix]
          forwarded: both
          via: edge-1
          request_id: { header: X-Correlation-Id, trust: false }
          connect: true
          compression:
            level: 4
            min_size: 256B
            types: [Text/*, application/json]
            cpu_guard: 70%
            memory: 64MiB
          access_log:
            file: /var/log/sluice/access.log
            format: "{time}\\t{client_ip} {{{status}}}"
          error_pages: { 404: /etc/sluice/404.html, 503: down.txt }
          request_headers: { remove: X-Secret }
          response_headers: { set: { Strict-Transport-Security: max-age=31536000 } }
      plain:
        bind: "127.0.0.1:81"
        protocol: http
        routes: [{ upstream: site }]
        http:
          max_requests: off
          forwarded: off
          via: off
          request_id: off
          compression: {}
          access_log: { file: stderr, format: combined }
    upstreams:
      site:
        backends: ["10.0.0.1:80"]
        balance: { algorithm: ring, key: path }
        http: { keep_alive: off }
      shop:
        backends: ["10.0.0.2:80"]
        balance: { algorithm: maglev, key: "header:X-User" }
        http:
          timeouts: { first_byte: 10s, idle: 20s }
          retry: { statuses: [502, 503], first_byte_timeout: true }
          keep_alive: { max_idle: 16, idle: 10s, max_age: 10m }
        affinity:
          cookie: SHOP
          secret: correct horse battery staple
          path: /shop
          secure: true
          same_site: strict
          max_age: 8h

    """
