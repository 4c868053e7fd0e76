// A file with TLS in it, which the tests share.

/// A file that gives every key that is for TLS a value other than its default.
let completeTLS = """
    listeners:
      web:
        bind: "0.0.0.0:443"
        protocol: http
        upstream: site
        tls:
          certificates:
            - { cert: /etc/sluice/a.pem, key: a.key, password_file: a.password, ocsp: a.ocsp }
            - b.pem
          directory: certificates//
          preset: intermediate
          min_version: "1.2"
          max_version: 1.3
          ciphers: "ECDHE+AESGCM:!aNULL:@SECLEVEL=2"
          ciphersuites: TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256
          groups: X25519:P-256
          alpn: [http/1.1, http/1.0]
          strict_sni: true
          tickets: { file: /etc/sluice/tickets.key }
          session_cache: 20000
          early_data: false
          client_auth: { mode: request, ca: clients.pem, crl: clients.crl, depth: 1 }
          handshake_timeout: 5s
        http:
          hsts: { max_age: 730d, include_subdomains: true, preload: true }
          request_headers:
            set: { X-Client: "{client_cert_subject} {client_cert_verify}", X-TLS: "{tls_version}" }
      modern:
        bind: "0.0.0.0:444"
        protocol: http
        upstream: hosts
        tls: { certificates: one.pem, preset: modern, tickets: { rotate: 1h } }
        http: { hsts: 90d }
      ended:
        bind: "0.0.0.0:445"
        upstream: named
        tls: { directory: /etc/certificates, alpn: [h2, postgresql], tickets: off }
      passed:
        bind: "0.0.0.0:446"
        routes:
          - { sni: [A.example, "*.A.example"], upstream: named }
          - { sni: b.example, alpn: [h2, acme-tls/1], upstream: other }
          - { alpn: http/1.1, upstream: named }
        hello_timeout: 2s
    upstreams:
      site:
        backends: ["10.0.0.1:443", /run/app.sock]
        tls:
          server_name: Shop.Internal
          ca: backends.pem
          key: /etc/sluice/sluice.key
          cert: sluice.pem
          password_file: sluice.password
          alpn: http/1.1
          min_version: 1.3
          session_reuse: false
        health: { http: {}, tls: false }
      hosts: { backends: ["10.0.0.2:443"], tls: { server_name_from_host: true } }
      named:
        backends: ["10.0.0.3:443"]
        balance: { algorithm: ring, key: sni }
        tls: true
        health: { tcp: {} }
      other: { backends: ["10.0.0.4:443"], tls: false }

    """
