// The arrows between targets, which point down only: in Package.swift and in each import.

import Testing

@Suite("Arrows between targets")
struct ArrowTests {
    /// What each target may know. A target that is not here has to be thought about first.
    static let allowed: [String: Set<String>] = [
        "CAres": [], "CLinux": [], "COpenSSL": [], "CYAML": [], "CZlib": [], "Containers": [],
        "Compression": ["CZlib"],
        "TLS": ["COpenSSL"],
        "Linux": ["CLinux"],
        "HTTP": [],
        "Balancing": [], "Health": [], "Routing": [],
        "Telemetry": [],
        "Proxy": [
            "Balancing", "Compression", "Containers", "Health", "HTTP", "Linux", "Routing",
            "TLS", "Telemetry",
        ],
        "Config": ["CYAML"],
        "Control": [
            "Balancing", "CAres", "COpenSSL", "Compression", "Config", "Containers", "Health",
            "Linux", "Proxy", "Routing", "TLS", "Telemetry",
        ],
        "sluice": ["Config", "Control", "Linux", "TLS"],
    ]

    /// Modules that are not ours, and who may import them.
    static let foreign: [String: Set<String>] = [
        "Glibc": ["Linux", "Telemetry", "Proxy", "Config", "Control", "sluice"],
        "Synchronization": ["Containers", "TLS", "Telemetry", "Proxy", "Control", "sluice"],
        "FoundationEssentials": ["Control", "sluice", "Config"],
        "Logging": ["Control"],
        "ArgumentParser": ["sluice"],
    ]

    @Test("the manifest is read as it is")
    func reading() {
        #expect(Set(SourceTree.targets.map(\.name)) == Set(Self.allowed.keys))
        #expect(SourceTree.files.count > 50)
        let inTargets = SourceTree.targets.map { SourceTree.files(of: $0).count }.reduce(0, +)
        #expect(inTargets == SourceTree.files.count, "each file belongs to one target")
    }

    @Test("a target depends on nothing that its plane may not know")
    func dependencies() {
        for target in SourceTree.targets {
            let unknown = Set(target.dependencies).subtracting(Self.allowed[target.name] ?? [])
            #expect(unknown.isEmpty, "\(target.name) depends on \(unknown.sorted())")
        }
    }

    @Test("a file imports nothing that its plane may not know")
    func imports() {
        for target in SourceTree.targets {
            for file in SourceTree.files(of: target) {
                for module in file.imports {
                    let isAllowed =
                        Self.allowed[target.name]?.contains(module) == true
                        || Self.foreign[module]?.contains(target.name) == true
                    #expect(isAllowed, "\(file) imports \(module)")
                }
            }
        }
    }

    @Test("what may be known goes down only: there is no way round to where one began")
    func noCycles() {
        for start in Self.allowed.keys {
            var reached: Set<String> = []
            var next = Array(Self.allowed[start] ?? [])
            while let target = next.popLast() {
                guard reached.insert(target).inserted else { continue }
                next += Self.allowed[target] ?? []
            }
            #expect(!reached.contains(start), "\(start) reaches itself")
        }
    }

    @Test("policies and the data plane have no input and output of their own")
    func purity() {
        let pure = [
            "Balancing", "Compression", "Containers", "Health", "HTTP", "Routing", "TLS",
            "Telemetry",
        ]
        for name in pure {
            #expect(Self.allowed[name]?.contains("Linux") == false)
        }
        #expect(Self.allowed["Proxy"]?.contains("Config") == false)
        #expect(!Self.allowed.values.contains { $0.contains("sluice") })
    }
}
