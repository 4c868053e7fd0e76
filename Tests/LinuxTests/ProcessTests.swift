// What the process is told by the kernel: signals, limits, errors, usage, clocks.

import Glibc
import Linux
import Support
import Testing

@Suite("Signals")
struct SignalTests {
    @Test("blocked signals are read as events, each once, and ignored ones do nothing")
    func signals() async {
        // A process of its own: signals are blocked for all that is started later.
        await #expect(processExitsWith: .exitCode(7)) {
            SignalFD.ignore(SIGPIPE)
            let signals = try SignalFD([SIGHUP, SIGTERM])
            guard signals.next() == nil else { exit(1) }
            // To this thread: others of the process do not block them.
            pthread_kill(pthread_self(), SIGHUP)
            pthread_kill(pthread_self(), SIGHUP)
            pthread_kill(pthread_self(), SIGTERM)
            guard FileDescriptor.waitReadable(signals.rawValue, milliseconds: 1000) else { exit(2) }
            guard signals.next() == SIGHUP, signals.next() == SIGTERM else { exit(3) }
            guard signals.next() == nil else { exit(4) }
            raise(SIGPIPE)
            exit(7)
        }
    }
}

@Suite("The machine and the process")
struct MachineTests {
    @Test("an error says which call failed and why")
    func errorText() {
        #expect(SystemError("bind", EADDRINUSE).description == "bind: Address already in use")
        #expect(SystemError.text(of: ECONNREFUSED) == "Connection refused")
        #expect(SystemError.text(of: 0) == "Success")
        for code in [4095, -1] as [Int32] {
            #expect(SystemError.text(of: code).contains("\(code)"))
        }
        #expect(SystemError("bind", 1) != SystemError("bind", 2))
        #expect(SystemError("bind", 1) != SystemError("listen", 1))
    }

    @Test("processors are those that this process may use")
    func processors() {
        let count = Machine.processorCount
        #expect(count >= 1)
        #expect(count <= sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let allowed = Command.run("nproc").output.split(separator: "\n").first.flatMap { Int($0) }
        #expect(count <= allowed ?? .max)
    }

    @Test("the limit of descriptors is raised up to the cap and never beyond the hard limit")
    func descriptorLimit() async {
        let limit = Machine.descriptorLimit()
        #expect(limit.soft > 0 && limit.soft <= limit.hard)
        await #expect(processExitsWith: .exitCode(7)) {
            var low = rlimit(rlim_cur: 64, rlim_max: 256)
            guard setrlimit(__rlimit_resource_t(7), &low) == 0 else { exit(1) }
            guard Machine.raiseDescriptorLimit(cap: 32) == 64 else { exit(2) }
            guard Machine.raiseDescriptorLimit(cap: 100) == 100 else { exit(3) }
            guard Machine.raiseDescriptorLimit(cap: 1 << 20) == 256 else { exit(4) }
            guard Machine.descriptorLimit() == (256, 256) else { exit(5) }
            exit(7)
        }
    }

    @Test("a small file is read whole, up to a limit")
    func smallFile() {
        let directory = TemporaryDirectory()
        let path = directory.write("0123456789", to: "file")
        #expect(SmallFile.read(path, limit: 100) == "0123456789")
        #expect(SmallFile.read(path, limit: 10) == "0123456789")
        #expect(SmallFile.read(path, limit: 4) == "0123")
        #expect(SmallFile.read(directory.write("", to: "empty"), limit: 4) == "")
        #expect(SmallFile.read(directory.file("missing"), limit: 4) == nil)
        #expect(SmallFile.read(directory.path, limit: 4) == nil)
    }

    @Test("usage counts memory, time and descriptors of this process")
    func usage() async throws {
        let usage = try #require(ProcessUsage.current())
        #expect(usage.residentBytes > 1 << 20 && usage.residentBytes < 1 << 40)
        #expect(usage.cpuSeconds > 0)
        // Where no other test opens any meanwhile.
        await #expect(processExitsWith: .exitCode(7)) {
            guard let before = ProcessUsage.current()?.openDescriptors else { exit(1) }
            let copies = [dup(0), dup(0)]
            guard ProcessUsage.current()?.openDescriptors == before + 2 else { exit(2) }
            copies.forEach { FileDescriptor.close($0) }
            guard ProcessUsage.current()?.openDescriptors == before else { exit(3) }
            exit(7)
        }
    }

    @Test("clocks agree with the kernel's and with each other")
    func clocks() {
        let before = Clock.monotonicNanoseconds
        let milliseconds = Clock.monotonicMilliseconds
        let after = Clock.monotonicNanoseconds
        #expect(before / 1_000_000 <= milliseconds && milliseconds <= after / 1_000_000)
        let seconds = UInt64(time(nil))
        #expect(Clock.realtimeNanoseconds / 1_000_000_000 - seconds <= 1)
    }

    @Test("a thread runs what it is given, by its name, and is joined")
    func thread() throws {
        let context = UnsafeMutablePointer<String>.allocate(capacity: 1)
        context.initialize(to: "")
        let thread = try Thread(context: context) { context in
            Thread.setName("sluice-test")
            context!.assumingMemoryBound(to: String.self).pointee =
                SmallFile.read("/proc/thread-self/comm", limit: 64) ?? ""
            return nil
        }
        thread.join()
        #expect(context.pointee == "sluice-test\n")
        context.deinitialize(count: 1)
        context.deallocate()
    }
}
