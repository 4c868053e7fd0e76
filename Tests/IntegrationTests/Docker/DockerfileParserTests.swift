// Holds the readers of this folder to small texts, so that a test of the image which passes has
// really looked at something.

import Glibc
import Testing

@Suite("The readers of image files")
struct DockerfileParserTests {
    @Test func `read stages, continued lines and options`() throws {
        let file = Dockerfile(
            """
            # a comment
            ARG before=all
            FROM swift:6 AS build
            RUN apt-get update \\
                # within
                && apt-get install -y  one two \\
                && rm -rf /lists
            COPY a b c/
            from debian:bookworm-slim
            COPY --from=build --chmod=755 /x /y
            CMD ["run", "a file.yaml"]
            """)
        #expect(file.stages.map(\.name) == ["build", nil])
        #expect(file.stages.map(\.image) == ["swift:6", "debian:bookworm-slim"])
        #expect(file.stages[0].packages == ["one", "two"])
        #expect(file.stages[0].commands.last == ["rm", "-rf", "/lists"])
        let copies = file.stages.flatMap(\.copies)
        #expect(copies.map(\.stage) == [nil, "build"])
        #expect(copies.map(\.sources) == [["a", "b"], ["/x"]])
        #expect(copies.map(\.destination) == ["c/", "/y"])
        #expect(file.stages[1].last("CMD")?.words == ["run", "a file.yaml"])
        #expect(file.stages[1].last("USER") == nil)
    }

    @Test func `read services, values and lists`() {
        let file = ComposeFile(
            """
            services:
              # a comment
              one:
                image: x
                volumes:
                  - "./a:/b:ro"
                ports:
                  - "1:1"
              two:
                image: y
            volumes:
              - last
            """)
        #expect(file.services == ["one", "two"])
        #expect(file.values(of: "image") == ["x", "y"])
        #expect(file.items(of: "volumes") == ["./a:/b:ro", "last"])
    }

    @Test func `read what ldd and dpkg print`() {
        let libraries = SharedLibraries.paths(
            inOutputOfLDD: """
                \tlinux-vdso.so.1 (0x00007ffd)
                \tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f03)
                \tlibmissing.so.1 => not found
                \t/lib64/ld-linux-x86-64.so.2 (0x00007f03)
                """)
        #expect(
            libraries == [
                "/lib/x86_64-linux-gnu/libm.so.6", "libmissing.so.1",
                "/lib64/ld-linux-x86-64.so.2",
            ])
        #expect(
            SharedLibraries.package(inOutputOfDpkg: "libc6:amd64: /lib/libm.so.6\n") == "libc6")
        #expect(SharedLibraries.package(inOutputOfDpkg: "") == nil)
    }

    @Test func `tell how a tool ended`() throws {
        #expect(try ToolOutput.of("/bin/echo", "it's", "$a  b").text == "it's $a  b\n")
        #expect(try ToolOutput.of("/bin/false").status == 1)
        #expect(try ToolOutput.of("/bin/sh", "-c", "kill -9 $$").status == 128 + SIGKILL)
        #expect(try ToolOutput.of("/no/such/tool").status == 127)
    }
}
