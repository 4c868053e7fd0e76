// A network of this program's own, with its own devices, addresses and ports. It has no name in the
// file system: the kernel takes it away, with all that is in it, when no process is in it and nobody
// holds a descriptor of it, however this program ends. Making one takes root.

internal import CTun
import Glibc

/// A network namespace (network_namespaces(7)). Ends by `close`, once.
struct NetworkNamespace {
    private let descriptor: Int32

    /// Makes one in which only the loopback device is up, and leaves the calling thread where it is.
    static func make() throws -> NetworkNamespace {
        let home = try current()
        defer { home.close() }
        let made = ct_namespace_make()
        guard made == 0 else {
            throw BenchmarkUnavailable(
                "needs root, to make network namespaces", errno: Int32(-made))
        }
        // A thread that cannot go back must not go on in the wrong network.
        defer { precondition(ct_namespace_enter(home.descriptor) == 0, "no way back") }
        let namespace = try current()
        let code = unsafe ct_device_set_up("lo")
        guard code == 0 else {
            namespace.close()
            throw BenchmarkError("take a loopback device up", errno: Int32(-code))
        }
        return namespace
    }

    /// Moves the calling thread into one for good, and with it what it starts from then on. Segments
    /// are sent there without pacing (Reno, the one congestion control that every kernel lets a
    /// namespace choose): a machine may be set to BBR, which sets a timer for each, and in a virtual
    /// machine these timers were most of the cost of large bodies. False without root, where all
    /// stays as the machine has it.
    static func moveIn() throws -> Bool {
        let namespace: NetworkNamespace
        do { namespace = try make() } catch is BenchmarkUnavailable { return false }
        defer { namespace.close() }
        let code = ct_namespace_enter(namespace.descriptor)
        guard code == 0 else {
            throw BenchmarkError("enter a network namespace", errno: Int32(-code))
        }
        try Files.write("reno", to: Machine.congestionControlPath)
        return true
    }

    /// Runs `body` on the calling thread, in this namespace. Sockets belong for ever to the one in
    /// which they were made; so do the child processes that `body` starts.
    func run<Result>(_ body: () throws -> Result) throws -> Result {
        let home = try Self.current()
        defer { home.close() }
        let code = ct_namespace_enter(descriptor)
        guard code == 0 else {
            throw BenchmarkError("enter a network namespace", errno: Int32(-code))
        }
        defer { precondition(ct_namespace_enter(home.descriptor) == 0, "no way back") }
        return try body()
    }

    func close() {
        Glibc.close(descriptor)
    }

    private static func current() throws -> NetworkNamespace {
        let descriptor = ct_namespace_open()
        guard descriptor >= 0 else {
            throw BenchmarkError("open a network namespace", errno: Int32(-descriptor))
        }
        return NetworkNamespace(descriptor: Int32(descriptor))
    }
}
