// A real name server for tests, that knows nothing but what a test tells it.

import Glibc
import Testing

/// dnsmasq on a port of 127.0.0.1, with hosts from a file that can be written anew.
public final class DNSMasq: Sendable {
    /// Where it listens, by UDP and TCP.
    public let port = FreePort.take()
    private let directory = TemporaryDirectory()
    private let program: ChildProgram

    /// Starts it and waits until it answers. `hosts` are in the form of /etc/hosts, below the domain
    /// `test`; `options` are beside those that keep it from everything of this machine.
    public init(
        hosts: String = "", _ options: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let path = directory.write(hosts, to: "hosts")
        program = ChildProgram(
            "dnsmasq",
            [
                "--keep-in-foreground", "--log-facility=-", "--conf-file=/dev/null", "--pid-file=",
                "--user=root", "--port=\(port)", "--listen-address=127.0.0.1", "--bind-interfaces",
                "--no-resolv", "--no-hosts", "--addn-hosts=\(path)", "--local=/test/",
            ] + options)
        let program = program
        let isReady = eventually { program.errors.contains("started") || !program.isRunning }
        #expect(
            isReady && program.isRunning, "dnsmasq: \(program.errors)",
            sourceLocation: sourceLocation)
    }

    /// Other hosts from now on.
    public func setHosts(_ text: String) {
        directory.write(text, to: "hosts")
        program.signal(SIGHUP)
    }

    /// Leaves queries unanswered, or answers them again.
    public func suspend(_ isSuspended: Bool = true) {
        program.signal(isSuspended ? SIGSTOP : SIGCONT)
    }
}
