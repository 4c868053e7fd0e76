// The task in nginx's words: with its stream module, or as the HTTP proxy that it is.

extension ProxyTask {
    /// Its configuration file.
    var nginx: String {
        speaksHTTP ? nginxHTTP : nginxStream
    }

    private var nginxStream: String {
        """
        \(NginxServer.preamble(directory: directory, name: "proxy-\(port)"))
        load_module /usr/lib/nginx/modules/ngx_stream_module.so;
        events { worker_connections \(2 * Self.sessionsMax + 100); }
        stream {
            upstream benchmark {
        \(servers)
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

    /// Connections are kept for any number of requests, by default a thousand. What it buffers on
    /// disk stays in our directory: an ordinary user may not write to its own one.
    private var nginxHTTP: String {
        // Of buffering with 64k, 128k and 256k and of none, this was the cheapest for large bodies.
        // The last two lines are what it wants to hear beside a first buffer of that size.
        let bulk = """
                    proxy_buffering off;
                    proxy_buffer_size 256k;
                    proxy_buffers 8 256k;
                    proxy_busy_buffers_size 512k;

            """
        // By default it would write what slow clients do not take of an answer to the disk.
        let limits = """
                    client_header_timeout \(Self.headSeconds)s;
                    client_body_timeout \(Self.stillSeconds)s;
                    send_timeout \(Self.stillSeconds)s;
                    client_body_temp_path \(directory)/body-\(port);
                    proxy_max_temp_file_size 0;

            """
        return """
            \(NginxServer.preamble(directory: directory, name: "proxy-\(port)"))
            events { worker_connections \(2 * Self.sessionsMax + 100); }
            http {
                access_log off;
                keepalive_requests 1000000000;
                keepalive_timeout 1h;
                upstream benchmark {
            \(servers)
                    keepalive \(Self.keptConnectionsMax);
                    keepalive_requests 1000000000;
                }
                server {
                    listen 127.0.0.1:\(port) backlog=4096;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_set_header Host $http_host;
                    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                    proxy_connect_timeout 3s;
                    proxy_temp_path \(directory)/proxy-\(port);
            \(tunesForBulk ? bulk : "")\
            \(limitsClients ? limits : "")\
                    location / { proxy_pass http://benchmark; }
                }
            }

            """
    }

    private var servers: String {
        backends.map { "        server \($0);" }.joined(separator: "\n")
    }
}
