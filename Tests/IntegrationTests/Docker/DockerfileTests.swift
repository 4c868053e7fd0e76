// Replays what can be replayed of the image without an engine: that all it copies exists, that what
// it starts is there, and that the packages it installs hold every library which the binary loads.

import Glibc
import Testing

@Suite("The image")
struct DockerfileTests {
    private let dockerfile: Dockerfile
    private let build: Dockerfile.Stage
    private let image: Dockerfile.Stage

    init() throws {
        dockerfile = Dockerfile(try Checkout.text(of: "docker/Dockerfile"))
        build = try #require(dockerfile.stages.first)
        image = try #require(dockerfile.stages.last)
    }

    @Test func `has a stage to build and a slim one to run`() {
        #expect(dockerfile.stages.count == 2)
        #expect(build.image.hasPrefix("swift:"))
        #expect(image.image.hasSuffix("-slim"))
        #expect(release(of: build.image) == release(of: image.image), "one Debian for both")
    }

    @Test func `copies only paths that exist in the checkout`() {
        let sources = dockerfile.stages.flatMap(\.copies).filter { $0.stage == nil }
            .flatMap(\.sources)
        #expect(!sources.isEmpty)
        for source in sources {
            #expect(Checkout.exists(source), "COPY \(source)")
        }
    }

    @Test func `copies nothing that the ignore file leaves out`() throws {
        // Our ignore file leaves out all but what it names, so that a copied path has to be named.
        let rules = try Checkout.text(of: "docker/Dockerfile.dockerignore").split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
        #expect(rules.first == "*")
        let named = Set(rules.dropFirst().map { String($0.dropFirst()) })
        let copied = dockerfile.stages.flatMap(\.copies).filter { $0.stage == nil }
            .flatMap(\.sources)
        #expect(named == Set(copied))
    }

    @Test func `takes the binary from where the build puts it`() throws {
        let directory = try #require(build.last("WORKDIR")).arguments
        let swift = try #require(build.commands.first { $0.starts(with: ["swift", "build"]) })
        #expect(swift.contains("--static-swift-stdlib"))
        #expect(swift.contains("release"))
        let product = try #require(swift.last)

        let copy = try #require(image.copies.first { $0.stage != nil })
        #expect(copy.stage == build.name)
        #expect(copy.sources == ["\(directory)/.build/release/\(product)"])
    }

    @Test func `starts a command and a configuration that it has copied`() throws {
        let entry = try #require(image.last("ENTRYPOINT")).words
        let arguments = try #require(image.last("CMD")).words
        let destinations = image.copies.map(\.destination)
        #expect(destinations.contains(try #require(entry.first)))
        #expect(arguments.first == "run")
        #expect(destinations.contains(try #require(arguments.last)))
    }

    @Test func `runs as a user that it makes, and not as root`() throws {
        let user = try #require(image.last("USER")).arguments
        #expect(user != "root" && user != "0")
        #expect(image.commands.contains { $0.first == "useradd" && $0.last == user })
    }

    @Test func `asks its own status for its health`() throws {
        let check = try #require(image.last("HEALTHCHECK"))
        #expect(check.arguments.contains("CMD sluice status"))
        // The command finds the admin socket by its default, in a folder that the user may write
        // to.
        let configuration = try Checkout.text(of: "docker/sluice.yaml")
        #expect(configuration.contains("socket: /run/sluice/admin.sock"))
        #expect(image.commands.contains { $0.first == "install" && $0.last == "/run/sluice" })
    }

    @Test(.enabled(if: Checkout.releaseBinary != nil, "SLUICE_BINARY names a release binary"))
    func `installs the packages of every library that the binary loads`() throws {
        let binary = try #require(Checkout.releaseBinary)
        let listing = try ToolOutput.of("/usr/bin/ldd", binary)
        try #require(listing.status == 0, "ldd \(binary)")
        // The C library is what no Debian comes without.
        let packages = Set(image.packages + ["libc6"])
        for library in SharedLibraries.paths(inOutputOfLDD: listing.text) {
            let owner = try SharedLibraries.owner(of: library) ?? "no package"
            #expect(packages.contains(owner), "\(library) belongs to \(owner)")
        }
    }

    @Test(.enabled(if: Checkout.releaseBinary != nil, "SLUICE_BINARY names a release binary"))
    func `has a configuration that the binary accepts`() throws {
        let binary = try #require(Checkout.releaseBinary)
        let answer = try ToolOutput.of(binary, "check", Checkout.path("docker/sluice.yaml"))
        #expect(answer.status == 0, "\(answer.text)")
    }

    /// `bookworm` of `swift:6.3-bookworm` and of `debian:bookworm-slim`.
    private func release(of image: String) -> Substring? {
        image.split { ":-".contains($0) }.first { $0.allSatisfy(\.isLetter) && $0.count > 6 }
    }
}

@Suite("The compose file")
struct ComposeFileTests {
    private let compose: ComposeFile

    init() throws {
        compose = ComposeFile(try Checkout.text(of: "docker/compose.yaml"))
    }

    @Test func `builds and mounts only what exists`() throws {
        let context = try #require(compose.values(of: "context").first)
        let dockerfile = try #require(compose.values(of: "dockerfile").first)
        #expect(Checkout.exists("docker/\(context)/\(dockerfile)"))

        let volumes = compose.items(of: "volumes")
        #expect(!volumes.isEmpty)
        for volume in volumes {
            let source = volume.prefix { $0 != ":" }
            #expect(Checkout.exists("docker/\(source)"), "volume \(volume)")
        }
    }

    @Test func `runs both backends that the configuration names`() throws {
        let configuration = try Checkout.text(of: "docker/sluice.yaml")
        let backends = compose.services.filter { $0 != "sluice" }
        #expect(backends.count == 2)
        #expect(compose.items(of: "depends_on") == backends)
        for backend in backends {
            #expect(configuration.contains("- \"\(backend):80\""), "backend \(backend)")
        }
    }
}
