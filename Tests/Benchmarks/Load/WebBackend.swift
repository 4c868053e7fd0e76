// The HTTP server behind every proxy: one nginx process with its best settings for serving files.

/// A running backend on the load's processor.
struct WebBackend {
    let port: UInt16
    private let process: ChildProcess

    /// Paths that it answers, and the bytes of each body.
    static let smallPath = "/small"
    /// A path whose answer is small and comes when the whole body of the request is here.
    static let uploadPath = "/upload"
    /// What paths begin with that get the small body, however they go on.
    static let servicePrefix = "/service-"
    /// The body of small answers, but for the line end behind it.
    static let smallBody = "A small body, for small requests."
    static let bodies = ["/64k": 64 << 10, "/10m": 10 << 20]

    /// - Parameters:
    ///   - everyAddress: also answers on all other addresses of this machine, which the
    ///     thousands of 127.x.y.z backends need. Off otherwise: a benchmark should open nothing.
    ///   - sendBytes: the send buffer of each connection; the kernel's choice without it, a megabyte
    ///     or two on the loopback interface.
    static func start(
        in directory: String, everyAddress: Bool = false, sendBytes: Int? = nil
    ) throws -> WebBackend {
        let buffer = sendBytes.map { " sndbuf=\($0)" } ?? ""
        let port = try Loopback.freePort()
        for (path, count) in bodies { try Files.writeZeros(count: count, to: directory + path) }
        let configuration = """
            \(NginxServer.preamble(directory: directory, name: "web-\(port)"))
            events { worker_connections 20000; }
            http {
                access_log off;
                sendfile on;
                tcp_nopush on;
                keepalive_requests 1000000000;
                open_file_cache max=16;
                server {
                    listen \(everyAddress ? "0.0.0.0" : "127.0.0.1"):\(port) backlog=4096\(buffer);
                    location = \(smallPath) { return 200 "\(smallBody)\\n"; }
                    # It asks itself, which it does once it has the body.
                    location = \(uploadPath) {
                        client_body_temp_path \(directory)/web-\(port);
                        proxy_pass http://127.0.0.1:\(port)\(smallPath);
                    }
                    location \(servicePrefix) { return 200 "\(smallBody)\\n"; }
                    location / { root \(directory); }
                }
            }

            """
        let path = "\(directory)/web-\(port).conf"
        try Files.write(configuration, to: path)
        let process = try ChildProcess.start(
            ["nginx", "-e", "stderr", "-c", path], processor: Processors.load,
            outputPath: "\(directory)/web-\(port).output")
        try Readiness.await(port: port, of: process, named: "the nginx backend")
        return WebBackend(port: port, process: process)
    }

    /// As many of its addresses: those of 127.0.0.0/8 need no set-up.
    func addresses(_ count: Int) -> [String] {
        (0..<count).map { "127.0.\($0 / 250).\($0 % 250 + 1):\(port)" }
    }

    func stop() {
        process.stop()
    }
}
