// The demo: backends as child processes, a configuration in a directory of its own, and what to
// try.

internal import Glibc
internal import Linux
internal import TLS

/// A demo that is set up, to be run by the supervisor like any configuration.
struct Demo {
    /// A backend that runs.
    private struct Backend {
        let name: String
        let port: UInt16
        let process: pid_t
    }

    private static let names = ["one", "two", "three"]
    private let port: UInt16
    /// Clients speak TLS, by a certificate that is made for the demo.
    private let hasTLS: Bool
    private let directory: String
    private let backends: [Backend]

    /// Starts the backends and writes the configuration. Call it before the supervisor blocks
    /// signals, which children inherit.
    init(port: UInt16, hasTLS: Bool) throws(SystemError) {
        self.port = port
        self.hasTLS = hasTLS
        directory = try Self.makeDirectory()
        if hasTLS { try Self.writeCertificate(in: directory) }
        var backends: [Backend] = []
        for name in Self.names { backends.append(try Self.start(name)) }
        self.backends = backends
        try Self.write(Array(configuration.utf8), to: configurationPath)
    }

    /// The file that the balancer runs.
    var configurationPath: String { "\(directory)/sluice.yaml" }

    private var socketPath: String { "\(directory)/admin.sock" }

    private static let certificateName = "demo.pem"
    private static let keyName = "demo.key"
    /// Longer than anybody plays with it, and than its end would be warned of.
    private static let certificateDays = 21

    private var certificatePath: String { "\(directory)/\(Self.certificateName)" }

    /// Where the balancer is. The certificate is for that name.
    private var site: String { hasTLS ? "https://localhost:\(port)" : "http://127.0.0.1:\(port)" }

    /// curl, and whom it has to believe.
    private var curl: String { hasTLS ? "curl --cacert \(certificatePath)" : "curl" }

    /// Stops the backends and removes the files.
    func end() {
        // One that has ended is reaped by now, and its number may be anybody's.
        for backend in backends where waitpid(backend.process, nil, WNOHANG) == 0 {
            kill(backend.process, SIGKILL)
        }
        unsafe unlink(configurationPath)
        unsafe unlink(socketPath)
        if hasTLS {
            unsafe unlink(certificatePath)
            unsafe unlink("\(directory)/\(Self.keyName)")
        }
        unsafe rmdir(directory)
    }

    /// What is running, and what to try.
    var introduction: String {
        let list = backends.map { "    \($0.name)  127.0.0.1:\($0.port)  pid \($0.process)" }
        return """
            A balancer on \(site) in front of three backends:
            \(list.joined(separator: "\n"))

            Try, in another terminal:
                \(curl) \(site)
                \(curl) -i \(site)/hello
                sluice status --socket \(socketPath)
                curl --unix-socket \(socketPath) http://sluice/metrics

            Stop a backend, and see that no request fails:
                kill \(backends[0].process)

            Change the weights or take a backend out, and put it in force:
                $EDITOR \(configurationPath)
                kill -HUP \(getpid())     (or: sluice reload --socket \(socketPath))

            Ctrl-C ends it all. If `sluice` is not on your PATH: \(Self.programPath)

            """
    }

    private var configuration: String {
        let list = backends.map {
            "      - { name: \($0.name), address: \"127.0.0.1:\($0.port)\" }"
        }
        return """
            # The demo's configuration. Change it while it runs, then: kill -HUP \(getpid())
            admin: { socket: "\(socketPath)" }

            listeners:
              web:
                bind: "127.0.0.1:\(port)"
                protocol: http
            \(tls)    upstream: site
                routes:
                  - { path: /hello, respond: { body: "Hello from the balancer itself\\n" } }

            upstreams:
              site:
                balance: round-robin
                backends:
            \(list.joined(separator: "\n"))

            """
    }

    /// The line of the listener that says so.
    private var tls: String {
        guard hasTLS else { return "" }
        return "    tls: { certificates: "
            + "[{ cert: \(Self.certificateName), key: \(Self.keyName) }] }\n"
    }

    // Steps ---------------------------------------------------------------------------------

    private static var programPath: String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe buffer.withUnsafeMutableBytes { space in
            guard let start = space.baseAddress else { return 0 }
            return unsafe readlink(
                "/proc/self/exe", start.assumingMemoryBound(to: CChar.self), space.count)
        }
        return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    }

    private static func makeDirectory() throws(SystemError) -> String {
        var template = Array("/tmp/sluice-demo-XXXXXX".utf8CString)
        let made = unsafe template.withUnsafeMutableBufferPointer { space -> String? in
            guard let start = space.baseAddress, let path = unsafe mkdtemp(start) else {
                return nil
            }
            return unsafe String(cString: path)
        }
        guard let made else { throw SystemError("mkdtemp", errno) }
        return made
    }

    private static func start(_ name: String) throws(SystemError) -> Backend {
        let address = SocketAddress(ipv4: 0x7f00_0001, port: 0)
        let socket = try Socket.bind(to: address, isIPv6Only: false, sharesPort: false)
        try Socket.listen(
            socket.rawValue, Socket.ListenOptions(backlog: 128), isInternet: true)
        let bound = try Socket.localAddress(socket.rawValue)
        let child = try ChildProcess.spawn(
            programPath, ["sluice", "demo-backend", "--descriptor", "3", "--name", name],
            passing: socket.rawValue, as: 3)
        return Backend(name: name, port: bound.port, process: child)
    }

    /// Makes a certificate for this machine, which only those believe who are told to.
    private static func writeCertificate(in directory: String) throws(SystemError) {
        let made = SelfSignedCertificate(
            commonName: "localhost", alternatives: ["DNS:localhost", "IP:127.0.0.1", "IP:::1"],
            days: certificateDays)
        guard let made else { preconditionFailure("OpenSSL makes no certificate") }
        try write(made.certificate, to: "\(directory)/\(certificateName)")
        try write(made.key, to: "\(directory)/\(keyName)")
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let file = try FileDescriptor.openForAppending(path)
        guard fchmod(file.rawValue, 0o600) == 0 else { throw SystemError("fchmod", errno) }
        let written = unsafe bytes.withUnsafeBytes {
            unsafe FileDescriptor.write(file.rawValue, $0)
        }
        guard written.rawValue == bytes.count else { throw SystemError("write", written.errno) }
    }
}
