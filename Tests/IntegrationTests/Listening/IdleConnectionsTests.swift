import Glibc
import Support
import Testing

@Suite("Many idle connections", .serialized)
struct IdleConnectionsTests {
    @Test("9,000 of them cost at most 1 KiB each, and all of them still work")
    func idle() throws {
        let room = Self.raiseDescriptorLimit(to: 24_000)
        // Both ends are in this process, and the proxy keeps 256 descriptors back.
        let count = min(9000, (room - 1500) / 2)
        try #require(count >= 3000, "only \(room) descriptors")
        let backend = TestSocket.listen(backlog: 4096)
        let sluice = SluiceProcess(
            """
            workers: 1
            listeners: { one: { bind: "127.0.0.1:0", upstream: servers } }
            upstreams: { servers: { backends: ["127.0.0.1:\(backend.port)"] } }
            """)
        let port = try sluice.port(of: "one")
        var pairs: [(client: TestSocket, server: TestSocket)] = []
        func open(_ wanted: Int) throws {
            while pairs.count < wanted {
                let client = try #require(TestSocket.connect(port: port))
                let server = try #require(backend.accept())
                client.send([7])
                try #require(server.receive(exactly: 1) == [7])
                pairs.append((client, server))
            }
        }
        try open(100)
        let before = sluice.resources.residentKiB
        try open(count)
        #expect(try sluice.status().active == count)
        let each = Double(sluice.resources.residentKiB - before) / Double(count - 100)
        if SluiceProcess.binary.contains("/release/") {
            #expect(each <= 1, "\(each) KiB for each of \(count) connections")
        }
        for (index, pair) in pairs.enumerated() where index % 50 == 0 {
            pair.server.send([UInt8(index % 251)])
            #expect(pair.client.receive(exactly: 1) == [UInt8(index % 251)])
        }
        pairs.removeAll()
        try sluice.stop()
    }

    /// Lets this process, and what it starts, open so many files. Returns how many it may.
    private static func raiseDescriptorLimit(to wanted: rlim_t) -> Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        if limit.rlim_cur < wanted {
            var raised = rlimit(rlim_cur: wanted, rlim_max: max(wanted, limit.rlim_max))
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) != 0 {
                raised = rlimit(rlim_cur: limit.rlim_max, rlim_max: limit.rlim_max)
                setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised)
            }
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        return Int(limit.rlim_cur)
    }
}
