// swift-tools-version: 6.2
// Sluice: a load balancer and HTTP reverse proxy for Linux. Planes are folders and concepts are
// targets; arrows between targets point down only, which a test checks.

import PackageDescription

/// The strictest language this compiler offers: all of it was measured to cost nothing at run time.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// Tests call unsafe things on purpose and import for themselves only.
let relaxed: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

let package = Package(
    name: "sluice",
    products: [.executable(name: "sluice", targets: ["sluice"])],
    dependencies: [
        // The command line: subcommands, help and completions that users know from elsewhere.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        // The front of all logging; what stands behind it is ours.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    ],
    targets: [
        // Platform: knows the kernel, knows no protocol.

        // System calls that return -errno and flags of one integer type; C, no logic.
        .target(name: "CLinux", path: "Sources/Platform/CLinux"),
        // Descriptors, sockets, addresses, epoll, pipes, signals, clocks and threads.
        .target(
            name: "Linux", dependencies: ["CLinux"], path: "Sources/Platform/Linux",
            swiftSettings: strict),
        // Slots with generations, buffers, timers and mailboxes; they know no descriptors.
        .target(
            name: "Containers", path: "Sources/Platform/Containers", swiftSettings: strict),

        // Protocols: bytes in, events out; no descriptors, no clock.

        // HTTP/1.1: heads, framing, chunked bodies, and writing heads. Strict, over borrowed bytes.
        .target(name: "HTTP", path: "Sources/Protocols/HTTP", swiftSettings: strict),
        // zlib made callable; no logic.
        .target(name: "CZlib", path: "Sources/Platform/CZlib"),
        // Gzip of a response stream, who takes it, and what is worth it.
        .target(
            name: "Compression", dependencies: ["CZlib"], path: "Sources/Protocols/Compression",
            swiftSettings: strict),
        // OpenSSL made callable; no logic.
        .target(name: "COpenSSL", path: "Sources/Platform/COpenSSL"),
        // TLS sessions over sockets that others own, certificates by name, tickets; and what a
        // ClientHello says, for routing what is passed through.
        .target(
            name: "TLS", dependencies: ["COpenSSL"], path: "Sources/Protocols/TLS",
            swiftSettings: strict),

        // Policies: decisions as pure functions of values, the time and a seed.

        // Which backend a session goes to.
        .target(name: "Balancing", path: "Sources/Policies/Balancing", swiftSettings: strict),
        // What probes and failures amount to, slow start and retry budgets.
        .target(name: "Health", path: "Sources/Policies/Health", swiftSettings: strict),
        // Which route a request takes.
        .target(name: "Routing", path: "Sources/Policies/Routing", swiftSettings: strict),

        // Data plane: the only code that runs per event.

        // Counters, records and reasons: per worker, no locks, no input or output.
        .target(
            name: "Telemetry", path: "Sources/DataPlane/Telemetry", swiftSettings: strict),
        // Workers: accepting, connecting, relaying; one folder a stage.
        .target(
            name: "Proxy",
            dependencies: [
                "Balancing", "Compression", "Containers", "Health", "HTTP", "Linux", "Routing",
                "TLS", "Telemetry",
            ],
            path: "Sources/DataPlane/Proxy", swiftSettings: strict),

        // Control plane: may allocate, throw, and take a millisecond.

        // libyaml made callable; no logic.
        .target(name: "CYAML", path: "Sources/Platform/CYAML"),
        // YAML to a validated `Configuration`, with diagnostics.
        .target(
            name: "Config", dependencies: ["CYAML"], path: "Sources/ControlPlane/Config",
            swiftSettings: strict),
        // c-ares made callable; no logic.
        .target(name: "CAres", path: "Sources/Platform/CAres"),
        // Supervisor, reload, resolver, admin server and log writer.
        .target(
            name: "Control",
            dependencies: [
                "Balancing", "CAres", "COpenSSL", "Compression", "Config", "Containers", "Health",
                "Linux", "Proxy", "Routing", "TLS", "Telemetry",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Sources/ControlPlane/Control", swiftSettings: strict),

        // The program: flags, exit codes, commands.
        .executableTarget(
            name: "sluice",
            dependencies: [
                "Config", "Control", "Linux", "TLS",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/sluice", swiftSettings: strict),

        // Tests.

        // What tests share: seeded randomness, processes and peers.
        .target(
            name: "Support", dependencies: ["CZlib", "Control"], path: "Tests/Support",
            swiftSettings: relaxed),
        .testTarget(
            name: "ContainersTests", dependencies: ["Containers", "Support"],
            swiftSettings: relaxed),
        .testTarget(
            name: "BalancingTests", dependencies: ["Balancing", "Support"], swiftSettings: relaxed),
        .testTarget(
            name: "RoutingTests", dependencies: ["Routing", "Support"], swiftSettings: relaxed),
        // Messages and what has to become of them, for tests of parsers and of the whole program.
        .target(
            name: "Conformance", path: "Tests/Conformance", exclude: ["HTTP"],
            swiftSettings: relaxed),
        // What has to hold of any input: for the fuzzer, which `make fuzz` builds around it, and for
        // the test that goes over the committed inputs.
        .target(
            name: "FuzzHTTP", dependencies: ["HTTP"], path: "Tests/Fuzz/HTTP",
            swiftSettings: relaxed),
        .testTarget(
            name: "HTTPTests", dependencies: ["Conformance", "FuzzHTTP", "HTTP"],
            swiftSettings: relaxed),
        .target(
            name: "FuzzTLS", dependencies: ["TLS"], path: "Tests/Fuzz/TLS",
            swiftSettings: relaxed),
        .testTarget(name: "ConfigTests", dependencies: ["Config"], swiftSettings: strict),
        .testTarget(
            name: "ControlTests",
            dependencies: [
                "Balancing", "Config", "Control", "Linux", "Proxy", "Support", "TLS", "Telemetry",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: relaxed),
        .testTarget(
            name: "LinuxTests", dependencies: ["Linux", "Support"], swiftSettings: relaxed),
        .testTarget(
            name: "TelemetryTests", dependencies: ["Support", "Telemetry"], swiftSettings: relaxed),
        .testTarget(
            name: "CompressionTests", dependencies: ["Compression", "Support"],
            swiftSettings: relaxed),
        // Handshakes over socket pairs, with certificates that the openssl command makes.
        .testTarget(
            name: "TLSTests",
            dependencies: ["Conformance", "COpenSSL", "FuzzTLS", "Support", "TLS"],
            swiftSettings: relaxed),
        // What is true of the sources themselves: who imports whom, and where a type is found.
        .testTarget(name: "TreeTests", dependencies: ["Support"], swiftSettings: relaxed),
        .testTarget(
            name: "HealthTests", dependencies: ["Health", "Support"], swiftSettings: relaxed),
        // Hours of outages on a clock moved by hand: what the policies do together.
        .testTarget(
            name: "SimulationTests", dependencies: ["Health", "Support"], swiftSettings: relaxed),
        // Flows over socket pairs, and the small parts of a worker.
        .testTarget(
            name: "ProxyTests",
            dependencies: [
                "Balancing", "Compression", "Containers", "HTTP", "Health", "Linux", "Proxy",
                "Support", "TLS",
            ],
            swiftSettings: relaxed),
        // The built program against real peers.
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["Conformance", "Control", "Linux", "Support", "sluice"],
            swiftSettings: relaxed),
        // Network namespaces and TUN devices made callable; no logic.
        .target(name: "CTun", path: "Tests/CTun"),
        // The program's cost beside HAProxy's and nginx's, and that of its parts; never a test.
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "Balancing", "CTun", "Linux", "Proxy",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/Benchmarks", swiftSettings: strict),
    ]
)
